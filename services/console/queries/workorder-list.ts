import type { Queryable } from "../../shared/postgres.ts";
import { pageWithin } from "../domain/message-filter.ts";
import type { WorkorderFilter, WorkorderState } from "../domain/workorder-filter.ts";

/** A workorder in the list. */
export type ListedWorkorder = {
  readonly workorderId: string;
  readonly number: string;
  readonly customerName: string;
  readonly archivedAt: Date;
  readonly state: WorkorderState;
  readonly orderId: string | null;
  /** Code and parameters of the message that says why; empty while it waits. */
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly settledAt: Date | null;
};

export type WorkorderList = {
  readonly rows: readonly ListedWorkorder[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
};

const PAGE_ROWS = 50;

/**
 * Every archived workorder of a tenant with what became of it: as it was settled for this very archiving, else unknown
 * where the ledger looks for it in Unit4, else waiting. Those that programs sent in have no row of Simon's and are known by
 * their outcome.
 */
const WORKORDERS = `
  select w.workorder_id, w.number, w.customer_name, w.archived_at,
    coalesce(o.outcome, case when l.state = 'unknown' then 'unknown' else 'waiting' end) as state,
    o.order_id, coalesce(o.code, l.code, '') as code, coalesce(o.params, l.params, '{}') as params, o.settled_at
  from simon.workorders w
  left join simon.workorder_outcomes o
    on o.tenant_id = $1 and o.workorder_id = w.workorder_id and o.archived_at = w.archived_at
  left join order_writer.orders l
    on o.outcome is null and l.tenant_id = $1 and l.workorder_id = w.workorder_id
      and l.state in ('waiting', 'sending', 'unknown')
  where w.tenant_id = $1 and w.status = 'archived'
  union all
  select o.workorder_id, coalesce(o.params ->> 'number', ''), coalesce(o.params ->> 'customerName', ''), o.archived_at,
    o.outcome, o.order_id, o.code, o.params, o.settled_at
  from simon.workorder_outcomes o
  where o.tenant_id = $1
    and not exists (select from simon.workorders w where w.tenant_id = $1 and w.workorder_id = o.workorder_id)
  union all
  select l.workorder_id, coalesce(l.request ->> 'workorderNumber', ''), coalesce(l.request ->> 'customerName', ''),
    l.archived_at, case when l.state = 'unknown' then 'unknown' else 'waiting' end, null, l.code, l.params, null
  from order_writer.orders l
  where l.tenant_id = $1 and l.state in ('waiting', 'sending', 'unknown')
    and not exists (select from simon.workorders w where w.tenant_id = $1 and w.workorder_id = l.workorder_id)
    and not exists (select from simon.workorder_outcomes o where o.tenant_id = $1 and o.workorder_id = l.workorder_id)`;

const CHOSEN = `($2 = '' or state = $2) and ($3 = '' or code = $3)
  and ($4 = '' or archived_at >= (nullif($4, '')::date)::timestamp at time zone 'Europe/Amsterdam')
  and ($5 = '' or archived_at < (nullif($5, '')::date + 1)::timestamp at time zone 'Europe/Amsterdam')
  and ($6 = '' or position(lower($6) in lower(number || ' ' || customer_name || ' ' || coalesce(order_id, ''))) > 0)`;

const values = (tenantId: string, filter: WorkorderFilter): unknown[] => [
  tenantId,
  filter.state,
  filter.cause,
  filter.from,
  filter.to,
  filter.search,
];

/** A page of the filtered workorders, the last archived first, with their exact number. */
export async function listWorkorders(
  db: Queryable,
  tenantId: string,
  filter: WorkorderFilter,
  wanted: number,
): Promise<WorkorderList> {
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*) as total from (${WORKORDERS}) every where ${CHOSEN}`,
    values(tenantId, filter),
  );
  const total = counted[0]?.total ?? 0;
  const { page, pages } = pageWithin(wanted, total, PAGE_ROWS);
  const { rows } = await db.query<ListedWorkorder>(
    `select workorder_id as "workorderId", number, customer_name as "customerName", archived_at as "archivedAt", state,
       order_id as "orderId", code, params, settled_at as "settledAt"
     from (${WORKORDERS}) every where ${CHOSEN}
     order by archived_at desc, workorder_id limit ${PAGE_ROWS} offset $7`,
    [...values(tenantId, filter), (page - 1) * PAGE_ROWS],
  );
  return { rows, total, page, pages };
}

/** How many workorders there are of each state and cause. */
export type CauseCount = { readonly state: WorkorderState; readonly code: string; readonly count: number };

export async function countWorkorders(db: Queryable, tenantId: string): Promise<readonly CauseCount[]> {
  const { rows } = await db.query<CauseCount>(
    `select state, case when state in ('refused', 'skipped') then code else '' end as code, count(*) as count
     from (${WORKORDERS}) every group by 1, 2 order by 3 desc, 2`,
    [tenantId],
  );
  return rows;
}
