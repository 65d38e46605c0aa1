import { crashPoint } from "../shared/crash-points.ts";
import { LONGEST_PARAM, plainTexts } from "../shared/domain/plain-text.ts";
import { orderParams } from "./domain/announcement.ts";
import { afterFirstLook, afterSending, nextAction } from "./domain/order-state.ts";
import { unit4OrderFrom } from "./domain/unit4-order.ts";
import type { Lane } from "./lanes.ts";
import { beginAttempt, type LedgerOrder, refuseMovedOrder, withdrawOrder } from "./ledger/order-ledger.ts";
import { forgetVisit } from "./ledger/visited-orders.ts";
import { lookUpOrder } from "./look-ups.ts";
import { laneOf, type Served, type ServingDependencies } from "./serving.ts";
import { detailOf, store } from "./store-step.ts";
import { visitOrder } from "./visit-order.ts";

/** How long a lane rests, and up to twice as long, while the database may have lost something. */
const GUARD_REST_MS = 2_000;

/** Does the next step of an order, according to its state. */
export async function serveOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const action = nextAction(order);
  switch (action) {
    case "withdraw":
      return withdraw(deps, lane, order);
    case "refuse-moved":
      return refuseMoved(deps, lane, order);
    case "send":
    case "look-first":
      return sendOrder(deps, lane, order, { looksFirst: action === "look-first" });
    case "look-up":
      return lookUpOrder(deps, lane, order);
    case "recover":
      return recoverOrder(deps, lane, order);
    case "visit":
      return visitOrder(deps, lane, order);
    case "forget-visit":
      await forgetVisit(deps.pool, order);
      return { goOn: true, failures: lane.failures, restMs: 0 };
    case "none":
      return { goOn: true, failures: lane.failures, restMs: 0 };
  }
}

/** What was emptied is not sent, however late its request came (rule A12). */
async function withdraw(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  await withdrawOrder(deps.pool, order);
  deps.telemetry.orderWithdrawn(order);
  return { goOn: true, failures: lane.failures, restMs: 0 };
}

/** The same number may be another company in the new administration: a person looks before it goes there (case O28). */
async function refuseMoved(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const code = "ORDER_ADMINISTRATION_CHANGED";
  const texts = { ...orderParams(order.request), administration: order.administration };
  const params = plainTexts(texts, LONGEST_PARAM);
  await refuseMovedOrder(deps.pool, order, { code, params });
  deps.telemetry.orderRefused(code);
  return { goOn: true, failures: lane.failures, restMs: 0 };
}

/** Ledger first, then Unit4, then the outcome. */
async function sendOrder(
  deps: ServingDependencies,
  lane: Lane,
  order: LedgerOrder,
  { looksFirst }: { readonly looksFirst: boolean },
): Promise<Served> {
  const deadlineMs = deps.now() + deps.sendingMs;
  const steady = await deps.guarded(async (tx) => ({
    begun: await beginAttempt(tx, order, lane, deps.sendingMs),
  }));
  // The guard knows how soon it sends again; Unit4 has failed in nothing.
  if (steady === null)
    return { goOn: false, failures: lane.failures, restMs: GUARD_REST_MS * (1 + deps.random()) };
  const { begun } = steady;
  if (begun === null) return { goOn: false, failures: lane.failures, restMs: 0 };
  crashPoint("attempt-begun");
  // Emptied in the very moment in which it was begun: nothing leaves, and its next turn withdraws it (rule A13).
  if (begun.request.contentHash !== undefined) return putBack(deps, lane, begun);
  const outcome =
    (looksFirst ? afterFirstLook(await deps.api.lookUp(laneOf(lane, begun), begun.request)) : null) ??
    (await deps.api.send(laneOf(lane, begun), unit4OrderFrom(begun.request), deadlineMs));
  crashPoint("answer-received");
  const step = afterSending(outcome, {
    policy: deps.policy,
    unclearSendings: begun.unclearSendings,
    failures: lane.failures + 1,
    nowMs: deps.now(),
    random: deps.random(),
  });
  return store(deps, lane, begun, step, {
    outcome: outcome.kind,
    detail: detailOf(outcome),
  });
}

/** Nothing was sent after all. */
function putBack(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const outcome = { kind: "put-off", code: "ORDER_NOT_SENT", reason: "EMPTIED", notBeforeMs: null } as const;
  const step = afterSending(outcome, {
    policy: deps.policy,
    unclearSendings: order.unclearSendings,
    failures: lane.failures,
    nowMs: deps.now(),
    random: deps.random(),
  });
  return store(deps, lane, order, step, { outcome: outcome.kind, detail: outcome.reason });
}

/** The lane is ours, so whoever was sending is gone and took the outcome along. */
async function recoverOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const step = afterSending(
    { kind: "unknown", reason: "the process that was sending ended", reasons: [] },
    {
      policy: deps.policy,
      unclearSendings: order.unclearSendings,
      failures: lane.failures,
      nowMs: deps.now(),
      random: 0,
    },
  );
  const stored = await store(deps, lane, order, step, { outcome: "unknown", detail: "sender ended" });
  return { ...stored, goOn: true, restMs: 0 };
}
