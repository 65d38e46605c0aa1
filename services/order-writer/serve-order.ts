import type { Clock } from "../shared/clock.ts";
import { crashPoint } from "../shared/crash-points.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { MessageLog } from "../shared/messages.ts";
import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";
import { findTenants } from "../shared/tenants.ts";
import { openOrderMessage } from "./domain/announcement.ts";
import type { WantedOrder } from "./domain/order-search.ts";
import {
  afterLookup,
  afterSending,
  type LookupOutcome,
  type OrderPolicy,
  type SendOutcome,
  type Step,
} from "./domain/order-state.ts";
import { reasonText } from "./domain/refusal.ts";
import { type Settlement, settlementOf } from "./domain/settlement.ts";
import { type Unit4Order, unit4OrderFrom } from "./domain/unit4-order.ts";
import { takeInAgain } from "./intake.ts";
import type { Lane } from "./lanes.ts";
import {
  beginAttempt,
  finishAttempt,
  type LedgerOrder,
  lockOrder,
  storeStep,
  withdrawOrder,
} from "./order-ledger.ts";
import type { OrderTelemetry, StepOutcome } from "./telemetry.ts";

/** Unit4 as the order protocol sees it. */
export type OrderApi = {
  /** Sends an order once, never twice. @param deadlineMs no byte is sent after it (milliseconds since 1970 UTC) */
  send(lane: Lane, order: Unit4Order, deadlineMs: number): Promise<SendOutcome>;
  /** Looks for an order by customer and reference, and shows what is stored where one is found. */
  lookUp(lane: Lane, wanted: WantedOrder): Promise<LookupOutcome>;
};

export type ServingDependencies = {
  readonly pool: Pool;
  readonly api: OrderApi;
  readonly messages: MessageLog;
  readonly telemetry: OrderTelemetry;
  readonly policy: OrderPolicy;
  readonly now: Clock;
  readonly random: () => number;
  /** Longest time that sending one order may take, in milliseconds. */
  readonly sendingMs: number;
};

/** How a step went for the lane: whether it may go on, and what it has to rest. */
export type Served = { readonly goOn: boolean; readonly failures: number; readonly restMs: number };

/** Does the next step of an order, according to its state. */
export async function serveOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  switch (order.state) {
    case "waiting":
      return order.isWithdrawn ? withdraw(deps, lane, order) : sendOrder(deps, lane, order);
    case "unknown":
      return lookUpOrder(deps, lane, order);
    case "sending":
      return recoverOrder(deps, lane, order);
    default:
      return { goOn: true, failures: lane.failures, restMs: 0 };
  }
}

/** What was emptied is not sent, however late its request came (rule A12). */
async function withdraw(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  await withdrawOrder(deps.pool, order);
  deps.telemetry.orderWithdrawn(order);
  return { goOn: true, failures: lane.failures, restMs: 0 };
}

/** Ledger first, then Unit4, then the outcome. */
async function sendOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const deadlineMs = deps.now() + deps.sendingMs;
  const attempt = await beginAttempt(deps.pool, order, lane, deps.sendingMs);
  if (attempt === null) return { goOn: false, failures: lane.failures, restMs: 0 };
  crashPoint("attempt-begun");
  const outcome = await deps.api.send(lane, unit4OrderFrom(order.request), deadlineMs);
  crashPoint("answer-received");
  const step = afterSending(outcome, {
    policy: deps.policy,
    unclearSendings: order.unclearSendings,
    failures: lane.failures + 1,
    nowMs: deps.now(),
    random: deps.random(),
  });
  return store(deps, lane, { ...order, attempts: attempt }, step, {
    outcome: outcome.kind,
    detail: detailOf(outcome),
  });
}

/** The outcome of a sending is open: ask Unit4 what it has. */
async function lookUpOrder(deps: ServingDependencies, lane: Lane, order: LedgerOrder): Promise<Served> {
  const outcome = await deps.api.lookUp(lane, order.request);
  crashPoint("look-up-answered");
  const step = afterLookup(outcome, { policy: deps.policy, known: order, nowMs: deps.now() });
  return store(deps, lane, order, step, { outcome: outcome.kind, detail: detailOf(outcome) });
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

type Taken = { readonly outcome: StepOutcome; readonly detail: string };

async function store(
  deps: ServingDependencies,
  lane: Lane,
  order: LedgerOrder,
  step: Step,
  taken: Taken,
): Promise<Served> {
  const tenant = step.kind === "open" ? await tenantName(deps.pool, order.tenantId) : "";
  const settlement = settlementOf(order.request, step, { reason: taken.detail, tenant });
  const { state } = settlement;
  const isStored = await inTransaction(deps.pool, async (tx) => {
    await finishAttempt(tx, { ...order, attempt: order.attempts, ...taken });
    const isOurs = await storeStep(tx, order, settlement);
    if (isOurs && step.kind !== "open") await takeInLater(tx, order);
    return isOurs;
  });
  crashPoint("outcome-stored");
  deps.telemetry.stepTaken(order.tenantId, order.workorderId, taken.outcome, taken.detail);
  if (!isStored) deps.telemetry.outcomeOvertaken(order.tenantId, order.workorderId, taken.outcome);
  else if (state === "written" || state === "refused")
    deps.telemetry.orderSettled(state, (deps.now() - order.request.archivedAt) / 1000);
  else await deps.messages.log(openMessages(deps, order, settlement));
  return servedBy(lane, step);
}

async function tenantName(pool: Pool, tenantId: string): Promise<string> {
  return (await findTenants(pool, [tenantId])).get(tenantId)?.name ?? tenantId;
}

/** A newer archiving came while the outcome was open: now it can be judged. */
async function takeInLater(tx: Connection, order: LedgerOrder): Promise<void> {
  const settled = await lockOrder(tx, order.tenantId, order.workorderId);
  if (settled?.laterRequest === null || settled === null) return;
  await takeInAgain(tx, { ...settled, laterRequest: null }, settled.laterRequest);
}

/** One message per attempt, however many look-ups follow. */
const openMessages = (
  deps: ServingDependencies,
  order: LedgerOrder,
  settlement: Settlement,
): readonly NewMessage[] => [
  openOrderMessage(order.request, {
    code: settlement.code,
    params: settlement.params,
    at: deps.now(),
    occurrence: order.attempts,
  }),
];

function servedBy(lane: Lane, step: Step): Served {
  if (step.kind !== "open") return { goOn: true, failures: 0, restMs: 0 };
  const inTrouble = step.laneRestMs > 0;
  return {
    goOn: !inTrouble,
    failures: inTrouble ? lane.failures + 1 : lane.failures,
    restMs: step.laneRestMs,
  };
}

function detailOf(outcome: SendOutcome | LookupOutcome): string {
  switch (outcome.kind) {
    case "written":
    case "found":
      return outcome.orderId;
    case "refused":
      return reasonText(outcome.reasons);
    case "found-several":
      return outcome.orderIds.join(", ");
    case "absent":
      return "";
    default:
      return outcome.reason;
  }
}
