import type { Queryable } from "../../shared/postgres.ts";

/** How far a sweep over the ledger is. */
export type LedgerPlace = { readonly tenantId: string; readonly workorderId: string };

/** One slice of a sweep. */
export type Swept = {
  /** The last order that was looked at; null when the sweep has come to the end. */
  readonly last: LedgerPlace | null;
  /** Orders whose content was erased. */
  readonly erased: number;
};

/** A sweep over the ledger takes so long at most, however large it is: what is erased is erased within a week. */
const SWEEP_MS = 7 * 24 * 60 * 60 * 1_000;
const LEAST_ORDERS = 500;

/** How many orders a slice has to have for a sweep to end in time, with a slice in each `everyMs`. @param orders of the ledger */
export const sliceOrders = (orders: number, everyMs: number): number =>
  Math.max(LEAST_ORDERS, Math.ceil((orders * everyMs) / SWEEP_MS));

/** How many orders the ledger has, as the planner knows it: counting them would read them all. */
export async function ledgerOrders(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ orders: number }>(
    "select greatest(reltuples, 0)::float8 as orders from pg_class where oid = 'order_writer.orders'::regclass",
  );
  return rows[0]?.orders ?? 0;
}

/**
 * Erases the content of orders that were settled so long ago, and their attempts; what exactly-once needs stays (rule A13). By the
 * ledger's own key, so many orders at most, since an index of settled orders alone would cost every order something.
 */
export async function eraseOldContent(
  db: Queryable,
  after: LedgerPlace | null,
  { days, most }: { readonly days: number; readonly most: number },
): Promise<Swept> {
  const { rows } = await db.query<LedgerPlace & { readonly erased: number }>(
    `with slice as materialized (
       select tenant_id, workorder_id, settled_at < now() - make_interval(days => $3) and published_at is not null
           and later_request is null and state in ('written', 'refused') and not request ? 'contentHash' as is_old
       from order_writer.orders where (tenant_id, workorder_id) > ($1, $2)
       order by tenant_id, workorder_id limit $4),
     erased as (
       update order_writer.orders o
       set request = order_writer.erased_request(request), reference = order_writer.erased_request(request) ->> 'reference',
         params = order_writer.without_details(params), reasons = '[]'
       from slice where is_old and o.tenant_id = slice.tenant_id and o.workorder_id = slice.workorder_id
         and later_request is null and state in ('written', 'refused')
         and settled_at < now() - make_interval(days => $3) and published_at is not null
       returning o.tenant_id, o.workorder_id),
     forgotten as (
       delete from order_writer.attempts a using erased
       where a.tenant_id = erased.tenant_id and a.workorder_id = erased.workorder_id)
     select tenant_id as "tenantId", workorder_id as "workorderId", (select count(*)::integer from erased) as erased
     from slice order by tenant_id desc, workorder_id desc limit 1`,
    [after?.tenantId ?? "", after?.workorderId ?? "", days, most],
  );
  const [row] = rows;
  if (row === undefined) return { last: null, erased: 0 };
  return { last: { tenantId: row.tenantId, workorderId: row.workorderId }, erased: row.erased };
}
