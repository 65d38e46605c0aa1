import type { Queryable } from "../../shared/postgres.ts";
import { SIGNATURE } from "../parts/audit-store.ts";

/** What a workorder says, as Simon or the order request has it. */
export type WorkorderContent = {
  readonly number: string;
  readonly customerName: string;
  readonly address: string;
  readonly description: string;
  readonly travelMinutes: number | null;
  readonly workMinutes: number | null;
  readonly materials: readonly {
    readonly articleId: string;
    readonly quantity: string;
    readonly description: string;
  }[];
};

/** Something that happened to a workorder. */
export type WorkorderEvent = {
  readonly at: Date;
  /** When an attempt was over; null while it is not, and for all else. */
  readonly endedAt: Date | null;
  readonly what:
    | "archived"
    | "arrived"
    | "requested"
    | "attempt"
    | "settled"
    | "published"
    | "retried"
    | "message";
  /** Outcome of an attempt or a settlement, code of a message, person of an archiving or a retry; empty otherwise. */
  readonly word: string;
  /** What Unit4 answered to an attempt, the settled order's number, the id of a message; empty otherwise. */
  readonly detail: string;
  readonly params: Readonly<Record<string, string>>;
};

/** The content of a workorder; null when this tenant has none of that id. */
export async function workorderContent(
  db: Queryable,
  tenantId: string,
  workorderId: string,
): Promise<WorkorderContent | null> {
  const { rows } = await db.query<WorkorderContent>(
    `select number, customer_name as "customerName", description, travel_minutes as "travelMinutes",
       work_minutes as "workMinutes", materials,
       concat_ws(', ', nullif(work_address ->> 'name', ''), nullif(work_address ->> 'street', ''),
         nullif(concat_ws(' ', work_address ->> 'zipCode', work_address ->> 'city'), '')) as address
     from simon.workorders where tenant_id = $1 and workorder_id = $2
     union all
     select coalesce(request ->> 'workorderNumber', ''), coalesce(request ->> 'customerName', ''),
       coalesce((select string_agg(line ->> 'text', E'\\n' order by place)
         from jsonb_array_elements(request -> 'lines') with ordinality lines (line, place) where line ->> 'kind' = 'text'), ''),
       null, null,
       coalesce((select jsonb_agg(jsonb_build_object('articleId', line ->> 'articleId', 'quantity', line ->> 'quantity',
           'description', '') order by place)
         from jsonb_array_elements(request -> 'lines') with ordinality lines (line, place)
         where line ->> 'kind' = 'article'), '[]'), ''
     from order_writer.orders where tenant_id = $1 and workorder_id = $2 and code <> 'ORDER_WITHDRAWN'
     union all
     select coalesce(params ->> 'number', ''), coalesce(params ->> 'customerName', ''), '', null, null, '[]', ''
     from simon.workorder_outcomes where tenant_id = $1 and workorder_id = $2
     union all
     select '', '', '', null, null, '[]', '' from integration.accepted_workorders
     where tenant_id = $1 and workorder_id = $2
       and archived_at >= coalesce((select workorders_emptied_at from simon.tenant_epochs where tenant_id = $1), '-infinity')
     limit 1`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}

/** Everything that is known to have happened to a workorder, in the order of time. @param number that people see */
export async function workorderEvents(
  db: Queryable,
  tenantId: string,
  { workorderId, number }: { readonly workorderId: string; readonly number: string },
): Promise<readonly WorkorderEvent[]> {
  const { rows } = await db.query<WorkorderEvent>(
    `select at, ended_at as "endedAt", what, word, detail, params from (
       select archived_at as at, null::timestamptz as ended_at, 'archived' as what, archived_by as word, '' as detail,
         '{}'::jsonb as params, 1 as place
       from simon.workorders where tenant_id = $1 and workorder_id = $2 and archived_at is not null
       union all
       select accepted_at, null, 'arrived', '', '', '{}', 2
       from integration.accepted_workorders where tenant_id = $1 and workorder_id = $2
       union all
       select at, null, 'retried', ${SIGNATURE}, '', '{}', 3
       from integration.audit where tenant_id = $1 and act = 'WORKORDERS_SENT_AGAIN' and details -> 'workorders' ?| $3
       union all
       select to_timestamp((request ->> 'requestedAt')::float8 / 1000), null, 'requested', '', '', '{}', 4
       from order_writer.orders where tenant_id = $1 and workorder_id = $2
       union all
       select started_at, finished_at, 'attempt', outcome, detail, '{}', 5
       from order_writer.attempts where tenant_id = $1 and workorder_id = $2
       union all
       select settled_at, null, 'settled', outcome, coalesce(order_id, ''), params, 6
       from simon.workorder_outcomes where tenant_id = $1 and workorder_id = $2
       union all
       select published_at, null, 'published', '', '', '{}', 7
       from order_writer.orders
       where tenant_id = $1 and workorder_id = $2 and published_at is not null and code <> 'ORDER_WITHDRAWN'
       union all
       select first_at, null, 'message', code, id::text, params, 8
       from log.messages where tenant_id = $1 and record_table = 'workorder' and record_id = $2) every
     order by at, place limit 300`,
    [tenantId, workorderId, [workorderId, ...(number === "" ? [] : [number])]],
  );
  return rows;
}
