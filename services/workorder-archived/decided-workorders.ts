import { recordKey } from "../shared/domain/record-key.ts";
import type { Connection } from "../shared/postgres.ts";
import type { KnownEvents } from "./domain/archived-events.ts";

type WorkorderId = { readonly tenantId: string; readonly workorderId: string };

/** What was decided of these workorders before, by `tenantId/workorderId`; locked for the rest of the transaction. */
export async function lockKnownEvents(
  tx: Connection,
  workorders: readonly WorkorderId[],
): Promise<ReadonlyMap<string, KnownEvents>> {
  const { rows } = await tx.query<WorkorderId & KnownEvents>(
    `select tenant_id as "tenantId", workorder_id as "workorderId", events::text[], latest_archiving as "latestArchiving"
     from workorder_archived.workorders
     where (tenant_id, workorder_id) in (select * from unnest($1::text[], $2::text[]))
     order by tenant_id, workorder_id for update`,
    [workorders.map(({ tenantId }) => tenantId), workorders.map(({ workorderId }) => workorderId)],
  );
  return new Map(
    rows.map(({ tenantId, workorderId, events, latestArchiving }) => [
      recordKey(tenantId, workorderId),
      { events: events.map(withoutDashes), latestArchiving: withoutDashes(latestArchiving) },
    ]),
  );
}

/** Notes what has been decided. */
export async function storeKnownEvents(
  tx: Connection,
  workorders: readonly (WorkorderId & KnownEvents)[],
): Promise<void> {
  if (workorders.length === 0) return;
  await tx.query(
    `insert into workorder_archived.workorders (tenant_id, workorder_id, events, latest_archiving)
     select tenant_id, workorder_id, events::uuid[], latest_archiving
     from unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) as known (tenant_id, workorder_id, events, latest_archiving)
     on conflict (tenant_id, workorder_id) do update
       set events = excluded.events, latest_archiving = excluded.latest_archiving`,
    [
      workorders.map(({ tenantId }) => tenantId),
      workorders.map(({ workorderId }) => workorderId),
      workorders.map(({ events }) => `{${events.join(",")}}`),
      workorders.map(({ latestArchiving }) => latestArchiving),
    ],
  );
}

/** Ids are hexadecimal; Postgres shows a uuid with dashes. */
const withoutDashes = (uuid: string): string => uuid.replaceAll("-", "");
