/**
 * How fast time goes in rules. Production has `REAL_TIME`; tests that wait for an alert generate the same rules with all windows divided.
 */
export type Pace = {
  /** A window or a delay of so many seconds, as PromQL writes durations. */
  readonly window: (seconds: number) => string;
  /** The length of that window in seconds. */
  readonly length: (seconds: number) => number;
  /** An age to compare with, in seconds: what is looked at every 15 s is not asked for sooner than after three looks. */
  readonly age: (seconds: number) => number;
};

const THREE_LOOKS_S = 45;
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** @param factor what windows and ages are divided by */
export const paceOf = (factor: number): Pace => ({
  window: (seconds) => duration(Math.round((seconds * 1000) / factor)),
  length: (seconds) => seconds / factor,
  age: (seconds) => Math.max(seconds / factor, Math.min(seconds, THREE_LOOKS_S)),
});

export const REAL_TIME: Pace = paceOf(1);

/** In the largest unit of which it is a whole number: 90 s, 2 h. */
function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => ms >= length && ms % length === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

export const MINUTE_S = 60;
export const HOUR_S = 3_600;
export const DAY_S = 86_400;
