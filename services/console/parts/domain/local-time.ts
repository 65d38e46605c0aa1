import type { Language } from "../../../shared/domain/message-catalogue.ts";

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

type Hour = {
  /** `25-10-2026 02` */
  readonly name: string;
  /** Which of the two it is, where the clock shows this hour twice. */
  readonly season: Readonly<Record<Language, string>> | null;
};

/** Since then the Dutch clock differs from UTC by whole hours: minutes are the same everywhere. */
const WHOLE_HOURS_SINCE_MS = Date.UTC(1950, 0, 1);
/** Asking what an hour is called takes longer than all the rest of a line. */
const hours = new Map<number, Hour>();
const MOST_HOURS = 10_000;

function clockAt(ms: number): { readonly hour: string; readonly rest: string } {
  const of = Object.fromEntries(parts.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    hour: `${of["day"]}-${of["month"]}-${of["year"]} ${of["hour"]}`,
    rest: `${of["minute"]}:${of["second"]}`,
  };
}

function hourOf(ms: number): Hour {
  const number = Math.floor(ms / HOUR_MS);
  const known = hours.get(number);
  if (known !== undefined) return known;
  const name = clockAt(ms).hour;
  const isSecond = clockAt(ms - HOUR_MS).hour === name;
  const isFirst = clockAt(ms + HOUR_MS).hour === name;
  const hour = { name, season: isSecond ? WINTER : isFirst ? SUMMER : null };
  if (hours.size >= MOST_HOURS) hours.clear();
  hours.set(number, hour);
  return hour;
}

/**
 * A moment as the office reads it: `25-10-2026 02:30:00`. In the hour that the clock shows twice a year the season is
 * added, so that two moments never look the same (case O24). @param at milliseconds since 1970 UTC, or a Date
 */
export function shownTime(at: number | Date, language: Language): string {
  const ms = Number(at);
  if (!(ms >= WHOLE_HOURS_SINCE_MS)) {
    const { hour, rest } = clockAt(ms);
    return `${hour}:${rest}`;
  }
  const { name, season } = hourOf(ms);
  const seconds = Math.floor((ms - Math.floor(ms / HOUR_MS) * HOUR_MS) / 1_000);
  const two = (number: number): string => String(number).padStart(2, "0");
  const text = `${name}:${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  return season === null ? text : `${text} (${season[language]})`;
}

/**
 * A moment in a sentence: `14:32` of the day that it is, else `30-11-2026 14:32`. In the hour that the clock shows twice a year
 * the season is added. @param at milliseconds since 1970 UTC, or a Date @param nowMs milliseconds since 1970 UTC
 */
export function shownClock(at: number | Date, nowMs: number, language: Language): string {
  const [day = "", time = "", ...season] = shownTime(at, language).split(" ");
  const words = [time.slice(0, 5), ...season].join(" ");
  return shownTime(nowMs, language).startsWith(day) ? words : `${day} ${words}`;
}

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

const DAYS: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  nl: new Intl.DateTimeFormat("nl-NL", { timeZone: ZONE, day: "numeric", month: "long" }),
  en: new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, day: "numeric", month: "long" }),
};

/** A day of this year as people say it: `28 november`, `28 November`. @param at milliseconds since 1970 UTC, or a Date */
export const shownDay = (at: number | Date, language: Language): string => DAYS[language].format(at);

/** The same with its year where that is another one: `28 november 2025`. @param nowMs milliseconds since 1970 UTC */
export function shownDate(at: number | Date, nowMs: number, language: Language): string {
  const year = yearOf(at);
  const day = shownDay(at, language);
  return year === yearOf(nowMs) ? day : `${day} ${year}`;
}

const yearOf = (at: number | Date): string => clockAt(Number(at)).hour.slice(6, 10);
