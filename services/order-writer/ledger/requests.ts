import type { OrderRequested } from "../../../schemas/records.ts";
import type { Connection } from "../../shared/postgres.ts";
import { GONE } from "./order-ledger.ts";

/** `tenantId/workorderId`. */
export const orderKey = (tenantId: string, workorderId: string): string => `${tenantId}/${workorderId}`;

/**
 * Inserts requests that the ledger does not know: as waiting and due at once or, where what it knew of them may be lost, as
 * unknown, so that Unit4 is asked first. @param askedFrom null: nothing is lost @returns workorder keys inserted
 */
export async function insertOrders(
  tx: Connection,
  requests: readonly OrderRequested[],
  askedFrom: Date | null,
): Promise<ReadonlySet<string>> {
  if (requests.length === 0) return new Set();
  const { rows } = await tx.query<{ tenantId: string; workorderId: string }>(
    `insert into order_writer.orders
       (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at, sequence, doubted)
     select request->>'tenantId', request->>'workorderId', request->>'reference', request->>'customerId', request,
       case when $2::timestamptz is null then 'waiting' else 'unknown' end, greatest(now(), $2),
       to_timestamp((request->>'archivedAt')::double precision / 1000), (request->>'sequence')::integer, $2 is not null
     from unnest($1::jsonb[]) as request
     on conflict (tenant_id, workorder_id) do nothing
     returning tenant_id as "tenantId", workorder_id as "workorderId"`,
    [requests.map((request) => JSON.stringify(request)), askedFrom],
  );
  return new Set(rows.map(({ tenantId, workorderId }) => orderKey(tenantId, workorderId)));
}

/**
 * Puts a newer request in the place of one that was never written, or was deleted in Unit4: it waits, and is due at once. Where what was known of it may
 * be lost, Unit4 is asked for it first. @param askedFrom null: nothing is lost
 */
export async function replaceRequest(
  tx: Connection,
  request: OrderRequested,
  askedFrom: Date | null,
): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set request = $3, later_request = null, reference = $4, customer_id = $5, order_id = null,
       state = case when doubted or $8::timestamptz is not null then 'unknown' else 'waiting' end, absent_lookups = 0,
       doubted = doubted or $8 is not null, due_at = greatest(now(), $8),
       archived_at = to_timestamp($6::double precision / 1000), sequence = $7, settled_at = null, published_at = null,
       code = '', params = '{}', unclear_sendings = 0, reasons = '[]', changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state in ('waiting', 'refused')`,
    [
      request.tenantId,
      request.workorderId,
      request,
      request.reference,
      request.customerId,
      request.archivedAt,
      request.sequence,
      askedFrom,
    ],
  );
}

/**
 * Notes that a refused order's workorder was archived anew without one: nothing earlier counts any more, and what was
 * said of it ends. That somebody deleted it in Unit4 stays so: only a person has it made again (case O29).
 */
export async function noteRequest(tx: Connection, request: OrderRequested): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set archived_at = to_timestamp($3::double precision / 1000), sequence = $4,
       code = case code when $6 then code else $5 end, params = case code when $6 then params else '{}' end,
       later_request = null, settled_at = now(), published_at = case code when $6 then now() end, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'refused'`,
    [request.tenantId, request.workorderId, request.archivedAt, request.sequence, request.noOrderCode, GONE],
  );
}

/**
 * Settles a waiting order whose workorder was archived anew without one. Simon and the office were told why by the service
 * that decided it; what was said of the order while it waited ends here.
 */
export async function withdrawRequest(tx: Connection, request: OrderRequested): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set state = 'refused', code = $3, params = '{}', later_request = null, due_at = 'infinity',
       archived_at = to_timestamp($4::double precision / 1000), sequence = $5, settled_at = now(), published_at = null,
       changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'waiting'`,
    [request.tenantId, request.workorderId, request.noOrderCode, request.archivedAt, request.sequence],
  );
}

/**
 * Keeps a newer request until the outcome of the one on its way is known. @param askedFrom when it takes that one's place, Unit4
 * is asked for it first, not before then; null: nothing is lost
 */
export async function keepLaterRequest(
  tx: Connection,
  request: OrderRequested,
  askedFrom: Date | null,
): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set later_request = $3, doubted = doubted or $4::timestamptz is not null, due_at = greatest(due_at, $4), changed_at = now()
     where tenant_id = $1 and workorder_id = $2`,
    [request.tenantId, request.workorderId, request, askedFrom],
  );
}
