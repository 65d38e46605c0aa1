export type Backoff = {
  /** Pause after the first failure in milliseconds. */
  readonly firstMs: number;
  /** Longest pause in milliseconds. */
  readonly longestMs: number;
};

/**
 * How long to pause before try number `failures + 1`, in milliseconds: doubling from the first pause, capped, with
 * jitter so that many that failed together do not return together.
 * @param random number in [0, 1)
 */
export function backoffMs(backoff: Backoff, failures: number, random: number): number {
  const full = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.max(0, Math.min(failures - 1, 30)));
  return Math.round(full / 2 + (full / 2) * random);
}
