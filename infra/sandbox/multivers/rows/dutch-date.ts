/** A day of the calendar; months from 1. */
export type Day = Readonly<{ year: number; month: number; day: number }>;

/** The date as the API writes it: `5-3-2024`, without leading zeros. */
export function dutchDate({ year, month, day }: Day): string {
  return `${day}-${month}-${year}`;
}

/** The day on the calendar in Amsterdam at this instant. */
export function dayAt(instant: Date): Day {
  const [year = 0, month = 0, day = 0] = AMSTERDAM.format(instant).split("-").map(Number);
  return { year, month, day };
}

const AMSTERDAM = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Amsterdam" });

/**
 * Reads what the API takes: `5-3-2024` or `05-03-2024`, with or without ` 0:00:00` behind it. `null`: no such date, or
 * another notation (an ISO date too, so that a client that sends one finds out here).
 */
export function parseDutchDate(text: string): Day | null {
  const match = /^(\d{1,2})-(\d{1,2})-(\d{4})(?: 0?0:00:00)?$/.exec(text.trim());
  if (match === null) return null;
  const [day = 0, month = 0, year = 0] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? { year, month, day } : null;
}

/** A number that sorts as the days do. */
export function dayNumber({ year, month, day }: Day): number {
  return year * 10_000 + month * 100 + day;
}
