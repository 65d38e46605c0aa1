/** What a reader has to do to keep a download. */
export type ReaderLimits = {
  /** Takes nothing for so long at most, in milliseconds. */
  readonly stallsAfterMs: number;
  /** Is waited for this long in all, in milliseconds; what it takes at `leastBytesPerSecond` is no waiting. */
  readonly patienceMs: number;
  readonly leastBytesPerSecond: number;
};

/**
 * How long a reader may still be waited for, in milliseconds: each wait costs its time, what was taken earns the time that it takes
 * at the least pace. Speed is not saved up beyond `patienceMs`.
 */
export function patienceLeft(
  { patienceMs, leastBytesPerSecond }: ReaderLimits,
  leftMs: number,
  { waitedMs, bytes }: { readonly waitedMs: number; readonly bytes: number },
): number {
  return Math.min(patienceMs, leftMs - waitedMs + (bytes / leastBytesPerSecond) * 1_000);
}

/** How long the next wait may last, in milliseconds, and what its reader is if it does. */
export const longestWait = (
  { stallsAfterMs }: ReaderLimits,
  leftMs: number,
): { readonly ms: number; readonly ends: "stalled" | "slow" } =>
  leftMs < stallsAfterMs
    ? { ms: Math.max(0, Math.ceil(leftMs)), ends: "slow" }
    : { ms: stallsAfterMs, ends: "stalled" };
