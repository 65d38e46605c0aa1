import { type Clock, pause, systemClock } from "./clock.ts";
import { type Backoff, backoffMs } from "./domain/backoff.ts";
import { describeError, Failure } from "./domain/failure.ts";
import { outageOf } from "./kafka/hold.ts";
import type { Part } from "./service.ts";
import type { Telemetry } from "./telemetry.ts";

/** Work that is done again and again until it is stopped. */
export type Loop = Part & {
  start(): Promise<void>;
  /** Beats now rather than after the pause; during a beat: once more right after it. */
  wake(): void;
  isAlive(): boolean;
};

export type LoopOptions<Name extends string> = {
  readonly name: Name;
  /** Pause between two beats, in milliseconds. */
  readonly everyMs: number;
  /**
   * One beat. What it throws and is an outage costs time only: it is reported, and the next beat comes after a back-off.
   * Anything else ends the loop and, by `fail`, the process.
   * @returns whether there is more to do at once
   */
  readonly beat: (beat: Beat) => Promise<boolean>;
  /** What no longer happens when the loop has ended, for whoever reads the failure: "Outcomes are no longer told". */
  readonly lost: string;
  /** One more beat when it stops, for what others finished meanwhile. */
  readonly isBeatenOnStop?: boolean;
  /** A beat that shows no progress for so long hangs, and /health/live says so; in milliseconds. */
  readonly hangsAfterMs?: number;
};

export type Beat = {
  /** Fires when the loop has to end: a long beat then finishes what is at hand. */
  readonly stopping: AbortSignal;
  /** Says that a long beat makes progress. */
  readonly progress: () => void;
};

export type LoopContext<Name extends string> = {
  readonly loops: LoopTelemetry<Name>;
  /** Ends the process, for what only a fresh start can mend. */
  readonly fail: (failure: Failure) => void;
  readonly now: Clock;
};

/** What happens to the loops of a process: log line and metric of each. */
type LoopTelemetry<Name extends string> = {
  /** How often a loop is to beat, where nothing goes wrong. */
  readonly loopStarted: (loop: Name, everyMs: number) => void;
  readonly beatDone: (loop: Name, atMs: number) => void;
  readonly beatFailed: (loop: Name, error: string) => void;
  /** An outage ended a turn that the loop had begun, as it will the next ones. */
  readonly turnsHeld: (loop: Name, error: unknown) => void;
};

const BACKOFF: Backoff = { firstMs: 250, longestMs: 5_000 };
/** Above the time-outs of every single call: a statement ends after 60 s, a send after 30 s, a call of Unit4 after 30 s. */
const HANGS_AFTER_MS = 120_000;

/**
 * The one loop of all services. A beat follows the other, never two at a time; between them it pauses, is woken, or backs
 * off after an outage. Stopping waits for the beat at hand.
 */
export function createLoop<Name extends string>(
  { loops, fail, now }: LoopContext<Name>,
  { name, everyMs, beat, lost, isBeatenOnStop = false, hangsAfterMs = HANGS_AFTER_MS }: LoopOptions<Name>,
): Loop {
  const stopping = new AbortController();
  let waking = new AbortController();
  let running: Promise<void> = Promise.resolve();
  /** When the beat under way last showed progress; null between two beats. */
  let progressAt: number | null = null;

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      // Before the beat, so that a wake-up in the middle of it is not lost.
      waking = new AbortController();
      const result = await beatOnce();
      failures = result === "outage" ? failures + 1 : 0;
      if (result === "outage") await pause(backoffMs(BACKOFF, failures, Math.random()), stopping.signal);
      if (result === "rest") await pause(everyMs, AbortSignal.any([waking.signal, stopping.signal]));
    }
    if (isBeatenOnStop) await beatOnce();
  };

  const beatOnce = async (): Promise<"more" | "rest" | "outage"> => {
    const progress = (): void => {
      progressAt = now();
    };
    progress();
    try {
      const hasMore = await beat({ stopping: stopping.signal, progress });
      loops.beatDone(name, now());
      return hasMore ? "more" : "rest";
    } catch (error) {
      if (outageOf(error) === null) throw error;
      loops.beatFailed(name, describeError(error));
      return "outage";
    } finally {
      progressAt = null;
    }
  };

  return {
    name,
    start: async () => {
      loops.loopStarted(name, everyMs);
      running = run().catch((error: unknown) =>
        fail(new Failure("LOOP_ENDED", `${lost}; the process must start again.`, error)),
      );
    },
    wake: () => waking.abort(),
    stop: async () => {
      stopping.abort();
      await running;
    },
    isAlive: () => progressAt === null || now() - progressAt < hangsAfterMs,
  };
}

/** What the loops of a process share. @param names all of them, so that each stands in the metrics from the start */
export function createLoopContext<Name extends string>(
  { telemetry, fail }: { readonly telemetry: Telemetry; readonly fail: (failure: Failure) => void },
  names: readonly Name[],
): LoopContext<Name> {
  return { loops: createLoopTelemetry(telemetry, names), fail, now: systemClock };
}

function createLoopTelemetry<Name extends string>(
  telemetry: Telemetry,
  names: readonly Name[],
): LoopTelemetry<Name> {
  const failures = telemetry.counter(
    "simon_loop_failures_total",
    "Beats of background loops that an outage ended.",
    { loop: names },
  );
  const beats = telemetry.gauge(
    "simon_loop_last_beat_timestamp_seconds",
    "When a background loop last finished a beat; 0 before the first.",
    { loop: names },
  );
  const intervals = telemetry.gauge(
    "simon_loop_interval_seconds",
    "Pause between two beats of a background loop: after some of them without a beat it stands still.",
    { loop: names },
  );
  return {
    loopStarted: (loop, everyMs) => intervals({ loop }, everyMs / 1000),
    beatDone: (loop, atMs) => beats({ loop }, atMs / 1000),
    beatFailed: (loop, error) => {
      failures({ loop });
      telemetry.log.warn("loop_beat_failed", { loop, error });
    },
    turnsHeld: (loop, error) => telemetry.log.warn("loop_turns_held", { loop, error: describeError(error) }),
  };
}
