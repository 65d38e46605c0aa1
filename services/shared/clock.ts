import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds since 1970 UTC; an argument wherever a decision depends on time. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/**
 * Waits; ends early, without an error, when the signal fires.
 * @returns whether the whole time passed
 */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
