import type { Language } from "../../shared/domain/message-catalogue.ts";

/** All times that people see are those of the Dutch clock, in every view and export. */
const ZONE = "Europe/Amsterdam";
const HOUR_MS = 60 * 60 * 1_000;

const parts = new Intl.DateTimeFormat("nl-NL", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const SUMMER: Readonly<Record<Language, string>> = { nl: "zomertijd", en: "summer time" };
const WINTER: Readonly<Record<Language, string>> = { nl: "wintertijd", en: "winter time" };

type Clock = { readonly date: string; readonly time: string };

function clockAt(ms: number): Clock {
  const of = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    date: `${of["day"]}-${of["month"]}-${of["year"]}`,
    time: `${of["hour"]}:${of["minute"]}:${of["second"]}`,
  };
}

/**
 * A moment as the office reads it: `25-10-2026 02:30:00`. In the hour that the clock shows twice a year the season is
 * added, so that two moments never look the same (case O24). @param at milliseconds since 1970 UTC, or a Date
 */
export function shownTime(at: number | Date, language: Language): string {
  const ms = Number(at);
  const { date, time } = clockAt(ms);
  const before = clockAt(ms - HOUR_MS);
  const after = clockAt(ms + HOUR_MS);
  if (before.time === time && before.date === date) return `${date} ${time} (${WINTER[language]})`;
  if (after.time === time && after.date === date) return `${date} ${time} (${SUMMER[language]})`;
  return `${date} ${time}`;
}

/** The day alone: `25-10-2026`. @param at milliseconds since 1970 UTC, or a Date */
export const shownDay = (at: number | Date): string => clockAt(Number(at)).date;

/** A span as people say it: `12 s`, `3 min`, `2 u 5 min` (English: `2 h 5 min`). @param ms milliseconds, not negative */
export function shownSpan(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hour = language === "nl" ? "u" : "h";
  const rest = minutes % 60;
  return rest === 0
    ? `${Math.floor(minutes / 60)} ${hour}`
    : `${Math.floor(minutes / 60)} ${hour} ${rest} min`;
}

const WHOLE: Readonly<Record<Language, Intl.NumberFormat>> = {
  nl: new Intl.NumberFormat("nl-NL"),
  en: new Intl.NumberFormat("en-GB"),
};

/** A whole number with the language's separators: `25.000`, `25,000`. */
export const shownCount = (count: number, language: Language): string => WHOLE[language].format(count);
