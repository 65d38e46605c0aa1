/** A date of Unit4 as a calendar date, without a time zone. */
export type Unit4Date =
  | {
      readonly kind: "date";
      /** yyyy-MM-dd */
      readonly iso: string;
    }
  /** Unit4 gives no date: "". */
  | { readonly kind: "none" }
  /** There is a text, but no such date. */
  | { readonly kind: "invalid" };

/** `5-3-2024`, `05-03-2024`, `05-03-2024 0:00:00` */
const DAY_FIRST = /^(\d{1,2})-(\d{1,2})-(\d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?$/;
/** `2024-03-05`, `2024-03-05T00:00:00`, with a fraction or an offset: the calendar date as it is written. */
const YEAR_FIRST =
  /^(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Reads the shapes in which Unit4 writes dates; the time of day is ignored. Sources: Multivers Web API V22: d-M-yyyy
 * in standard fields, ISO in custom fields and in some older models.
 */
export function parseUnit4Date(text: string): Unit4Date {
  const trimmed = text.trim();
  if (trimmed === "") return { kind: "none" };
  const dayFirst = DAY_FIRST.exec(trimmed);
  if (dayFirst !== null) return calendarDate(dayFirst[3], dayFirst[2], dayFirst[1]);
  const yearFirst = YEAR_FIRST.exec(trimmed);
  if (yearFirst !== null) return calendarDate(yearFirst[1], yearFirst[2], yearFirst[3]);
  return { kind: "invalid" };
}

const AMSTERDAM = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/Amsterdam",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The calendar date in the Netherlands, yyyy-MM-dd. @param ms milliseconds since 1970 UTC */
export function amsterdamDate(ms: number): string {
  const parts = new Map(AMSTERDAM.formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}

function calendarDate(year = "", month = "", day = ""): Unit4Date {
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  // A day that the month does not have moves on to the next month, so the text comes out different.
  const time = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = Number(year) >= 1000 && time.toISOString().slice(0, 10) === iso;
  return isReal ? { kind: "date", iso } : { kind: "invalid" };
}
