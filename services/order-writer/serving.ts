import type { Clock } from "../shared/clock.ts";
import { backoffMs } from "../shared/domain/backoff.ts";
import type { MessageLog } from "../shared/messages.ts";
import type { Pool } from "../shared/postgres.ts";
import type { ListedOrder } from "../shared/unit4/orders/orders.ts";
import type { WantedOrder } from "./domain/order-search.ts";
import type { LookupOutcome, OrderPolicy, SendOutcome, VisitOutcome } from "./domain/order-state.ts";
import type { Unit4Order } from "./domain/unit4-order.ts";
import type { Lane } from "./lanes.ts";
import type { LedgerOrder } from "./ledger/order-ledger.ts";
import type { LossGuard } from "./loss-guard.ts";
import type { OrderTelemetry } from "./telemetry.ts";

/** Lists of orders that Unit4 gave, by customer and fiscal year. */
export type OrderLists = Map<string, readonly ListedOrder[]>;

/** Unit4 as the order protocol sees it. */
export type OrderApi = {
  /** Sends an order once, never twice. @param deadlineMs no byte is sent after it (milliseconds since 1970 UTC) */
  send(lane: Lane, order: Unit4Order, deadlineMs: number): Promise<SendOutcome>;
  /**
   * Looks for an order by customer and reference, and shows what is stored where one is found.
   * @param lists of look-ups just before: an order that was due when they began needs no lists of its own
   */
  lookUp(lane: Lane, wanted: WantedOrder, lists?: OrderLists): Promise<LookupOutcome>;
  /** Whether an order that was written is still there: by its number, or under another one by customer and reference. */
  visit(lane: Lane, wanted: WantedOrder, orderId: string): Promise<VisitOutcome>;
};

export type ServingDependencies = {
  readonly pool: Pool;
  /** A transaction after which something is sent; null where the database may have lost something (case O27). */
  readonly guarded: LossGuard["inTransaction"];
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

/** What stopped the lane is mended by time alone: it rests, and longer with each failure in a row. */
export function restAfterFailure(
  { policy, random }: Pick<ServingDependencies, "policy" | "random">,
  failuresBefore: number,
): Served {
  const failures = failuresBefore + 1;
  return { goOn: false, failures, restMs: backoffMs(policy.retry, failures, random()) };
}

/** The lane was leased when its tenant may have had another administration; what was sent to one is looked for there. */
export const laneOf = (lane: Lane, { administration }: LedgerOrder): Lane => ({ ...lane, administration });
