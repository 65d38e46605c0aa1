import { recordKey } from "../shared/domain/record-key.ts";
import type { Connection } from "../shared/postgres.ts";
import type { KnownEvents } from "./domain/archived-events.ts";
import type { Decision } from "./domain/decision.ts";

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

/** What was decided last of a workorder, and of which of its events. */
export type LatestDecision = { readonly event: string; readonly decision: Decision["kind"] };

/** Notes what is known of workorders by now. @param decided what was decided of them, by `tenantId/workorderId` */
export async function storeKnownEvents(
  tx: Connection,
  workorders: readonly (WorkorderId & KnownEvents)[],
  decided: ReadonlyMap<string, LatestDecision>,
): Promise<void> {
  if (workorders.length === 0) return;
  const latest = workorders.map(({ tenantId, workorderId }) => decided.get(recordKey(tenantId, workorderId)));
  await tx.query(
    `insert into workorder_archived.workorders as stored
       (tenant_id, workorder_id, events, latest_archiving, decided_event, decision)
     select tenant_id, workorder_id, events::uuid[], latest_archiving, decided_event, decision
     from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[])
       as known (tenant_id, workorder_id, events, latest_archiving, decided_event, decision)
     on conflict (tenant_id, workorder_id) do update
       set events = excluded.events, latest_archiving = excluded.latest_archiving,
         decided_event = coalesce(excluded.decided_event, stored.decided_event),
         decision = coalesce(excluded.decision, stored.decision)`,
    [
      workorders.map(({ tenantId }) => tenantId),
      workorders.map(({ workorderId }) => workorderId),
      workorders.map(({ events }) => `{${events.join(",")}}`),
      workorders.map(({ latestArchiving }) => latestArchiving),
      latest.map((one) => one?.event ?? null),
      latest.map((one) => one?.decision ?? null),
    ],
  );
}

/** Ids are hexadecimal; Postgres shows a uuid with dashes. */
const withoutDashes = (uuid: string): string => uuid.replaceAll("-", "");
