/** A server that asks for rest and then says "0" is not hammered either. */
const SHORTEST_MS = 1_000;

const SECONDS = /^\d{1,10}$/;
/** Such as `Wed, 25 Nov 2026 10:00:30 GMT`; the two notations that RFC 9110 calls obsolete count as unreadable. */
const HTTP_DATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Before when a server that answered 429 (or 503) is not called again, in milliseconds since 1970 UTC. Seconds and dates
 * are honoured however long; a header that is absent or unreadable leads to our own back-off. Source: RFC 9110, 10.2.3.
 * @param answer.header value of Retry-After; undefined where there is none
 * @param answer.now milliseconds since 1970 UTC
 * @param answer.ownBackoffMs pause where the server names none
 */
export function notBefore(answer: {
  readonly header: string | undefined;
  readonly now: number;
  readonly ownBackoffMs: number;
}): number {
  const { header, now, ownBackoffMs } = answer;
  const asked = askedFor(header?.trim() ?? "", now) ?? now + ownBackoffMs;
  return Math.max(asked, now + SHORTEST_MS);
}

function askedFor(header: string, now: number): number | null {
  if (SECONDS.test(header)) return now + Number(header) * 1_000;
  const date = HTTP_DATE.exec(header);
  if (date === null) return null;
  const [, day, month = "", year, hour, minute, second] = date;
  const monthIndex = MONTHS.indexOf(month);
  if (monthIndex < 0) return null;
  const ms = Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isNaN(ms) ? null : ms;
}
