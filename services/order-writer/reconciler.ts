import { pause } from "../shared/clock.ts";
import { describeError, Failure } from "../shared/domain/failure.ts";
import { outageOf } from "../shared/kafka/hold.ts";
import type { Part } from "../shared/service.ts";
import type { Lane } from "./lanes.ts";
import { type ReconcileParts, reconcileTurn } from "./reconcile-turn.ts";
import { leaseCheckTurns } from "./reconciliation-store.ts";

export type ReconcilerOptions = ReconcileParts & {
  /** Tenants checked at once; 0 switches the reconciler off. */
  readonly turns: number;
  readonly instance: string;
  readonly fail: (failure: Failure) => void;
};

const IDLE_MS = 1_000;
const LEASE_MS = 5 * 60_000;
/** A stop waits no longer for answers of Unit4: what was only looked at is looked at again. */
const LONGEST_STOP_MS = 2_000;
/** A check that waits for a tenant's orders waits no longer than this, so that a second order is found in ten minutes. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Compares the ledger with Unit4: every written order is looked at again a few times, and what is wrong is said. It is the
 * least important work: one turn per tenant at a time, while the tenant has no order due. Any number of instances share it.
 */
export function createReconciler(options: ReconcilerOptions): Part {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let loop: Promise<void> = Promise.resolve();
  let lastBeat = options.now();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      lastBeat = options.now();
      const lanes = await lease();
      for (const lane of lanes) begin(lane);
      if (lanes.length === 0) await pause(IDLE_MS, stopping.signal);
    }
  };

  const lease = async (): Promise<readonly Lane[]> => {
    if (running.size >= options.turns) return [];
    try {
      const lanes = await leaseCheckTurns(options.pool, {
        most: options.turns - running.size,
        leaseMs: LEASE_MS,
        by: options.instance,
        patienceMs: PATIENCE_MS,
      });
      // Nothing to do is as good as done.
      if (lanes.length === 0 && running.size === 0) options.telemetry.ordersReconciled(options.now());
      return lanes;
    } catch (error) {
      if (outageOf(error) === null) throw error;
      options.telemetry.loopFailed("reconciler", describeError(error));
      return [];
    }
  };

  const begin = (lane: Lane): void => {
    const turn = reconcileTurn(options, lane, stopping.signal)
      .catch((error: unknown) => options.telemetry.turnFailed(lane.tenantId, describeError(error)))
      .finally(() => running.delete(turn));
    running.add(turn);
  };

  return {
    name: "reconciler",
    start: async () => {
      if (options.turns === 0) return;
      loop = run().catch((error: unknown) =>
        options.fail(
          new Failure(
            "LOOP_ENDED",
            "Orders are no longer compared with Unit4; the process must start again.",
            error,
          ),
        ),
      );
    },
    stop: async () => {
      stopping.abort();
      await loop;
      await Promise.race([Promise.all(running), pause(LONGEST_STOP_MS, new AbortController().signal)]);
    },
    isAlive: () => options.turns === 0 || options.now() - lastBeat < 60_000,
  };
}
