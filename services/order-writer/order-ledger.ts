import type { OrderRequested } from "../../schemas/records.ts";
import type { Connection, Pool, Queryable } from "../shared/postgres.ts";
import { inTransaction } from "../shared/postgres.ts";
import type { OpenFacts, OrderState } from "./domain/order-state.ts";
import type { Settlement } from "./domain/settlement.ts";

/** A row of the ledger as a step needs it. */
export type LedgerOrder = OpenFacts & {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly state: OrderState;
  readonly request: OrderRequested;
  readonly laterRequest: OrderRequested | null;
  /** The latest archiving that was taken into account, milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  readonly attempts: number;
  readonly orderId: string | null;
  /** Its tenant's workorders were emptied since: it is not sent any more (rule A12). */
  readonly isWithdrawn: boolean;
};

/** Its tenant's workorders were emptied since. Needs the table under its own name. */
export const OF_EMPTIED_EPOCH = `exists (select from order_writer.emptied_tenants emptied
  where emptied.tenant_id = orders.tenant_id and emptied.epoch > (orders.request ->> 'epoch')::integer)`;

const COLUMNS = `tenant_id as "tenantId", workorder_id as "workorderId", state, request,
  later_request as "laterRequest", (extract(epoch from archived_at) * 1000)::double precision as "archivedAt",
  attempts, absent_lookups as "absentLookups", unclear_sendings as "unclearSendings", reasons, order_id as "orderId",
  ${OF_EMPTIED_EPOCH} as "isWithdrawn"`;

/** Inserts requests that the ledger does not know as waiting, due at once. @returns workorder keys inserted */
export async function insertOrders(
  tx: Connection,
  requests: readonly OrderRequested[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ tenantId: string; workorderId: string }>(
    `insert into order_writer.orders
       (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at)
     select request->>'tenantId', request->>'workorderId', request->>'reference', request->>'customerId', request,
       'waiting', now(), to_timestamp((request->>'archivedAt')::double precision / 1000)
     from unnest($1::jsonb[]) as request
     on conflict (tenant_id, workorder_id) do nothing
     returning tenant_id as "tenantId", workorder_id as "workorderId"`,
    [requests.map((request) => JSON.stringify(request))],
  );
  return new Set(rows.map(({ tenantId, workorderId }) => orderKey(tenantId, workorderId)));
}

/** `tenantId/workorderId`. */
export const orderKey = (tenantId: string, workorderId: string): string => `${tenantId}/${workorderId}`;

/** One order, locked for the rest of the transaction; null where there is none. */
export async function lockOrder(
  tx: Connection,
  tenantId: string,
  workorderId: string,
): Promise<LedgerOrder | null> {
  const { rows } = await tx.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders where tenant_id = $1 and workorder_id = $2 for update`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}

/** Puts a newer request in the place of one that was never written: it waits, and is due at once. */
export async function replaceRequest(tx: Connection, request: OrderRequested): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set request = $3, later_request = null, reference = $4, customer_id = $5, state = 'waiting', due_at = now(),
       archived_at = to_timestamp($6::double precision / 1000), settled_at = null, published_at = null, code = '', params = '{}', unclear_sendings = 0,
       reasons = '[]', changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state in ('waiting', 'refused')`,
    [
      request.tenantId,
      request.workorderId,
      request,
      request.reference,
      request.customerId,
      request.archivedAt,
    ],
  );
}

/** Keeps a newer request until the outcome of the one on its way is known. */
export async function keepLaterRequest(tx: Connection, request: OrderRequested): Promise<void> {
  await tx.query(
    `update order_writer.orders set later_request = $3, changed_at = now() where tenant_id = $1 and workorder_id = $2`,
    [request.tenantId, request.workorderId, request],
  );
}

/** Publishes the outcome of a written order once more, for the workorder that was archived anew. */
export async function settleAgain(
  tx: Connection,
  request: OrderRequested,
  said: { readonly code: string; readonly params: Readonly<Record<string, string>> },
): Promise<void> {
  await tx.query(
    `update order_writer.orders
     set archived_at = to_timestamp($3::double precision / 1000), later_request = null, code = $4, params = $5, settled_at = now(), published_at = null,
       changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'written'`,
    [request.tenantId, request.workorderId, request.archivedAt, said.code, said.params],
  );
}

/** The order of a tenant that is due first; null when none is. */
export async function nextDueOrder(db: Queryable, tenantId: string): Promise<LedgerOrder | null> {
  const { rows } = await db.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders
     where tenant_id = $1 and state in ('waiting', 'sending', 'unknown') and due_at <= now()
     order by due_at, archived_at limit 1`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** Who may act for a tenant: the newest token of its lane, as long as the lease lasts. */
export type Lease = { readonly tenantId: string; readonly token: number };

/**
 * Writes down that an order is about to be sent: the row says sending before the first byte leaves.
 * @param sendingMs the lease must last at least so long: the sending ends before another process may begin
 * @returns the number of the attempt, or null when the order is no longer waiting or the lease is no longer ours
 */
export async function beginAttempt(
  pool: Pool,
  order: LedgerOrder,
  lease: Lease,
  sendingMs: number,
): Promise<number | null> {
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ attempts: number }>(
      `update order_writer.orders
       set state = 'sending', attempts = attempts + 1, due_at = now(), changed_at = now()
       where tenant_id = $1 and workorder_id = $2 and state = 'waiting' and not ${OF_EMPTIED_EPOCH} and exists (
         select from order_writer.lanes
         where tenant_id = $1 and lease_token = $3 and lease_until > now() + $4 * interval '1 millisecond')
       returning attempts`,
      [order.tenantId, order.workorderId, lease.token, sendingMs],
    );
    const attempt = rows[0]?.attempts;
    if (attempt === undefined) return null;
    await tx.query(
      "insert into order_writer.attempts (tenant_id, workorder_id, attempt) values ($1, $2, $3)",
      [order.tenantId, order.workorderId, attempt],
    );
    return attempt;
  });
}

/** Settles a waiting order whose tenant's workorders were emptied, without a word: nobody has its workorder any more. */
export async function withdrawOrder(
  db: Queryable,
  order: { readonly tenantId: string; readonly workorderId: string },
): Promise<void> {
  await db.query(
    `update order_writer.orders
     set state = 'refused', code = 'ORDER_WITHDRAWN', later_request = null, due_at = 'infinity', settled_at = now(),
       published_at = now(), changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and state = 'waiting' and ${OF_EMPTIED_EPOCH}`,
    [order.tenantId, order.workorderId],
  );
}

/** Notes how an attempt ended. */
export async function finishAttempt(
  tx: Connection,
  attempt: {
    readonly tenantId: string;
    readonly workorderId: string;
    readonly attempt: number;
    readonly outcome: string;
    readonly detail: string;
  },
): Promise<void> {
  await tx.query(
    `update order_writer.attempts set finished_at = now(), outcome = $4, detail = $5
     where tenant_id = $1 and workorder_id = $2 and attempt = $3`,
    [attempt.tenantId, attempt.workorderId, attempt.attempt, attempt.outcome, attempt.detail],
  );
}

/**
 * Stores the outcome of a step, if the order is still where the step left it: a fact about attempt n is about no other.
 * @returns whether it was stored
 */
export async function storeStep(
  tx: Connection,
  order: { readonly tenantId: string; readonly workorderId: string; readonly attempts: number },
  step: Settlement,
): Promise<boolean> {
  const settled = step.state === "written" || step.state === "refused";
  const { rowCount } = await tx.query(
    `update order_writer.orders
     set state = $4, order_id = coalesce($5, order_id), code = $6, params = $7, absent_lookups = $8, unclear_sendings = $9,
       reasons = $10,
       due_at = case when $11::double precision is null then 'infinity' else now() + $11 * interval '1 millisecond' end,
       settled_at = case when $12 then now() end, published_at = null, changed_at = now()
     where tenant_id = $1 and workorder_id = $2 and attempts = $3 and state in ('sending', 'unknown')`,
    [
      order.tenantId,
      order.workorderId,
      order.attempts,
      step.state,
      step.orderId,
      step.code,
      step.params,
      step.absentLookups,
      step.unclearSendings,
      JSON.stringify(step.reasons),
      step.dueInMs,
      settled,
    ],
  );
  return rowCount === 1;
}
