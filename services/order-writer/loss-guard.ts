import type { Clock } from "../shared/clock.ts";
import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { Connection } from "../shared/postgres.ts";
import { isBehindKafka, lookFirst, type Requests } from "./lost-stretch.ts";
import { createHeart, forgetOldPulses, Unsteady } from "./pulse.ts";
import type { OrderTelemetry } from "./telemetry.ts";

/** Keeps orders from being sent on the word of a database that lacks what it confirmed (case O27). */
export type LossGuard = {
  /** Before the loops begin: whether something was lost while no process of this service ran. */
  check(): Promise<void>;
  /**
   * A transaction after which something leaves for Unit4. Null where the database may have lost something: it was rolled back,
   * and what has to be done about it is done.
   */
  inTransaction<T>(work: (tx: Connection) => Promise<T>): Promise<T | null>;
  /** What is kept with the group's offsets in Kafka. */
  note(): string;
  readonly loop: Loop;
};

/** A loss of more than this is noticed by every process that lives, whichever wrote what was lost. */
const BEAT_EVERY_MS = 1_000;
/** After the database was started anew nothing is sent for so long: whoever lost a beat notices it first. */
const SETTLE_MS = 3 * BEAT_EVERY_MS;

export function createLossGuard(
  context: LoopContext<"pulse">,
  options: Requests & {
    readonly instance: string;
    /** How long Unit4 may still be storing what was sent, in milliseconds. */
    readonly quietMs: number;
    readonly telemetry: OrderTelemetry;
    readonly now: Clock;
  },
): LossGuard {
  const { pool, telemetry, now } = options;
  const heart = createHeart(options.instance);
  let sendsFromMs = 0;
  let settling: Promise<void> | null = null;

  const dealWithLoss = async (): Promise<void> => {
    await lookFirst(options, options.quietMs);
    telemetry.databaseWentBack();
    await heart.accept(pool);
  };
  const dealWithRestart = async (): Promise<void> => {
    if (await isBehindKafka(options)) return dealWithLoss();
    sendsFromMs = now() + SETTLE_MS;
    await heart.accept(pool);
  };
  const settle = async (): Promise<void> => {
    const pulse = await heart.beatAlone(pool);
    if (pulse.kind === "went-back") await dealWithLoss();
    if (pulse.kind === "restarted") await dealWithRestart();
  };
  /** All lanes notice at once: a loss is dealt with once, and who comes later finds the ground steady. */
  const settleOnce = (): Promise<void> => {
    settling ??= settle().finally(() => {
      settling = null;
    });
    return settling;
  };

  return {
    check: async () => {
      await forgetOldPulses(pool);
      if (await isBehindKafka(options)) await dealWithLoss();
      else await heart.accept(pool);
    },
    inTransaction: async (work) => {
      if (now() < sendsFromMs) return null;
      try {
        return await heart.inTransaction(pool, work);
      } catch (error) {
        if (!(error instanceof Unsteady)) throw error;
        await settleOnce();
        return null;
      }
    },
    note: heart.note,
    loop: createLoop(context, {
      name: "pulse",
      everyMs: BEAT_EVERY_MS,
      lost: "Whether the database lost something is no longer noticed",
      beat: async () => {
        await settleOnce();
        return false;
      },
    }),
  };
}
