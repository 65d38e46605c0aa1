import { LONGEST_PARAM, plainText } from "../shared/domain/plain-text.ts";
import type { Unit4 } from "../shared/unit4/client.ts";
import type { CallFailure, CallResult, Unit4Message } from "../shared/unit4/http/errors.ts";
import { ADMINISTRATION_GONE } from "../shared/unit4/orders/order-outcome.ts";
import type { ListedOrder, PostOutcome } from "../shared/unit4/orders/orders.ts";
import { fiscalYearsToAsk, isAnothers, matchingOrderIds, type WantedOrder } from "./domain/order-search.ts";
import type { PutOffCode, SendOutcome } from "./domain/order-state.ts";
import {
  isKnownRefusal,
  isWantOfRights,
  reasonText,
  type StatedReason,
  saysAlreadyThere,
} from "./domain/refusal.ts";
import type { Lane } from "./lanes.ts";
import type { OrderApi, OrderLists } from "./serving.ts";

type OrderCalls = Pick<Unit4, "postOrder" | "findOrdersOfCustomer" | "findOrdersOfYear" | "fetchOrder">;

/**
 * Unit4 for the order protocol: what the client says of a call, as one of the protocol's outcomes.
 * @param ordersOfOthers which of these numbers the ledger knows as orders of other workorders: their reference may be the same
 */
export function createOrderApi(
  unit4: OrderCalls,
  ordersOfOthers: (
    lane: Lane,
    workorderId: string,
    orderIds: readonly string[],
  ) => Promise<ReadonlySet<string>>,
): OrderApi {
  /** Numbers of the orders in a list that can be this workorder's. */
  const ownOrderIds = async (
    lane: Lane,
    orders: readonly ListedOrder[],
    wanted: WantedOrder,
  ): Promise<readonly string[]> => {
    const orderIds = matchingOrderIds(orders, wanted);
    if (orderIds.length === 0) return orderIds;
    const others = await ordersOfOthers(lane, wanted.workorderId, orderIds);
    return orderIds.filter((orderId) => !others.has(orderId));
  };

  /** A customer's orders, of a fiscal year or without one; each list is asked for once. */
  const listOf = async (
    lane: Lane,
    lists: OrderLists,
    { customerId, fiscalYear }: { readonly customerId: string; readonly fiscalYear: number | null },
  ): Promise<CallResult<readonly ListedOrder[]>> => {
    const name = `${fiscalYear}/${customerId}`;
    const known = lists.get(name);
    if (known !== undefined) return { kind: "ok", value: known };
    const listed = await (fiscalYear === null
      ? unit4.findOrdersOfCustomer(lane, customerId)
      : unit4.findOrdersOfYear(lane, { customerId, fiscalYear }));
    if (listed.kind === "ok") lists.set(name, listed.value);
    return listed;
  };

  /** The workorder's orders among the customer's; fiscal year by fiscal year as long as there is none. */
  const search = async (
    lane: Lane,
    wanted: WantedOrder,
    lists: OrderLists,
  ): Promise<CallResult<readonly string[]>> => {
    for (const fiscalYear of [null, ...fiscalYearsToAsk(wanted)]) {
      const listed = await listOf(lane, lists, { customerId: wanted.customerId, fiscalYear });
      if (listed.kind !== "ok") return listed;
      const own = await ownOrderIds(lane, listed.value, wanted);
      if (own.length > 0) return { kind: "ok", value: own };
    }
    return { kind: "ok", value: [] };
  };

  const api: OrderApi = {
    send: async (lane, order, deadlineMs) => {
      return sendOutcomeOf(await unit4.postOrder(lane, order, { deadlineMs }));
    },
    lookUp: async (lane, wanted, lists = new Map()) => {
      const found = await search(lane, wanted, lists);
      if (found.kind !== "ok") return { kind: "no-answer", ...delayOf(found) };
      const [orderId, ...more] = found.value;
      if (orderId === undefined) return { kind: "absent" };
      if (more.length > 0) return { kind: "found-several", orderIds: found.value };
      // Best effort: the order is there whether Unit4 shows it or not.
      const shown = await unit4.fetchOrder(lane, orderId);
      const isShown = shown.kind === "ok" && shown.value.orderId === orderId;
      return { kind: "found", orderId, stored: isShown ? shown.value : null };
    },
    visit: async (lane, wanted, orderId) => {
      const shown = await unit4.fetchOrder(lane, orderId);
      const isItsNumber = shown.kind === "ok" && shown.value.orderId === orderId;
      if (isItsNumber && !isAnothers(shown.value, wanted)) return { kind: "found", orderId };
      if (shown.kind !== "ok" && shown.kind !== "not-found") return { kind: "no-answer", ...delayOf(shown) };
      const found = await api.lookUp(lane, wanted);
      if (found.kind !== "found-several") return found;
      const [first = orderId] = found.orderIds;
      return { kind: "found", orderId: first };
    },
  };
  return api;
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
  return said.length > 0 ? said.map(statedReason) : [{ text: plainText(status, LONGEST_PARAM), path: "/" }];
}

const statedReason = ({ text, path }: Unit4Message): StatedReason => ({ text, path });

const putOff = (
  reason: string,
  { code = "ORDER_NOT_SENT", notBeforeMs = null }: { code?: PutOffCode; notBeforeMs?: number | null } = {},
): SendOutcome => ({ kind: "put-off", code, reason, notBeforeMs });

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
