import { type Clock, pause } from "../../shared/clock.ts";
import { adjustedPace, firstPace, type LiveBars, overBar, paceAfter } from "./domain/pace.ts";
import type { LivePressure } from "./live-pressure.ts";
import type { ReplayTelemetry } from "./telemetry.ts";

/** Lets so many records pass. @returns seconds of waiting at the ceiling, and of yielding to live work */
export type Pacer = (
  records: number,
  halted: AbortSignal,
) => Promise<{ readonly waitedSeconds: number; readonly yieldedSeconds: number }>;

export type PacerOptions = {
  /** Records a second at most. */
  readonly ceiling: number;
  readonly bars: LiveBars;
  readonly pressure: Pick<LivePressure, "read">;
  readonly telemetry: Pick<ReplayTelemetry, "replayWaited">;
  readonly now: Clock;
};

/** No wait is longer than this, so that a rate that falls to nothing is looked at again. */
const LONGEST_WAIT_MS = 5_000;

/** A rate that rises to its ceiling while live work is well, and halves while it is not. */
export function createPacer({ ceiling, bars, pressure, telemetry, now }: PacerOptions): Pacer {
  let pace = firstPace(ceiling, now());
  return async (records, halted) => {
    const over = overBar(pressure.read(), bars);
    pace = adjustedPace(pace, over, { ceiling, nowMs: now() });
    const isSlow = pace.recordsPerSecond < ceiling;
    const next = paceAfter(pace, records, now());
    pace = next.pace;
    const beganAtMs = now();
    await pause(Math.min(next.waitMs, LONGEST_WAIT_MS), halted);
    const seconds = (now() - beganAtMs) / 1_000;
    telemetry.replayWaited(over ?? (isSlow ? "rising" : "ceiling"), seconds);
    return over === null && !isSlow
      ? { waitedSeconds: seconds, yieldedSeconds: 0 }
      : { waitedSeconds: 0, yieldedSeconds: seconds };
  };
}
