import type { Queryable } from "../../shared/postgres.ts";

/** What became of a workorder, as a program is told. */
export type WorkorderFate = {
  readonly number: string;
  readonly state: "waiting" | "sent" | "refused" | "skipped" | "unknown";
  /** Number of the order in Unit4; null while there is none. */
  readonly orderId: string | null;
  /** Code and parameters of the message that says why; empty where there is nothing to say. */
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly archivedAt: Date;
  readonly settledAt: Date | null;
  /** Whether its order is made and waits or is on its way. */
  readonly isQueued: boolean;
};

/**
 * What became of one workorder: what the ledger has in hand, else what was settled last, else that it was archived or came
 * in and waits. null: nobody knows it. What was withdrawn when the tenant's workorders were emptied counts as unknown to
 * all (rule A12).
 */
export async function workorderFate(
  db: Queryable,
  tenantId: string,
  workorderId: string,
): Promise<WorkorderFate | null> {
  const { rows } = await db.query<WorkorderFate>(
    `select * from (
       select 1 as place, request ->> 'workorderNumber' as number,
         case state when 'unknown' then 'unknown' else 'waiting' end as state,
         null as "orderId", code, params, archived_at as "archivedAt", null::timestamptz as "settledAt",
         true as "isQueued"
       from order_writer.orders
       where tenant_id = $1 and workorder_id = $2 and state in ('waiting', 'sending', 'unknown')
       union all
       select 2, coalesce(params ->> 'number', ''), case outcome when 'written' then 'sent' else outcome end, order_id,
         code, params, archived_at, settled_at, false
       from simon.workorder_outcomes told
       where tenant_id = $1 and workorder_id = $2
         -- Archived anew: the outcome of before is not its.
         and archived_at >= coalesce((select archived_at from integration.accepted_workorders
           where tenant_id = $1 and workorder_id = $2), '-infinity')
         and archived_at >= coalesce((select archived_at from simon.workorders
           where tenant_id = $1 and workorder_id = $2 and status = 'archived'), '-infinity')
       union all
       select 3, request ->> 'workorderNumber', case state when 'written' then 'sent' else state end, order_id, code,
         params, archived_at, settled_at, false
       from order_writer.orders
       where tenant_id = $1 and workorder_id = $2 and state in ('written', 'refused') and code <> 'ORDER_WITHDRAWN'
         and not exists (select from simon.workorder_outcomes where tenant_id = $1 and workorder_id = $2)
       union all
       select 4, number, 'waiting', null, '', '{}', archived_at, null, false
       from simon.workorders where tenant_id = $1 and workorder_id = $2 and status = 'archived'
       union all
       select 5, '', 'waiting', null, '', '{}', archived_at, null, false
       from integration.accepted_workorders where tenant_id = $1 and workorder_id = $2
         and archived_at >= coalesce((select workorders_emptied_at from simon.tenant_epochs where tenant_id = $1),
           '-infinity')) every
     order by place limit 1`,
    [tenantId, workorderId],
  );
  return rows[0] ?? null;
}
