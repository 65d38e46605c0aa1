import type { Queryable } from "../../shared/postgres.ts";

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
  readonly what: "archived" | "requested" | "attempt" | "settled" | "retried" | "message";
  /** Outcome of an attempt or a settlement, code of a message, person of a retry; empty otherwise. */
  readonly word: string;
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
     select coalesce(request ->> 'workorderNumber', ''), coalesce(request ->> 'customerName', ''), '', null, null,
       (select coalesce(jsonb_agg(jsonb_build_object('articleId', line ->> 'articleId', 'quantity', line ->> 'quantity',
          'description', line ->> 'text')), '[]') from jsonb_array_elements(request -> 'lines') line), ''
     from order_writer.orders where tenant_id = $1 and workorder_id = $2
     union all
     select coalesce(params ->> 'number', ''), coalesce(params ->> 'customerName', ''), '', null, null, '[]', ''
     from simon.workorder_outcomes where tenant_id = $1 and workorder_id = $2
     limit 1`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}

/** Everything that is known to have happened to a workorder, in the order of time. */
export async function workorderEvents(
  db: Queryable,
  tenantId: string,
  workorderId: string,
): Promise<readonly WorkorderEvent[]> {
  const { rows } = await db.query<WorkorderEvent>(
    `select archived_at as at, 'archived' as what, archived_by as word, '' as detail, '{}'::jsonb as params
     from simon.workorders where tenant_id = $1 and workorder_id = $2 and archived_at is not null
     union all
     select to_timestamp((request ->> 'requestedAt')::float8 / 1000), 'requested', '', '', '{}'
     from order_writer.orders where tenant_id = $1 and workorder_id = $2
     union all
     select to_timestamp((request -> 'retry' ->> 'at')::float8 / 1000), 'retried', request -> 'retry' ->> 'by', '', '{}'
     from order_writer.orders
     where tenant_id = $1 and workorder_id = $2 and jsonb_typeof(request -> 'retry') = 'object'
     union all
     select started_at, 'attempt', outcome, detail, jsonb_build_object('attempt', attempt::text)
     from order_writer.attempts where tenant_id = $1 and workorder_id = $2
     union all
     select settled_at, 'settled', outcome, coalesce(order_id, ''), params
     from simon.workorder_outcomes where tenant_id = $1 and workorder_id = $2
     union all
     select first_at, 'message', code, '', params
     from log.messages where tenant_id = $1 and record_table = 'workorder' and record_id = $2
     order by at, what limit 300`,
    [tenantId, workorderId],
  );
  return rows;
}
