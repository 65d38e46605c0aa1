const SHORTEST_MS = 5_000;
const LONGEST_MS = 80_000;

/**
 * How long Unit4 may stay silent in a call for this tenant, in milliseconds; null: as long as any call may take. One that
 * failed lately gets little at first, so that it costs little, and more each time, so that one that is slow by nature
 * succeeds in the end.
 * @param failures failed turns in a row
 */
export const silenceAllowedMs = (failures: number): number | null =>
  failures === 0 ? null : Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(10, failures - 1));
