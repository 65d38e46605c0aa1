import type { OrderRequested } from "../../schemas/records.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { Incoming } from "../shared/kafka/incoming.ts";
import type { Connection } from "../shared/postgres.ts";
import { orderParams } from "./domain/announcement.ts";
import { onRepeat } from "./domain/order-state.ts";
import { wakeLanes } from "./lanes.ts";
import {
  insertOrders,
  keepLaterRequest,
  type LedgerOrder,
  lockOrder,
  orderKey,
  replaceRequest,
  settleAgain,
} from "./order-ledger.ts";

/** Why a request makes no sense; null when it does. */
export function checkRequest({ value, tenantId, entityId }: Incoming<OrderRequested>): string | null {
  if (value === null) return "there is no request";
  if (value.tenantId !== tenantId || value.workorderId !== entityId) return "the key names another workorder";
  if (value.customerId === "") return "there is no customer";
  if (value.lines.length === 0) return "there are no lines";
  if (value.lines.some(({ kind }) => kind === "unknown")) return "a line is of a kind that nobody here knows";
  if (value.reference === "" || value.reference.length > 60)
    return "the reference is empty or longer than 60";
  if (!/^\d{4}-\d\d-\d\d$/.test(value.orderDate))
    return `the order date ${value.orderDate} is not yyyy-MM-dd`;
  return null;
}

/** Takes requests into the ledger: each workorder once, archived anew according to rule W19. Wakes the lanes. */
export async function takeIn(
  tx: Connection,
  records: readonly Incoming<OrderRequested>[],
): Promise<readonly NewMessage[]> {
  const requests = records.flatMap(({ value }) => (value === null ? [] : [value]));
  const inserted = await insertOrders(tx, firstOfEach(requests));
  for (const request of requests) {
    const key = orderKey(request.tenantId, request.workorderId);
    const known = await (inserted.has(key) && isFirst(requests, request)
      ? null
      : lockOrder(tx, request.tenantId, request.workorderId));
    if (known !== null) await takeInAgain(tx, known, request);
  }
  await wakeLanes(tx, [...new Set(requests.map(({ tenantId }) => tenantId))]);
  return [];
}

function firstOfEach(requests: readonly OrderRequested[]): readonly OrderRequested[] {
  const first = new Map<string, OrderRequested>();
  for (const request of requests) {
    const key = orderKey(request.tenantId, request.workorderId);
    if (!first.has(key)) first.set(key, request);
  }
  return [...first.values()];
}

const isFirst = (requests: readonly OrderRequested[], request: OrderRequested): boolean =>
  requests.find(
    ({ tenantId, workorderId }) => tenantId === request.tenantId && workorderId === request.workorderId,
  ) === request;

/** A request for a workorder that is in the ledger. */
export async function takeInAgain(
  tx: Connection,
  known: LedgerOrder,
  request: OrderRequested,
): Promise<void> {
  const decision = onRepeat(known, request);
  switch (decision.kind) {
    case "known":
      return;
    case "replace":
      return replaceRequest(tx, request);
    case "keep-for-later":
      return keepLaterRequest(tx, request);
    case "already-written": {
      const isSame = decision.difference.length === 0;
      return settleAgain(tx, request, {
        code: isSame ? "ORDER_ALREADY_WRITTEN" : "ORDER_CHANGED_AFTER_WRITING",
        params: {
          ...orderParams(request),
          orderId: known.orderId ?? "",
          difference: decision.difference.join("; "),
        },
      });
    }
  }
}
