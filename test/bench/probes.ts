import { setTimeout as sleep } from "node:timers/promises";

/** Something small that is sent again and again, to see how long it takes to arrive. */
export type Probe = {
  readonly everyMs: number;
  /** Whether one more is sent. */
  readonly goesOn: () => boolean;
  /** @param number of the probe, from 0 */
  send(mark: string, number: number): Promise<void>;
  /** Which of those that are under way have arrived. */
  arrived(marks: readonly string[]): Promise<readonly string[]>;
};

const LOOK_EVERY_MS = 10;
const LONGEST_MS = 300_000;

/**
 * Sends probes at their times, whether or not earlier ones have arrived, and looks every 10 ms for those under way.
 * @returns milliseconds from the moment before each was sent to the look that found it, ascending
 * @throws Error when one has not arrived within five minutes, or what `send` and `arrived` throw
 */
export async function probe({ everyMs, goesOn, send, arrived }: Probe): Promise<readonly number[]> {
  const startedAt = performance.now();
  const underWay = new Map<string, number>();
  const times: number[] = [];
  const broken: unknown[] = [];
  for (let sent = 0; goesOn() || underWay.size > 0; await sleep(LOOK_EVERY_MS)) {
    if (goesOn() && performance.now() - startedAt >= sent * everyMs) {
      const mark = `probe-${startedAt.toFixed(0)}-${sent}`;
      underWay.set(mark, performance.now());
      send(mark, sent).catch((error: unknown) => {
        broken.push(error);
      });
      sent += 1;
    }
    if (underWay.size === 0) continue;
    for (const mark of await arrived([...underWay.keys()])) {
      times.push(performance.now() - (underWay.get(mark) ?? 0));
      underWay.delete(mark);
    }
    if (broken.length > 0) throw broken[0];
    const [oldest = performance.now()] = underWay.values();
    if (performance.now() - oldest > LONGEST_MS)
      throw new Error(`${underWay.size} probes have not arrived in ${LONGEST_MS / 1000} s`);
  }
  return times.map((ms) => Math.round(ms)).sort((a, b) => a - b);
}
