import { pause } from "../shared/clock.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import type { Outbox } from "./outbox.ts";
import type { OrderTelemetry } from "./telemetry.ts";
import { tellHeldOrders } from "./waiting-orders.ts";

const LOOK_EVERY_MS = 250;
const COUNT_EVERY_MS = 15_000;
const TELL_HELD_EVERY_MS = 5_000;

export type OutboxLoop = Part & {
  /** Looks now rather than at the next beat. */
  wake(): void;
};

/** Tells settled orders as they come; now and then those that wait for a person, and the counts of the ledger's states. */
export function createOutboxLoop(options: {
  readonly outbox: Outbox;
  readonly messages: MessageLog;
  readonly pool: Pool;
  readonly telemetry: OrderTelemetry;
  readonly fail: (failure: Failure) => void;
}): OutboxLoop {
  const stopping = new AbortController();
  let wake = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    const count = nowAndThen(COUNT_EVERY_MS, () => countStates(options.pool, options.telemetry));
    const tellHeld = nowAndThen(TELL_HELD_EVERY_MS, () => tellHeldOrders(options.pool, options.messages));
    while (!stopping.signal.aborted) {
      wake = new AbortController();
      const told = await beat(async () => {
        await count();
        await tellHeld();
      });
      if (told === 0) await pause(LOOK_EVERY_MS, AbortSignal.any([wake.signal, stopping.signal]));
    }
    await beat(async () => {});
  };

  const beat = async (first: () => Promise<void>): Promise<number> => {
    try {
      await first();
      return await options.outbox.publish();
    } catch (error) {
      if (outageOf(error) === null) throw error;
      options.telemetry.loopFailed("outbox", describeError(error));
      return 0;
    }
  };

  return {
    name: "outbox",
    wake: () => wake.abort(),
    start: async () => {
      loop = run().catch((error: unknown) =>
        options.fail(
          new Failure("LOOP_ENDED", "Outcomes are no longer published; the process must start again.", error),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

/** The work, but no sooner than so long after it was last begun. */
function nowAndThen(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let begunAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (Date.now() - begunAt < everyMs) return;
    begunAt = Date.now();
    await work();
  };
}

async function countStates(pool: Pool, telemetry: OrderTelemetry): Promise<void> {
  const { rows } = await pool.query<{ state: string; count: number; oldestSeconds: number }>(
    `select state, count(*) as count,
       coalesce(extract(epoch from now() - min(archived_at) filter (where settled_at is null)), 0)::float
         as "oldestSeconds"
     from order_writer.orders group by state`,
  );
  telemetry.statesSeen(
    Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    Math.max(0, ...rows.map(({ oldestSeconds }) => oldestSeconds)),
  );
}
