import { crashPoint } from "../shared/crash-points.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";
import { findTenants } from "../shared/tenants.ts";
import { openOrderMessage } from "./domain/announcement.ts";
import type { LookupOutcome, SendOutcome, Step } from "./domain/order-state.ts";
import { reasonText } from "./domain/refusal.ts";
import { type Settlement, settlementOf } from "./domain/settlement.ts";
import { takeInAgain } from "./intake.ts";
import type { Lane } from "./lanes.ts";
import { finishAttempt, type LedgerOrder, lockOrder, storeStep } from "./ledger/order-ledger.ts";
import type { Served, ServingDependencies } from "./serving.ts";
import type { StepOutcome } from "./telemetry.ts";

type Taken = { readonly outcome: StepOutcome; readonly detail: string };

/** Writes down what a step came to, tells it where it is told now, and says how the lane goes on. */
export async function store(
  deps: ServingDependencies,
  lane: Lane,
  order: LedgerOrder,
  step: Step,
  taken: Taken,
): Promise<Served> {
  const tenant = step.kind === "open" ? await tenantName(deps.pool, order.tenantId) : "";
  const { settlement, storedAt, request } = await inTransaction(deps.pool, async (tx) => {
    const known = (await lockOrder(tx, order.tenantId, order.workorderId)) ?? order;
    const { request, said, detail } = say(known, step, { reason: taken.detail, tenant });
    await finishAttempt(tx, { ...order, attempt: order.attempts, ...taken, detail });
    const at = await storeStep(tx, lane, order, said);
    // Also before it is sent once more: what is sent next has to be the newest.
    if (at !== null && said.state !== "unknown") await takeInLater(tx, order);
    return { settlement: said, storedAt: at, request };
  });
  const { state } = settlement;
  crashPoint("outcome-stored");
  deps.telemetry.stepTaken(order.tenantId, order.workorderId, taken.outcome, taken.detail);
  if (storedAt === null) deps.telemetry.outcomeOvertaken(order.tenantId, order.workorderId, taken.outcome);
  else if (state === "written") deps.telemetry.orderWritten(sinceSeconds(order.request, deps.now()));
  else if (state === "refused") deps.telemetry.orderRefused(settlement.code);
  else await deps.messages.log([openMessage({ ...order, request }, settlement, storedAt)]);
  return servedBy(lane, step);
}

/** What is said of an order as it is by now: its content may have been emptied and erased meanwhile (rule A13). */
export function say(
  known: LedgerOrder,
  step: Step,
  open: { readonly reason: string; readonly tenant: string },
): { readonly request: LedgerOrder["request"]; readonly said: Settlement; readonly detail: string } {
  const isErased = known.isWithdrawn || known.request.contentHash !== undefined;
  const detail = isErased ? "" : open.reason;
  const request = isErased ? { ...known.request, customerName: "" } : known.request;
  const said = settlementOf(request, isErased ? withoutTexts(step) : step, { ...open, reason: detail });
  return { request, said, detail };
}

const sinceSeconds = ({ archivedAt, requestedAt }: LedgerOrder["request"], nowMs: number) => ({
  archived: (nowMs - archivedAt) / 1000,
  requested: (nowMs - requestedAt) / 1000,
});

/** A step without what Unit4 said, which may name whom the order was for. */
function withoutTexts(step: Step): Step {
  if (step.kind === "open") return { ...step, reasons: [] };
  if (step.kind !== "settled") return step;
  return step.state === "written" ? { ...step, remarks: [], stored: null } : { ...step, reasons: [] };
}

/** As the office calls it; its id where nobody has given it a name. */
export async function tenantName(pool: Pool, tenantId: string): Promise<string> {
  return (await findTenants(pool, [tenantId])).get(tenantId)?.name ?? tenantId;
}

/** A newer archiving came while the outcome was open: now that it no longer is, it can be judged. */
export async function takeInLater(tx: Connection, order: LedgerOrder): Promise<void> {
  const settled = await lockOrder(tx, order.tenantId, order.workorderId);
  if (settled?.laterRequest === null || settled === null) return;
  await takeInAgain(tx, { ...settled, laterRequest: null }, settled.laterRequest);
}

/** One message per attempt, however many look-ups follow. */
export const openMessage = (order: LedgerOrder, settlement: Settlement, storedAt: Date): NewMessage =>
  openOrderMessage(order.request, {
    code: settlement.code,
    params: settlement.params,
    at: storedAt.getTime(),
    occurrence: order.attempts,
  });

function servedBy(lane: Lane, step: Step): Served {
  if (step.kind !== "open") return { goOn: true, failures: 0, restMs: 0 };
  const hasToRest = step.laneRestMs > 0;
  return {
    goOn: !hasToRest,
    failures: hasToRest ? lane.failures + 1 : lane.failures,
    restMs: step.laneRestMs,
  };
}

export function detailOf(outcome: SendOutcome | LookupOutcome): string {
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
