import type { PutOffCode, SendOutcome } from "./domain/order-state.ts";
import type { Unit4Order } from "./domain/unit4-order.ts";
import type { Lane } from "./lanes.ts";
import type { LedgerOrder } from "./order-ledger.ts";
import type { OrderApi, ServingDependencies } from "./serve-order.ts";

/**
 * Serving an order that a person sends again after it was sent before: it is looked for first, since what was refused or
 * given up may stand in Unit4 all the same. One that is found is written, not posted (case O03).
 */
export function lookingFirst(deps: ServingDependencies, order: LedgerOrder): ServingDependencies {
  // A request that the ledger stored before there were retries has none.
  const isRetry = (order.request.retry ?? null) !== null;
  if (!isRetry || order.attempts === 0) return deps;
  const send: OrderApi["send"] = (lane, body, deadlineMs) =>
    sendUnlessThere(deps.api, { lane, order, body, deadlineMs });
  return { ...deps, api: { ...deps.api, send } };
}

async function sendUnlessThere(
  api: OrderApi,
  sending: {
    readonly lane: Lane;
    readonly order: LedgerOrder;
    readonly body: Unit4Order;
    readonly deadlineMs: number;
  },
): Promise<SendOutcome> {
  const { lane, order, body, deadlineMs } = sending;
  const there = await api.lookUp(lane, order.request);
  switch (there.kind) {
    case "absent":
      return api.send(lane, body, deadlineMs);
    case "found":
      return { kind: "written", orderId: there.orderId, remarks: [], stored: there.stored ?? NOT_SHOWN };
    case "found-several":
      // The look-up that every unknown order gets says it to the office.
      return { kind: "unknown", reason: "FOUND_SEVERAL", reasons: [] };
    case "no-answer":
      return {
        kind: "put-off",
        code: CODES[there.reason] ?? "ORDER_NOT_SENT",
        reason: there.reason,
        notBeforeMs: there.notBeforeMs,
      };
  }
}

/** Why Unit4 could not be asked, where it is so for every order of the tenant. */
const CODES: Readonly<Record<string, PutOffCode>> = {
  REVOKED: "ORDER_NEEDS_CONNECTION",
  CLIENT_REFUSED: "ORDER_CLIENT_REFUSED",
  FORBIDDEN: "ORDER_NO_RIGHTS",
};

/** What Unit4 does not show proves nothing. */
const NOT_SHOWN = { customerId: "", reference: "", orderLines: null };
