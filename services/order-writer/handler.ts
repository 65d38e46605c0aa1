import { pause } from "../shared/clock.ts";
import { backoffMs } from "../shared/domain/backoff.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { Part } from "../shared/service.ts";
import { type Lane, leaseLanes, releaseLane } from "./lanes.ts";
import { nextDueOrder } from "./order-ledger.ts";
import { lookingFirst } from "./retry-sending.ts";
import { type Served, type ServingDependencies, serveOrder } from "./serve-order.ts";

export type WriterOptions = ServingDependencies & {
  /** Tenants served at once. */
  readonly lanes: number;
  /** A lease outlasts a sending by this much, in milliseconds. */
  readonly leaseMarginMs: number;
  readonly instance: string;
  readonly fail: (failure: Failure) => void;
  /** Called after each turn: something may be settled. */
  readonly onTurnEnded: () => void;
};

export type OrderWriter = Part & {
  /** Looks for due lanes now rather than at the next beat. */
  wake(): void;
};

/** Orders of one tenant in one turn: then the lane goes back and the others have theirs. */
const ORDERS_PER_TURN = 5;
const IDLE_MS = 250;

/**
 * Writes orders to Unit4: leases the lanes of tenants that have something due, serves each a few orders, one at a time,
 * and gives the lane back. Any number of instances share the lanes; a tenant whose Unit4 hangs holds up one lane.
 */
export function createOrderWriter(options: WriterOptions): OrderWriter {
  const stopping = new AbortController();
  const turns = new Set<Promise<void>>();
  let wake = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let lastBeat = options.now();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      lastBeat = options.now();
      const lanes = await leaseFreeLanes();
      for (const lane of lanes) begin(lane);
      if (lanes.length === 0) await idle();
    }
  };

  const leaseFreeLanes = async (): Promise<readonly Lane[]> => {
    if (turns.size >= options.lanes) return [];
    try {
      return await leaseLanes(options.pool, {
        most: options.lanes - turns.size,
        leaseMs: options.sendingMs + options.leaseMarginMs,
        by: options.instance,
      });
    } catch (error) {
      if (outageOf(error) === null) throw error;
      options.telemetry.loopFailed("lease", describeError(error));
      return [];
    }
  };

  const begin = (lane: Lane): void => {
    const turn = serveLane(options, lane, stopping.signal)
      .catch((error: unknown) => options.telemetry.turnFailed(lane.tenantId, describeError(error)))
      .finally(() => {
        turns.delete(turn);
        options.onTurnEnded();
        wakeUp();
      });
    turns.add(turn);
  };

  const idle = async (): Promise<void> => {
    wake = new AbortController();
    await pause(IDLE_MS, AbortSignal.any([wake.signal, stopping.signal]));
  };

  const wakeUp = (): void => wake.abort();

  return {
    name: "order-writer",
    wake: wakeUp,
    start: async () => {
      loop = run().catch((error: unknown) =>
        options.fail(
          new Failure("LOOP_ENDED", "No orders are written any more; the process must start again.", error),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
      await Promise.all(turns);
    },
    isAlive: () => options.now() - lastBeat < 60_000,
  };
}

/** One turn of a tenant. */
async function serveLane(options: WriterOptions, lane: Lane, stopping: AbortSignal): Promise<void> {
  let served: Served = { goOn: true, failures: lane.failures, restMs: 0 };
  try {
    for (let count = 0; count < ORDERS_PER_TURN && served.goOn && !stopping.aborted; count += 1) {
      const order = await nextDueOrder(options.pool, lane.tenantId);
      if (order === null) break;
      served = await serveOrder(lookingFirst(options, order), { ...lane, failures: served.failures }, order);
    }
  } catch (error) {
    // An error of ours, or Postgres that is down: whatever it is, it is not mended by trying again at once.
    const failures = served.failures + 1;
    served = { goOn: false, failures, restMs: backoffMs(options.policy.retry, failures, options.random()) };
    throw error;
  } finally {
    await releaseLane(options.pool, lane, served);
  }
}
