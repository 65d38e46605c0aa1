import type { OrderRequested } from "../../../schemas/records.ts";
import { LONGEST_PARAM, type PlainText, plainTexts } from "../../shared/domain/plain-text.ts";
import type { Connection, Queryable } from "../../shared/postgres.ts";
import { orderParams } from "../domain/announcement.ts";
import { asksForOrder, orderDifference } from "../domain/archived-again.ts";
import { GONE, type KeptRequest, type LedgerOrder } from "./order-ledger.ts";

/**
 * Keeps a newer archiving of a written order until Unit4 has said whether the order is still there (case O29).
 * @param askedFrom it may have been made again in a stretch that is lost: Unit4 is asked from then on; null: nothing is lost
 */
export async function planVisit(
  tx: Connection,
  request: OrderRequested,
  askedFrom: Date | null,
): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set later_request = $3, doubted = doubted or $4::timestamptz is not null, due_at = greatest(now(), $4),
       unanswered_visits = case when later_request is null then 0 else unanswered_visits end, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'written'`,
    [request.tenantId, request.workorderId, request, askedFrom],
  );
}

/** Unit4 gave no usable answer: nothing is said yet, and the next one is further off. */
export async function postponeVisit(
  db: Queryable,
  order: Pick<LedgerOrder, "tenantId" | "workorderId" | "laterRequest">,
  inMs: number,
): Promise<void> {
  await db.query(
    `update order_writer.orders
     set due_at = now() + $3 * interval '1 millisecond', unanswered_visits = unanswered_visits + 1
     where tenant_id = $1 and workorder_id = $2 and state = 'written' and later_request = $4`,
    [order.tenantId, order.workorderId, inMs, order.laterRequest],
  );
}

/** What was archived anew was emptied since: it is noted as known, unless something later has come meanwhile. */
export async function forgetVisit(
  db: Queryable,
  order: Pick<LedgerOrder, "tenantId" | "workorderId" | "laterRequest">,
): Promise<void> {
  await db.query(
    `update order_writer.orders
     set archived_at = to_timestamp((later_request ->> 'archivedAt')::double precision / 1000),
       sequence = coalesce((later_request ->> 'sequence')::integer, 0), later_request = null, due_at = 'infinity',
       changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'written' and later_request = $3`,
    [order.tenantId, order.workorderId, order.laterRequest],
  );
}

/** Publishes the outcome of a written order once more, for the workorder that was archived anew (rule W19). */
export async function tellThere(
  tx: Connection,
  order: LedgerOrder,
  later: OrderRequested,
  orderId: string,
): Promise<void> {
  const difference = await differenceTo(tx, order, later);
  const code = difference.length === 0 ? "ORDER_ALREADY_WRITTEN" : "ORDER_CHANGED_AFTER_WRITING";
  const params = paramsOf(order, later, { orderId, difference: difference.join("; ") });
  await tx.query(
    `update order_writer.orders
     set order_id = $3, archived_at = to_timestamp($4::double precision / 1000), sequence = $5, later_request = null,
       code = $6, params = $7, due_at = 'infinity', settled_at = greatest(now(), settled_at + interval '1 millisecond'),
       published_at = null, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'written'`,
    [later.tenantId, later.workorderId, orderId, later.archivedAt, later.sequence, code, params],
  );
}

/** What a later archiving says differently; of an order whose content is erased only whether it does. */
async function differenceTo(
  db: Queryable,
  { request }: LedgerOrder,
  later: KeptRequest,
): Promise<readonly string[]> {
  if (request.contentHash === undefined) return orderDifference(request, later);
  const { rows } = await db.query<{ hash: string }>("select order_writer.content_hash($1) as hash", [later]);
  return (later.contentHash ?? rows[0]?.hash) === request.contentHash ? [] : [ERASED];
}

/** Stands for a difference that nobody can tell any more. */
const ERASED = "…";

/**
 * Somebody deleted the order in Unit4: it counts as refused until a person sends the workorder again, which is the later
 * archiving: an earlier one is not mapped any more.
 */
export async function tellGone(tx: Connection, order: LedgerOrder, later: OrderRequested): Promise<void> {
  const { tenantId, workorderId, archivedAt, requestedAt, sequence } = later;
  const params = paramsOf(order, later, { orderId: order.orderId ?? "" });
  const request = asksForOrder(later) ? later : { ...order.request, archivedAt, requestedAt, sequence };
  await tx.query(
    `update order_writer.orders
     set state = 'refused', archived_at = to_timestamp($3::double precision / 1000), sequence = $4, later_request = null,
       code = $6, params = $5, due_at = 'infinity', request = $7, reference = $8, customer_id = $9,
       settled_at = greatest(now(), settled_at + interval '1 millisecond'), published_at = null, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state in ('written', 'refused')`,
    [
      tenantId,
      workorderId,
      archivedAt,
      sequence,
      params,
      GONE,
      request,
      request.reference,
      request.customerId,
    ],
  );
  await forgetCheck(tx, order);
}

const paramsOf = (
  order: LedgerOrder,
  later: OrderRequested,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, PlainText>> =>
  plainTexts({ ...orderParams(asksForOrder(later) ? later : order.request), ...own }, LONGEST_PARAM);

/**
 * A person wants an order that was deleted in Unit4 once more: it waits with the newer content or, where it may have been sent
 * with that already, is looked up first.
 */
export async function makeAgain(tx: Connection, order: LedgerOrder, later: OrderRequested): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set state = case when doubted then 'unknown' else 'waiting' end, absent_lookups = 0, request = $3, order_id = null,
       later_request = null, reference = $4, customer_id = $5, due_at = now(),
       archived_at = to_timestamp($6::double precision / 1000), sequence = $7, settled_at = null, published_at = null,
       code = '', params = '{}', unclear_sendings = 0, reasons = '[]', changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'written'`,
    [
      later.tenantId,
      later.workorderId,
      later,
      later.reference,
      later.customerId,
      later.archivedAt,
      later.sequence,
    ],
  );
  await forgetCheck(tx, order);
}

/** What is known to be gone is no longer looked for. */
async function forgetCheck(
  tx: Connection,
  order: { readonly tenantId: string; readonly workorderId: string },
): Promise<void> {
  await tx.query("delete from order_writer.order_checks where tenant_id = $1 and workorder_id = $2", [
    order.tenantId,
    order.workorderId,
  ]);
}
