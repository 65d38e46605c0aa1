export type Pace = {
  readonly recordsPerSecond: number;
  /** Letters in one go at most: those of a second, and few enough that one transaction locks little. */
  readonly chunkRecords: number;
  /** Waits until more may follow so many letters, or the turn ends. */
  wait(letters: number, turn: { readonly halted: AbortSignal; readonly progress: () => void }): Promise<void>;
};

const MOST_IN_A_CHUNK = 500;
const STEP_MS = 1_000;

/** A rate that is never above its ceiling; time that was not used is not made up for. */
export function createPace(options: {
  readonly recordsPerSecond: number;
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}): Pace {
  const { recordsPerSecond, now, wait } = options;
  let dueAtMs = now();
  return {
    recordsPerSecond,
    chunkRecords: Math.min(MOST_IN_A_CHUNK, recordsPerSecond),
    wait: async (letters, { halted, progress }) => {
      dueAtMs = Math.max(dueAtMs, now() - STEP_MS) + (letters * 1_000) / recordsPerSecond;
      for (let left = dueAtMs - now(); left > 0 && !halted.aborted; left = dueAtMs - now()) {
        await wait(Math.min(left, STEP_MS), halted);
        progress();
      }
    },
  };
}
