import type { Unit4 } from "../shared/unit4/client.ts";
import type { CallFailure, Unit4Message } from "../shared/unit4/errors.ts";
import type { ListedOrder, PostOutcome } from "../shared/unit4/orders.ts";
import type { LookupOutcome, SendOutcome } from "./domain/order-state.ts";
import type { OrderApi } from "./serve-order.ts";

/** Unit4 for the order protocol: what the client says of a call, as one of the protocol's outcomes. */
export function createOrderApi(unit4: Unit4): OrderApi {
  return {
    send: async (lane, order, deadlineMs) => {
      return sendOutcomeOf(await unit4.postOrder(lane, order, { deadlineMs }));
    },
    lookUp: async (lane, customerId, reference) => {
      const orders = await unit4.findOrdersOfCustomer(lane, customerId);
      if (orders.kind !== "ok") return { kind: "no-answer", ...delayOf(orders) };
      return lookupOutcomeOf(orders.value, customerId, reference);
    },
  };
}

/** Three outcomes and the moment that was wrong; only what the client is certain of settles or repeats an order. */
export function sendOutcomeOf(outcome: PostOutcome): SendOutcome {
  switch (outcome.kind) {
    case "written":
      return { kind: "written", orderId: outcome.orderId, remarks: outcome.messages.map(({ text }) => text) };
    case "refused":
      return { kind: "refused", reasons: reasonsOf(outcome.messages, outcome.status) };
    case "unknown":
      return { kind: "unknown", reason: outcome.reason };
    case "not-sent":
      return { kind: "put-off", reason: outcome.reason, notBeforeMs: null };
    case "parked":
      return { kind: "put-off", reason: "RATE_LIMITED", notBeforeMs: outcome.until };
    case "forbidden":
      return { kind: "put-off", reason: `HTTP_${outcome.status}`, notBeforeMs: null };
    case "revoked":
    case "client-refused":
      return { kind: "put-off", reason: outcome.kind.toUpperCase().replace("-", "_"), notBeforeMs: null };
  }
}

function reasonsOf(messages: readonly Unit4Message[], status: number): readonly string[] {
  const texts = messages.map(({ text }) => text).filter((text) => text !== "");
  return texts.length > 0 ? texts : [`HTTP ${status}`];
}

/**
 * The order with this very reference on this customer. Compared here, because Unit4 may ignore a filter; the whole
 * reference, because `WB-2026-0019` is the beginning of another workorder's `WB-2026-00190`.
 */
export function lookupOutcomeOf(
  orders: readonly ListedOrder[],
  customerId: string,
  reference: string,
): LookupOutcome {
  const found = orders.filter((order) => order.customerId === customerId && order.reference === reference);
  const orderIds = [...new Set(found.map(({ orderId }) => orderId))];
  const [only] = orderIds;
  if (only === undefined) return { kind: "absent" };
  return orderIds.length === 1 ? { kind: "found", orderId: only } : { kind: "found-several", orderIds };
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
