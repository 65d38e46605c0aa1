import { pause } from "../../../services/shared/clock.ts";

/** Work that is done again and again until it is stopped. */
export type Repeating = {
  start(): void;
  /** Does the work now instead of after the pause. */
  wake(): void;
  /** Ends after the work at hand. */
  stop(): Promise<void>;
};

/**
 * Does `work` every `everyMs`, and at once again when it says that there is more.
 * @param options.onCrash gets what `work` throws; the repeating then has ended
 */
export function createRepeating(options: {
  readonly everyMs: number;
  readonly work: () => Promise<boolean>;
  readonly onCrash: (error: unknown) => void;
}): Repeating {
  const stopping = new AbortController();
  let waking = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      waking = new AbortController();
      const hasMore = await options.work();
      if (!hasMore) await pause(options.everyMs, AbortSignal.any([stopping.signal, waking.signal]));
    }
  };
  return {
    start: () => {
      running = loop().catch(options.onCrash);
    },
    wake: () => waking.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
