import { lockLease } from "../shared/lease.ts";
import { inTransaction } from "../shared/postgres.ts";
import { afterVisit, asksForOrder, pauseBeforeVisit } from "./domain/archived-again.ts";
import type { VisitOutcome } from "./domain/order-state.ts";
import type { Lane } from "./lanes.ts";
import { type LedgerOrder, lockOrder } from "./ledger/order-ledger.ts";
import { makeAgain, postponeVisit, tellGone, tellThere } from "./ledger/visited-orders.ts";
import { laneOf, type Served, type ServingDependencies } from "./serving.ts";

/**
 * The workorder of a written order was archived anew. Nothing is said before Unit4 has said whether the order is still there:
 * deleting it and archiving again is how an office corrects one (case O29).
 */
export async function visitOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const seen = await deps.api.visit(laneOf(lane, order), order.request, order.orderId ?? "");
  const outcome = afterVisit(order, seen);
  deps.telemetry.stepTaken(order.tenantId, order.workorderId, outcome.kind, detailOf(outcome));
  if (outcome.kind === "no-answer") {
    const unanswered = order.unansweredVisits + 1;
    const { policy, random, now } = deps;
    const pauseMs = pauseBeforeVisit(outcome, { policy, unanswered, nowMs: now(), random: random() });
    await postponeVisit(deps.pool, order, pauseMs);
  } else await conclude(deps, lane, order, outcome);
  return { goOn: true, failures: lane.failures, restMs: 0 };
}

/** What was archived last by then is judged, if the lane is still ours. */
async function conclude(
  deps: ServingDependencies,
  lane: Lane,
  order: LedgerOrder,
  outcome: Exclude<VisitOutcome, { readonly kind: "no-answer" }>,
): Promise<void> {
  await inTransaction(deps.pool, async (tx) => {
    if (!(await lockLease(tx, "order_writer.lanes", lane))) return;
    const known = await lockOrder(tx, order.tenantId, order.workorderId);
    const later = known?.laterRequest ?? null;
    if (known === null || later === null) return;
    if (outcome.kind === "found") await tellThere(tx, known, later, outcome.orderId);
    else if (later.retry !== null && asksForOrder(later)) await makeAgain(tx, known, later);
    else await tellGone(tx, known, later);
  });
}

const detailOf = (outcome: VisitOutcome): string =>
  outcome.kind === "found" ? outcome.orderId : outcome.kind === "absent" ? "deleted" : outcome.reason;
