import { setTimeout as sleep } from "node:timers/promises";

/** Work that goes on beside a test. */
export type Load = {
  /** How often it was done so far. */
  rounds(): number;
  /** Waits for the round that is under way. @throws what a round threw */
  stop(): Promise<void>;
};

/** Does it again and again, with a pause between, until it is stopped or fails. @param work gets its number, from 1 */
export function repeatedly(pauseMs: number, work: (round: number) => Promise<void>): Load {
  let rounds = 0;
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await work(rounds + 1);
      rounds += 1;
      await sleep(pauseMs);
    }
  })();
  // Seen by `stop`; until then it must not end the process.
  running.catch(() => {});
  return {
    rounds: () => rounds,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}
