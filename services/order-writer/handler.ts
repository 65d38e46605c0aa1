import { type Lane, releaseLane } from "./lanes.ts";
import { nextDueOrder } from "./ledger/order-ledger.ts";
import { serveOrder } from "./serve-order.ts";
import { restAfterFailure, type Served, type ServingDependencies } from "./serving.ts";

/** Orders of one tenant in one turn: then the lane goes back and the others have theirs. */
const ORDERS_PER_TURN = 5;

/**
 * One turn of a tenant: its next orders one after the other, as long as Unit4 takes them and the lane is ours. Gives the
 * lane back.
 * @param signs.ending fires when no further order may begin: the process stops, or somebody else has the lane
 * @param signs.progress called before each order
 */
export async function takeTurn(
  deps: ServingDependencies,
  lane: Lane,
  { ending, progress }: { readonly ending: AbortSignal; readonly progress: () => void },
): Promise<void> {
  let served: Served = { goOn: true, failures: lane.failures, restMs: 0 };
  try {
    for (let count = 0; count < ORDERS_PER_TURN && served.goOn && !ending.aborted; count += 1) {
      progress();
      const next = await nextDueOrder(deps.pool, lane);
      if (next === null) break;
      served = await serveOrder(deps, { ...lane, failures: served.failures }, next.order);
      // What came meanwhile is seen when the lane is given back, and has a turn of its own.
      if (next.isLast) break;
    }
  } catch (error) {
    // An error of ours, or Postgres that is down: whatever it is, it is not mended by trying again at once.
    served = restAfterFailure(deps, served.failures);
    throw error;
  } finally {
    await releaseLane(deps.pool, lane, served);
  }
}
