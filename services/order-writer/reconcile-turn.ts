import type { Clock } from "../shared/clock.ts";
import { type Backoff, backoffMs } from "../shared/domain/backoff.ts";
import type { NewMessage } from "../shared/domain/message-catalogue.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Pool } from "../shared/postgres.ts";
import type { Unit4 } from "../shared/unit4/client.ts";
import type { ListedOrder } from "../shared/unit4/orders/orders.ts";
import { compareStored, differenceText } from "./domain/answer-comparison.ts";
import { matchingOrderIds } from "./domain/order-search.ts";
import {
  contentMessage,
  type Discrepancy,
  discrepancyMessage,
  discrepancyOf,
  isContentCompared,
  isNews,
  nextCheckInMs,
  type OrderSight,
} from "./domain/reconciliation.ts";
import type { Lane } from "./lanes.ts";
import { ordersOfOthers } from "./ledger/order-ledger.ts";
import {
  dropForeignChecks,
  dueChecks,
  type OrderCheck,
  releaseCheckTurn,
  storeCheck,
} from "./reconciliation-store.ts";
import type { OrderApi } from "./serving.ts";
import type { OrderTelemetry } from "./telemetry.ts";

export type ReconcileParts = {
  readonly pool: Pool;
  readonly unit4: Pick<Unit4, "findOrdersOfCustomer" | "fetchOrder">;
  readonly api: Pick<OrderApi, "lookUp">;
  readonly messages: MessageLog;
  readonly telemetry: OrderTelemetry;
  readonly now: Clock;
  readonly random: () => number;
  /** How long a written order without a discrepancy is watched, in milliseconds. */
  readonly horizonMs: number;
};

/** Orders in one turn at most, and how long a turn may go on: a tenant that is switched off is left alone within seconds. */
const MOST_CHECKS = 20;
const LONGEST_TURN_MS = 4_000;
/** Checks that are due so soon go with those of the same customer: one list is enough. */
const SOON_MS = 60_000;
/** After a turn Unit4 has rest for as long as it worked for us, and at most this long. */
const LONGEST_REST_MS = 5_000;
const BACKOFF: Backoff = { firstMs: 30_000, longestMs: 10 * 60_000 };

/** One turn of a tenant: the written orders of one customer, with one list of its orders. */
export async function reconcileTurn(parts: ReconcileParts, lane: Lane, stopping: AbortSignal): Promise<void> {
  const startedAt = parts.now();
  const failures = lane.failures + 1;
  let rest = { failures, restMs: backoffMs(BACKOFF, failures, parts.random()) };
  try {
    await dropForeignChecks(parts.pool, lane);
    const checks = await dueChecks(parts.pool, lane.tenantId, { most: MOST_CHECKS, soonMs: SOON_MS });
    const isAnswered = await checkAll(parts, lane, checks, stopping);
    const tookMs = parts.now() - startedAt;
    if (isAnswered) rest = { failures: 0, restMs: Math.min(LONGEST_REST_MS, tookMs) };
    if (isAnswered) parts.telemetry.ordersReconciled(parts.now());
  } finally {
    await releaseCheckTurn(parts.pool, lane, rest);
  }
}

/** @returns whether Unit4 answered */
async function checkAll(
  parts: ReconcileParts,
  lane: Lane,
  checks: readonly OrderCheck[],
  stopping: AbortSignal,
): Promise<boolean> {
  const [first] = checks;
  if (first === undefined) return true;
  const startedAt = parts.now();
  const listed = await parts.unit4.findOrdersOfCustomer(lane, first.request.customerId);
  if (listed.kind !== "ok") return false;
  for (const check of checks) {
    if (stopping.aborted || parts.now() - startedAt > LONGEST_TURN_MS) break;
    const sight = await sightOf(parts, lane, check, listed.value);
    if (sight === null) return false;
    await conclude(parts, lane, check, sight);
  }
  return true;
}

/** What Unit4 has of an order; null when it gave no usable answer. An order that no list has is asked for by number. */
async function sightOf(
  { api, unit4, pool }: ReconcileParts,
  lane: Lane,
  { request, orderId }: OrderCheck,
  listed: readonly ListedOrder[],
): Promise<OrderSight | null> {
  const listedIds = matchingOrderIds(listed, request);
  const others = await ordersOfOthers(pool, lane, request.workorderId, listedIds);
  const orderIds = listedIds.filter((one) => !others.has(one));
  if (orderIds.length > 0) return { orderIds, isShownByNumber: true };
  const there = await api.lookUp(lane, request);
  switch (there.kind) {
    case "found":
      return { orderIds: [there.orderId], isShownByNumber: true };
    case "found-several":
      return { orderIds: there.orderIds, isShownByNumber: true };
    case "no-answer":
      return null;
    case "absent": {
      const shown = await unit4.fetchOrder(lane, orderId);
      if (shown.kind === "ok") return { orderIds: [], isShownByNumber: true };
      return shown.kind === "not-found" ? { orderIds: [], isShownByNumber: false } : null;
    }
  }
}

/** Says what is news, then stores it: a crash in between says it again under the same id. */
async function conclude(
  parts: ReconcileParts,
  lane: Lane,
  check: OrderCheck,
  sight: OrderSight,
): Promise<void> {
  const before = knownDiscrepancy(check);
  const discrepancy = discrepancyOf(sight);
  const [onlyId = check.orderId] = sight.orderIds;
  const about = {
    request: check.request,
    orderId: discrepancy === null ? onlyId : check.orderId,
    at: check.readAt.getTime(),
    occurrence: `check ${check.checks}`,
  };
  const news: NewMessage[] = [];
  if (isNews(before, discrepancy)) {
    news.push(discrepancyMessage(discrepancy, about));
    if (discrepancy !== null)
      parts.telemetry.discrepancyFound(lane.tenantId, check.workorderId, discrepancy.kind);
  }
  const difference = discrepancy === null ? await contentDifference(parts, lane, check) : "";
  if (difference !== "") {
    news.push(contentMessage(difference, about));
    parts.telemetry.discrepancyFound(lane.tenantId, check.workorderId, "differs");
  }
  await parts.messages.log(news);
  const { ageMs, workorderId } = check;
  const nextInMs = nextCheckInMs({ ageMs, discrepancy, horizonMs: parts.horizonMs });
  await storeCheck(parts.pool, lane, { workorderId, discrepancy, nextInMs });
}

/** Two orders that were found when the order was written are told already. */
function knownDiscrepancy({ checks, code, discrepancy, orderIds }: OrderCheck): Discrepancy | null {
  if (checks > 0 || code !== "ORDER_FOUND_TWICE" || orderIds === null) return discrepancy;
  return { kind: "duplicate", orderIds: orderIds.split(", ") };
}

/** Where the order is not what was sent, as people read it; empty when it is, or when it is not compared. */
async function contentDifference({ unit4 }: ReconcileParts, lane: Lane, check: OrderCheck): Promise<string> {
  if (!isContentCompared(check) || check.code === "ORDER_STORED_DIFFERENTLY") return "";
  const shown = await unit4.fetchOrder(lane, check.orderId);
  // Best effort: the order is there, whether Unit4 shows it or not.
  if (shown.kind !== "ok" || shown.value.orderId !== check.orderId) return "";
  return differenceText(compareStored(check.request, shown.value));
}
