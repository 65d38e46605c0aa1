import { setTimeout as sleep } from "node:timers/promises";
import { HANG_MS } from "./limits.ts";

const LOOK_EVERY_MS = 25;

/**
 * Waits until `look` gives something other than null, undefined or false, and gives that. An error in `look` counts as
 * not yet; the last one is the cause of the error after `timeoutMs`.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = HANG_MS,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + timeoutMs;
  for (let last: unknown; ; ) {
    try {
      const found = await look();
      if (found !== null && found !== undefined && found !== false)
        return found as Exclude<T, null | undefined | false>;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause: last });
    await sleep(LOOK_EVERY_MS);
  }
}
