import { pause } from "../shared/clock.ts";
import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import { createTurns } from "../shared/turns.ts";
import type { Lane } from "./lanes.ts";
import { type ReconcileParts, reconcileTurn } from "./reconcile-turn.ts";
import { leaseCheckTurns, putOffCheckTurns } from "./reconciliation-store.ts";

export type ReconcilerOptions = ReconcileParts & {
  /** Tenants checked at once; 0 switches the reconciler off. */
  readonly turns: number;
  readonly instance: string;
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
export function createReconciler(context: LoopContext<"reconciler">, options: ReconcilerOptions): Loop {
  const stopping = new AbortController();
  const turns = createTurns<Lane>({
    now: context.now,
    onHeld: (error) => context.loops.turnsHeld("reconciler", error),
    most: options.turns,
    onFailed: options.telemetry.turnFailed,
    onEnded: () => loop.wake(),
  });
  const loop = createLoop(context, {
    name: "reconciler",
    everyMs: IDLE_MS,
    lost: "Orders are no longer compared with Unit4",
    beat: async () => {
      if (turns.room() === 0) return false;
      await putOffCheckTurns(options.pool);
      const lanes = await leaseCheckTurns(options.pool, {
        most: turns.room(),
        leaseMs: LEASE_MS,
        by: options.instance,
        patienceMs: PATIENCE_MS,
      });
      // Nothing to do is as good as done.
      if (lanes.length === 0 && turns.count() === 0) options.telemetry.ordersReconciled(options.now());
      for (const lane of lanes) turns.begin(lane, () => reconcileTurn(options, lane, stopping.signal));
      return lanes.length > 0;
    },
  });
  return {
    ...loop,
    isAlive: () => loop.isAlive() && turns.isAlive(),
    start: async () => {
      if (options.turns > 0) await loop.start();
    },
    stop: async () => {
      stopping.abort();
      await loop.stop();
      await Promise.race([turns.ended(), pause(LONGEST_STOP_MS, new AbortController().signal)]);
    },
  };
}
