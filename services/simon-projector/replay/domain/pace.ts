/** How fast a replay may go: records a second now, and when the next ones are due. */
export type Pace = {
  readonly recordsPerSecond: number;
  /** Milliseconds since 1970 UTC. */
  readonly dueAtMs: number;
  /** When the rate was last looked at, milliseconds since 1970 UTC. */
  readonly adjustedAtMs: number;
};

/** How live work fares, in milliseconds; null where nothing was seen of it lately. */
export type LiveFigures = { readonly freshnessP99Ms: number | null; readonly commitMs: number | null };
export type LiveBars = { readonly freshnessMs: number; readonly commitMs: number };

/** Why a replay waits: its own ceiling, or what is over its bar. */
export type WaitReason = "ceiling" | "freshness" | "commit";

/** Parts of the ceiling by which the rate rises each second, and with which it begins. */
const STEPS = 10;
/** Records a second, unless the ceiling is lower: a replay that yields comes to an end all the same. */
const SLOWEST = 20;
const ADJUSTED_EVERY_MS = 1_000;

/** A replay begins slowly, whatever its ceiling. */
export const firstPace = (ceiling: number, nowMs: number): Pace => ({
  recordsPerSecond: Math.min(ceiling, Math.max(SLOWEST, ceiling / STEPS)),
  dueAtMs: nowMs,
  adjustedAtMs: nowMs,
});

/** What of live work is over its bar; null when nothing is. Freshness comes first: it is what people notice. */
export function overBar(figures: LiveFigures, bars: LiveBars): Exclude<WaitReason, "ceiling"> | null {
  if ((figures.freshnessP99Ms ?? 0) > bars.freshnessMs) return "freshness";
  return (figures.commitMs ?? 0) > bars.commitMs ? "commit" : null;
}

/** Once a second: the rate rises by a tenth of the ceiling, or halves while something is over its bar. */
export function adjustedPace(
  pace: Pace,
  over: ReturnType<typeof overBar>,
  { ceiling, nowMs }: { readonly ceiling: number; readonly nowMs: number },
): Pace {
  if (nowMs - pace.adjustedAtMs < ADJUSTED_EVERY_MS) return pace;
  const { recordsPerSecond } = pace;
  const next =
    over === null
      ? Math.min(ceiling, recordsPerSecond + ceiling / STEPS)
      : Math.max(Math.min(SLOWEST, ceiling), recordsPerSecond / 2);
  return { ...pace, recordsPerSecond: next, adjustedAtMs: nowMs };
}

/** The pace after so many records, and how long to wait before them, in milliseconds. What was not used is not made up for. */
export function paceAfter(pace: Pace, records: number, nowMs: number): { waitMs: number; pace: Pace } {
  const beginMs = Math.max(pace.dueAtMs, nowMs);
  const dueAtMs = beginMs + (records * 1_000) / pace.recordsPerSecond;
  return { waitMs: beginMs - nowMs, pace: { ...pace, dueAtMs } };
}
