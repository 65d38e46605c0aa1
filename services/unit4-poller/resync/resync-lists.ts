import type { PlannedList, ResyncedList } from "../../shared/operations/domain/resync-report.ts";
import type { ResyncWish } from "../../shared/operations/domain/resync-wish.ts";
import type { Queryable } from "../../shared/postgres.ts";

/** SQL: why a list of a `tenant` with a `connection` cannot be fetched; null where it can. */
const NOT_FETCHABLE = `case when tenant.tenant_id is null then 'unknown-tenant' when tenant.status <> 'active' then 'inactive'
  when connection.state is distinct from 'connected' then 'not-connected' end`;

const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The lists that are wished for, as they were read last, by tenant. */
export async function planLists(
  db: Queryable,
  { tenantIds, entities }: Pick<ResyncWish, "tenantIds" | "entities">,
): Promise<readonly PlannedList[]> {
  const { rows } = await db.query<PlannedList>(
    `select wished.tenant_id as "tenantId", e.entity, known.row_count as rows, length(known.pages) / 36 as pages,
       ${iso("coalesce(schedule.last_scan_at, known.saved_at)")} as "readAt", ${NOT_FETCHABLE} as "notFetchable",
       case when schedule.polite_at > now() then ${iso("schedule.polite_at")} end as "notBefore"
     from unnest($1::text[]) wished (tenant_id)
     cross join unnest($2::text[]) e (entity)
     left join integration.tenants tenant using (tenant_id)
     left join integration.connections connection using (tenant_id)
     left join unit4_poller.schedules schedule using (tenant_id)
     left join unit4_poller.snapshots known
       on known.tenant_id = wished.tenant_id and known.entity = e.entity and known.epoch = tenant.epoch
     order by wished.tenant_id, e.entity desc`,
    [[...new Set(tenantIds)], [...new Set(entities)]],
  );
  return rows;
}

/** Wants lists read again for an operation; those that it wanted before stay as they are. */
export async function wantLists(db: Queryable, operationId: number, wish: ResyncWish): Promise<void> {
  await db.query(
    `insert into unit4_poller.resyncs (operation_id, tenant_id, entity, is_full)
     select $1, wished.tenant_id, e.entity, $4 from unnest($2::text[]) wished (tenant_id) cross join unnest($3::text[]) e (entity)
     on conflict do nothing`,
    [operationId, wish.tenantIds, wish.entities, wish.isFull],
  );
}

/** Ends the lists of an operation that nobody can fetch any more. */
export async function leaveOutLists(db: Queryable, operationId: number): Promise<void> {
  await db.query(
    `update unit4_poller.resyncs wanted set ended_at = now(), outcome = 'left-out', why = found.why
     from (
       select r.tenant_id, r.entity, ${NOT_FETCHABLE} as why
       from unit4_poller.resyncs r
       left join integration.tenants tenant using (tenant_id)
       left join integration.connections connection using (tenant_id)
       where r.operation_id = $1 and r.ended_at is null) found
     where wanted.operation_id = $1 and wanted.ended_at is null and found.why is not null
       and wanted.tenant_id = found.tenant_id and wanted.entity = found.entity`,
    [operationId],
  );
}

/** How far the lists of an operation are, by tenant. */
export async function listsOf(db: Queryable, operationId: number): Promise<readonly ResyncedList[]> {
  const { rows } = await db.query<ResyncedList>(
    `select r.tenant_id as "tenantId", r.entity,
       coalesce(r.outcome, case when r.read_at is null then 'waiting' else 'reading' end) as state,
       case when r.ended_at is not null then r.why
         when connection.parked_until > now() then 'parked' when schedule.failures > 0 then 'failing'
         when r.read_at is not null then null
         when schedule.polite_at > now() and schedule.next_due_at > now() then 'polite' else 'queued' end as why,
       r.read_rows as read, known.row_count as of, r.told_rows as told
     from unit4_poller.resyncs r
     left join integration.tenants tenant using (tenant_id)
     left join integration.connections connection using (tenant_id)
     left join unit4_poller.schedules schedule using (tenant_id)
     left join unit4_poller.snapshots known
       on known.tenant_id = r.tenant_id and known.entity = r.entity and known.epoch = tenant.epoch
     where r.operation_id = $1
     order by r.tenant_id, r.entity desc`,
    [operationId],
  );
  return rows;
}

/** Forgets lists of operations that are over: what they came to stands in the operation. */
export async function forgetLists(db: Queryable): Promise<void> {
  await db.query(
    `delete from unit4_poller.resyncs r using integration.operations
     where operations.operation_id = r.operation_id and operations.state in ('done', 'cancelled', 'failed')`,
  );
}
