import type { Clock } from "../../shared/clock.ts";
import { adjustedPace, firstPace, type LiveBars, overBar, paceAfter } from "./domain/pace.ts";
import type { LivePressure } from "./live-pressure.ts";
import type { ReplayTelemetry } from "./telemetry.ts";

/**
 * Lets so many records pass.
 * @param waiting.onWait called each second of a long wait
 * @returns seconds of waiting at the ceiling, and of yielding to live work
 */
export type Pacer = (
  records: number,
  waiting: { readonly halted: AbortSignal; readonly onWait: () => Promise<void> },
) => Promise<{ readonly waitedSeconds: number; readonly yieldedSeconds: number }>;

export type PacerOptions = {
  /** Records a second at most. */
  readonly ceiling: number;
  readonly bars: LiveBars;
  readonly pressure: Pick<LivePressure, "read">;
  readonly telemetry: Pick<ReplayTelemetry, "replayWaited">;
  readonly now: Clock;
  /** Waits so many milliseconds, or until the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

const STEP_MS = 1_000;

/** A rate that rises to its ceiling while live work is well, and halves while it is not. */
export function createPacer({ ceiling, bars, pressure, telemetry, now, wait }: PacerOptions): Pacer {
  let pace = firstPace(ceiling, now());
  return async (records, { halted, onWait }) => {
    const over = overBar(pressure.read(), bars);
    pace = adjustedPace(pace, over, { ceiling, nowMs: now() });
    const isSlow = pace.recordsPerSecond < ceiling;
    const next = paceAfter(pace, records, now());
    pace = next.pace;
    const beganAtMs = now();
    for (let left = next.waitMs; left > 0 && !halted.aborted; left = beganAtMs + next.waitMs - now()) {
      await wait(Math.min(left, STEP_MS), halted);
      await onWait();
    }
    const seconds = (now() - beganAtMs) / 1_000;
    telemetry.replayWaited(over ?? (isSlow ? "rising" : "ceiling"), seconds);
    return over === null && !isSlow
      ? { waitedSeconds: seconds, yieldedSeconds: 0 }
      : { waitedSeconds: 0, yieldedSeconds: seconds };
  };
}
