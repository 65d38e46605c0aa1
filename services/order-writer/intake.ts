import type { OrderRequested } from "../../schemas/records.ts";
import type { Incoming } from "../shared/kafka/incoming.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { Connection } from "../shared/postgres.ts";
import { asksForOrder, onRepeat } from "./domain/archived-again.ts";
import { wakeLanes } from "./lanes.ts";
import { type LedgerOrder, lockOrder } from "./ledger/order-ledger.ts";
import {
  insertOrders,
  keepLaterRequest,
  noteRequest,
  orderKey,
  replaceRequest,
  withdrawRequest,
} from "./ledger/requests.ts";
import { planVisit, tellGone } from "./ledger/visited-orders.ts";
import { findRecheck } from "./lost-stretch.ts";

/** Why a request makes no sense; null when it does. */
export function checkRequest({ value, tenantId, entityId }: Incoming<OrderRequested>): string | null {
  if (value === null) return "there is no request";
  if (value.tenantId !== tenantId || value.workorderId !== entityId) return "the key names another workorder";
  if (!asksForOrder(value)) return null;
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
): Promise<readonly OutgoingRecord[]> {
  const requests = records.flatMap(({ value }) => (value === null ? [] : [value]));
  const firstAsking = firstOfEach(requests.filter(asksForOrder));
  const firsts = [...firstAsking.values()];
  const lost = await readAgainAfterLoss(tx, records);
  const fromOf = (request: OrderRequested): Date | null => {
    if (lost?.requests.has(request)) return lost.askedFrom;
    return request.lookFirst ? AT_ONCE : null;
  };
  const inserted = new Set<string>();
  for (const [from, some] of Map.groupBy(firsts, fromOf))
    for (const key of await insertOrders(tx, some, from)) inserted.add(key);
  for (const request of requests) {
    const key = orderKey(request.tenantId, request.workorderId);
    if (inserted.has(key) && firstAsking.get(key) === request) continue;
    const known = await lockOrder(tx, request.tenantId, request.workorderId);
    if (known !== null) await takeInAgain(tx, known, request, fromOf(request));
  }
  await wakeLanes(tx, [...new Set(requests.map(({ tenantId }) => tenantId))]);
  return [];
}

/** Unit4 is asked for them before they are sent, and there is nothing to wait for. */
const AT_ONCE = new Date(0);

/** Which of a partition's requests the database may have known before it lost something (case O27); null: none. */
async function readAgainAfterLoss(
  tx: Connection,
  records: readonly Incoming<OrderRequested>[],
): Promise<{ readonly requests: ReadonlySet<OrderRequested>; readonly askedFrom: Date } | null> {
  const [first] = records;
  const recheck = first === undefined ? null : await findRecheck(tx, first);
  if (recheck === null || first === undefined || first.offset >= recheck.until) return null;
  const again = records.filter(({ offset }) => offset < recheck.until);
  const requests = new Set(again.flatMap(({ value }) => (value === null ? [] : [value])));
  return { requests, askedFrom: recheck.askedFrom };
}

/** The first request of each workorder, by `orderKey`. */
function firstOfEach(requests: readonly OrderRequested[]): ReadonlyMap<string, OrderRequested> {
  const first = new Map<string, OrderRequested>();
  for (const request of requests) {
    const key = orderKey(request.tenantId, request.workorderId);
    if (!first.has(key)) first.set(key, request);
  }
  return first;
}

/** A request for a workorder that is in the ledger. */
export async function takeInAgain(
  tx: Connection,
  known: LedgerOrder,
  request: OrderRequested,
  askedFrom: Date | null = null,
): Promise<void> {
  const decision = onRepeat(known, request);
  switch (decision.kind) {
    case "known":
      return;
    case "replace":
      return replaceRequest(tx, request, askedFrom);
    case "keep-for-later":
      return keepLaterRequest(tx, request, askedFrom);
    case "note":
      return noteRequest(tx, request);
    case "withdraw":
      return withdrawRequest(tx, request);
    case "visit":
      return planVisit(tx, request, askedFrom);
    case "still-gone":
      return tellGone(tx, known, request);
  }
}
