import type { Unit4 } from "../shared/unit4/client.ts";
import type { CallFailure, Outcome, Unit4Message } from "../shared/unit4/http/errors.ts";
import { ADMINISTRATION_GONE } from "../shared/unit4/orders/order-outcome.ts";
import type { ListedOrder, PostOutcome } from "../shared/unit4/orders/orders.ts";
import { fiscalYearsToAsk, matchingOrderIds, type WantedOrder } from "./domain/order-search.ts";
import type { LookupOutcome, PutOffCode, SendOutcome } from "./domain/order-state.ts";
import {
  isKnownRefusal,
  isWantOfRights,
  reasonText,
  type StatedReason,
  saysAlreadyThere,
} from "./domain/refusal.ts";
import type { Lane } from "./lanes.ts";
import type { OrderApi } from "./serve-order.ts";

type OrderCalls = Pick<Unit4, "postOrder" | "findOrdersOfCustomer" | "findOrdersOfYear" | "fetchOrder">;

/** Unit4 for the order protocol: what the client says of a call, as one of the protocol's outcomes. */
export function createOrderApi(unit4: OrderCalls): OrderApi {
  return {
    send: async (lane, order, deadlineMs) => {
      return sendOutcomeOf(await unit4.postOrder(lane, order, { deadlineMs }));
    },
    lookUp: async (lane, wanted) => {
      const orders = await ordersToSearch(unit4, lane, wanted);
      if (orders.kind !== "ok") return { kind: "no-answer", ...delayOf(orders) };
      const outcome = lookupOutcomeOf(orders.value, wanted.customerId, wanted.reference);
      if (outcome.kind !== "found") return outcome;
      // Best effort: the order is there whether Unit4 shows it or not.
      const shown = await unit4.fetchOrder(lane, outcome.orderId);
      const isShown = shown.kind === "ok" && shown.value.orderId === outcome.orderId;
      return isShown ? { ...outcome, stored: shown.value } : outcome;
    },
  };
}

/** Three outcomes and the moment that was wrong; only what the client is certain of settles or repeats an order. */
export function sendOutcomeOf(outcome: PostOutcome): SendOutcome {
  switch (outcome.kind) {
    case "written": {
      const { orderId, order, messages } = outcome;
      const remarks = messages.filter(({ kind }) => kind === "warning").map(({ text }) => text);
      return { kind: "written", orderId, remarks, stored: order };
    }
    case "refused":
      return refusedOutcome(reasonsOf(outcome.messages, `HTTP ${outcome.status}`));
    case "unknown":
      return { kind: "unknown", reason: outcome.reason, reasons: objectionsOf(outcome) };
    case "not-sent":
      return putOff(outcome.reason, {
        code: outcome.reason === ADMINISTRATION_GONE ? "ORDER_ADMINISTRATION_GONE" : "ORDER_NOT_SENT",
      });
    case "parked":
      return putOff("RATE_LIMITED", { notBeforeMs: outcome.until });
    case "forbidden":
      return putOff(`HTTP_${outcome.status}`, { code: "ORDER_NO_RIGHTS" });
    case "revoked":
      return putOff("REVOKED", { code: "ORDER_NEEDS_CONNECTION" });
    case "client-refused":
      return putOff("CLIENT_REFUSED", { code: "ORDER_CLIENT_REFUSED" });
  }
}

function refusedOutcome(reasons: readonly StatedReason[]): SendOutcome {
  if (isWantOfRights(reasons)) return putOff(reasonText(reasons), { code: "ORDER_NO_RIGHTS" });
  if (saysAlreadyThere(reasons)) return { kind: "unknown", reason: "SAID_TO_BE_THERE", reasons };
  return { kind: "refused", reasons };
}

/** A faulty server also speaks of errors: with such a status only a known reason against the order counts as one. */
function objectionsOf({
  reason,
  messages,
}: Extract<PostOutcome, { readonly kind: "unknown" }>): readonly StatedReason[] {
  const reasons = messages.filter(({ kind }) => kind === "error").map(statedReason);
  return reason.startsWith("HTTP_") && !isKnownRefusal(reasons) ? [] : reasons;
}

/** The errors; where there are none, whatever was said; where nothing was, the status. */
function reasonsOf(messages: readonly Unit4Message[], status: string): readonly StatedReason[] {
  const errors = messages.filter(({ kind }) => kind === "error");
  const said = errors.length > 0 ? errors : messages;
  return said.length > 0 ? said.map(statedReason) : [{ text: status, path: "/" }];
}

const statedReason = ({ text, path }: Unit4Message): StatedReason => ({ text, path });

const putOff = (
  reason: string,
  { code = "ORDER_NOT_SENT", notBeforeMs = null }: { code?: PutOffCode; notBeforeMs?: number | null } = {},
): SendOutcome => ({ kind: "put-off", code, reason, notBeforeMs });

/** The customer's orders; fiscal year by fiscal year as long as the wanted one is not among them. */
async function ordersToSearch(
  unit4: OrderCalls,
  lane: Lane,
  wanted: WantedOrder,
): Promise<Outcome<readonly ListedOrder[]>> {
  const orders = await unit4.findOrdersOfCustomer(lane, wanted.customerId);
  if (orders.kind !== "ok" || matchingOrderIds(orders.value, wanted).length > 0) return orders;
  for (const fiscalYear of fiscalYearsToAsk(orders.value, wanted)) {
    const ofYear = await unit4.findOrdersOfYear(lane, { customerId: wanted.customerId, fiscalYear });
    if (ofYear.kind !== "ok" || matchingOrderIds(ofYear.value, wanted).length > 0) return ofYear;
  }
  return orders;
}

/** What a list of orders says of the one with this reference on this customer. */
function lookupOutcomeOf(
  orders: readonly ListedOrder[],
  customerId: string,
  reference: string,
): LookupOutcome {
  const orderIds = matchingOrderIds(orders, { customerId, reference });
  const [only] = orderIds;
  if (only === undefined) return { kind: "absent" };
  return orderIds.length === 1
    ? { kind: "found", orderId: only, stored: null }
    : { kind: "found-several", orderIds };
}

function delayOf(failure: CallFailure): { readonly reason: string; readonly notBeforeMs: number | null } {
  switch (failure.kind) {
    case "unavailable":
      return { reason: failure.reason, notBeforeMs: null };
    case "parked":
      return { reason: "RATE_LIMITED", notBeforeMs: failure.until };
    default:
      return { reason: failure.kind.toUpperCase().replace("-", "_"), notBeforeMs: null };
  }
}
