import type { Queryable } from "../../shared/postgres.ts";
import { pageWithin } from "../log/domain/message-filter.ts";
import type { WorkorderFilter, WorkorderState } from "./domain/workorder-filter.ts";

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
  /** Whether its order is made and waits or is on its way. */
  readonly isQueued: boolean;
  /** Times it was sent to Unit4. */
  readonly attempts: number;
  readonly movedAt: Date;
};

export type WorkorderList = {
  readonly rows: readonly ListedWorkorder[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
};

/** How many workorders there are of each state, and of each cause where one is refused or skipped. */
export type CauseCount = { readonly state: WorkorderState; readonly code: string; readonly count: number };

const PAGE_ROWS = 50;

/**
 * Every archived workorder of a tenant with what became of it: what the ledger has in hand of this very archiving, else as
 * it was settled, else waiting. Those that programs sent in have no row of Simon's and are known by their outcome, by the
 * ledger, or by having come in this week, since the workorders were last emptied. Narrow on purpose: indexes alone answer
 * it, whatever a tenant has (simon-projector/migrations/004-workorder-lists.sql).
 */
const WORKORDERS = `
  open as materialized (
    select workorder_id, archived_at, state, code, request ->> 'workorderNumber' as number,
      request ->> 'customerName' as customer_name
    from order_writer.orders where tenant_id = $1 and state in ('waiting', 'sending', 'unknown')),
  known as (
    select coalesce(w.workorder_id, o.workorder_id) as workorder_id, coalesce(w.archived_at, o.archived_at) as archived_at,
      case when w.workorder_id is null or o.archived_at = w.archived_at then o.outcome end as outcome,
      o.code, w.number, w.customer_name, o.order_id
    from (select workorder_id, archived_at, number, customer_name from simon.workorders
      where tenant_id = $1 and status = 'archived') w
    full join (select workorder_id, archived_at, outcome, code, order_id from simon.workorder_outcomes
      where tenant_id = $1) o using (workorder_id)),
  unknown as (
    select workorder_id, archived_at, state, code, number, customer_name from open
    union all
    select workorder_id, archived_at, 'waiting', '', workorder_id, '' from integration.accepted_workorders came
    where tenant_id = $1 and accepted_at > now() - interval '7 days' and published_at is not null
      and archived_at >= coalesce((select workorders_emptied_at from simon.tenant_epochs where tenant_id = $1), '-infinity')
      and not exists (select from open where open.workorder_id = came.workorder_id)),
  every as materialized (
    select known.workorder_id, known.archived_at,
      case when open.state is null then coalesce(outcome, 'waiting') when open.state = 'unknown' then 'unknown'
        else 'waiting' end as state,
      case when open.state is not null then open.code when outcome is null then '' else known.code end as code,
      known.number, known.customer_name, case when open.state is null and outcome is not null then order_id end as order_id
    from known left join open on open.workorder_id = known.workorder_id
      and (outcome is null or open.archived_at >= known.archived_at)
    union all
    select workorder_id, archived_at, case when state = 'unknown' then 'unknown' else 'waiting' end, code, number,
      customer_name, null
    from unknown
    where not exists (select from simon.workorders w
        where w.tenant_id = $1 and w.workorder_id = unknown.workorder_id and w.status = 'archived')
      and not exists (select from simon.workorder_outcomes o
        where o.tenant_id = $1 and o.workorder_id = unknown.workorder_id)),
  -- Names of those that only have an outcome: read where something is searched for and there are such.
  names as materialized (
    select workorder_id, concat_ws(' ', params ->> 'number', params ->> 'customerName') as name
    from simon.workorder_outcomes
    where tenant_id = $1 and $6 <> '' and (select bool_or(number is null) from every))`;

const CHOSEN = `($2 = '' or state = $2) and ($3 = '' or code = $3)
  and ($4 = '' or archived_at >= (select (nullif($4, '')::date)::timestamp at time zone 'Europe/Amsterdam'))
  and ($5 = '' or archived_at < (select (nullif($5, '')::date + 1)::timestamp at time zone 'Europe/Amsterdam'))
  and ($6 = '' or position(lower($6) in lower(concat_ws(' ', number, customer_name, order_id,
    case when number is null then name end))) > 0)`;

/** A page of the filtered workorders, the last archived first, with their exact number, and the counts of all. */
export async function listWorkorders(
  db: Queryable,
  tenantId: string,
  filter: WorkorderFilter,
  wanted: number,
): Promise<WorkorderList & { readonly counts: readonly CauseCount[] }> {
  const { state, cause, from, to, search } = filter;
  const { rows: found } = await db.query<Found>(
    `with ${WORKORDERS},
     chosen as materialized (
       select workorder_id, archived_at from every left join names using (workorder_id) where ${CHOSEN}),
     size as (select count(*) as total from chosen)
     select size.total,
       (select coalesce(json_agg(one order by one.count desc, one.code), '[]') from (
          select state, case when state in ('refused', 'skipped') then code else '' end as code, count(*) as count
          from every group by 1, 2) one) as counts,
       array(select workorder_id from chosen order by archived_at desc, workorder_id limit ${PAGE_ROWS}
         offset least(greatest($7::bigint, 1) - 1, greatest(0, (size.total - 1) / ${PAGE_ROWS})) * ${PAGE_ROWS}) as ids
     from size`,
    [tenantId, state, cause, from, to, search, Math.trunc(pageWithin(wanted, MOST_ROWS, PAGE_ROWS).page)],
  );
  const { total = 0, counts = [], ids = [] } = found[0] ?? {};
  const { page, pages } = pageWithin(wanted, total, PAGE_ROWS);
  return { rows: await workordersById(db, tenantId, ids), total, page, pages, counts };
}

type Found = {
  readonly total: number;
  readonly counts: readonly CauseCount[];
  readonly ids: readonly string[];
};

/** More than any tenant has. */
const MOST_ROWS = 1_000_000_000;

/** These workorders as they are listed, in this order. */
async function workordersById(
  db: Queryable,
  tenantId: string,
  ids: readonly string[],
): Promise<readonly ListedWorkorder[]> {
  const { rows } = await db.query<ListedWorkorder>(
    `select id as "workorderId",
       coalesce(w.number, o.params ->> 'number', l.request ->> 'workorderNumber', '') as number,
       coalesce(nullif(w.customer_name, ''), o.params ->> 'customerName', l.request ->> 'customerName', '') as "customerName",
       coalesce(w.archived_at, o.archived_at, l.archived_at, came.archived_at) as "archivedAt",
       case when l.state is null then coalesce(o.outcome, 'waiting') when l.state = 'unknown' then 'unknown'
         else 'waiting' end as state,
       case when l.state is null then o.order_id end as "orderId",
       case when l.state is null then coalesce(o.code, '') else l.code end as code,
       case when l.state is null then coalesce(o.params, '{}') else l.params end as params,
       case when l.state is null then o.settled_at end as "settledAt",
       l.state is not null as "isQueued", coalesce(l.attempts, o.attempts, 0) as attempts,
       coalesce(l.changed_at, o.settled_at, w.archived_at, came.accepted_at) as "movedAt"
     from unnest($2::text[]) with ordinality wanted (id, place)
     left join simon.workorders w on w.tenant_id = $1 and w.workorder_id = id and w.status = 'archived'
     left join simon.workorder_outcomes o on o.tenant_id = $1 and o.workorder_id = id
       and (w.archived_at is null or o.archived_at = w.archived_at)
     left join order_writer.orders l on l.tenant_id = $1 and l.workorder_id = id
       and l.state in ('waiting', 'sending', 'unknown') and (o.outcome is null or l.archived_at >= o.archived_at)
     left join integration.accepted_workorders came on came.tenant_id = $1 and came.workorder_id = id
     order by place`,
    [tenantId, ids],
  );
  return rows;
}
