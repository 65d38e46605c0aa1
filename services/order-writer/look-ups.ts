import { crashPoint } from "../shared/crash-points.ts";
import { inTransaction } from "../shared/postgres.ts";
import { afterLookup, type Step } from "./domain/order-state.ts";
import type { Lane } from "./lanes.ts";
import { dueLookUps, lockFreeOrders, storeAbsences } from "./ledger/look-ups.ts";
import type { LedgerOrder } from "./ledger/order-ledger.ts";
import { laneOf, type OrderLists, type Served, type ServingDependencies } from "./serving.ts";
import { detailOf, openMessage, say, store, takeInLater, tenantName } from "./store-step.ts";

/** Orders that are looked up in the same lists: each list is searched once for each. */
const MOST_LOOK_UPS = 200;
/** Of those, the ones that were found and are shown by a call each: then the other tenants have their turn. */
const MOST_FOUND = 20;
/** How long a lane rests of which an intake, or whoever deals with a loss, holds orders. */
const HELD_REST_MS = 500;

/**
 * The outcome of a sending is open: ask Unit4 what it has. What else is due of the same customer is looked up in the same lists:
 * after a loss every order that waits is unknown, and there may be thousands. What is not there is stored together.
 */
export async function lookUpOrder(
  deps: ServingDependencies,
  lane: Lane,
  order: LedgerOrder,
): Promise<Served> {
  const others = await dueLookUps(deps.pool, lane, order, MOST_LOOK_UPS - 1);
  const lists: OrderLists = new Map();
  const absent: Absent[] = [];
  let served: Served = { goOn: true, failures: lane.failures, restMs: 0 };
  let found = 0;
  for (const one of [order, ...others]) {
    const outcome = await deps.api.lookUp(laneOf(lane, one), one.request, lists);
    crashPoint("look-up-answered");
    const step = afterLookup(outcome, { policy: deps.policy, known: one, nowMs: deps.now() });
    if (outcome.kind === "absent" && step.kind === "open") {
      absent.push({ order: one, step });
      continue;
    }
    const taken = { outcome: outcome.kind, detail: detailOf(outcome) };
    served = await store(deps, { ...lane, failures: served.failures }, one, step, taken);
    if (outcome.kind === "found") found += 1;
    if (!served.goOn || outcome.kind === "no-answer" || found === MOST_FOUND) break;
  }
  const stored = await storeAbsent(deps, lane, absent);
  if (!served.goOn || absent.length === 0) return served;
  // Somebody holds the others, and asking Unit4 for them again at once would come to nothing again.
  return { goOn: stored === absent.length, failures: 0, restMs: stored === absent.length ? 0 : HELD_REST_MS };
}

type Absent = { readonly order: LedgerOrder; readonly step: Step };

/**
 * What `store` does, of all of them in one transaction and one message to the broker.
 * @returns of how many nobody else held the row
 */
async function storeAbsent(
  deps: ServingDependencies,
  lane: Lane,
  absent: readonly Absent[],
): Promise<number> {
  if (absent.length === 0) return 0;
  const tenant = await tenantName(deps.pool, lane.tenantId);
  const stored = await inTransaction(deps.pool, async (tx) => {
    const ids = absent.map(({ order }) => order.workorderId);
    const locked = new Map((await lockFreeOrders(tx, lane, ids)).map((one) => [one.workorderId, one]));
    const steps = absent.flatMap(({ order, step }) => {
      const known = locked.get(order.workorderId);
      return known === undefined ? [] : [{ order, ...say(known, step, { reason: "", tenant }) }];
    });
    const storedAt = await storeAbsences(tx, lane, steps);
    for (const { order, said } of steps)
      if (storedAt.has(order.workorderId) && said.state !== "unknown") await takeInLater(tx, order);
    return steps.map((one) => ({ ...one, at: storedAt.get(one.order.workorderId) ?? null }));
  });
  crashPoint("absences-stored");
  for (const { order, at } of stored) {
    deps.telemetry.stepTaken(order.tenantId, order.workorderId, "absent", "");
    if (at === null) deps.telemetry.outcomeOvertaken(order.tenantId, order.workorderId, "absent");
  }
  await deps.messages.log(
    stored.flatMap(({ order, request, said, at }) =>
      at === null ? [] : [openMessage({ ...order, request }, said, at)],
    ),
  );
  return stored.length;
}
