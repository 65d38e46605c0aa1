import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken } from "../shared/lease.ts";
import type { Connection, Queryable } from "../shared/postgres.ts";

/** A tenant's cleaning, held by this process until the lease ends or is renewed. */
export type CleaningLease = Lease & {
  /** When it was due, milliseconds since 1970 UTC. */
  readonly dueAtMs: number;
  /** The database's time, milliseconds since 1970 UTC. */
  readonly nowMs: number;
};

/**
 * Active tenants whose next cleaning has to be planned, and the database's time in milliseconds since 1970 UTC: those
 * that have no schedule yet, and those whose night passed while they or all of us were switched off. These wait for the
 * next night: nobody's data should be cleaned at noon because the integration was switched on again.
 */
export async function tenantsToSchedule(
  db: Queryable,
): Promise<readonly { readonly tenantId: string; readonly nowMs: number }[]> {
  const { rows } = await db.query<{ tenantId: string; nowMs: number }>(
    `select tenant_id as "tenantId", (extract(epoch from now()) * 1000)::bigint as "nowMs"
     from integration.tenants t
     left join simon.cleaning_schedules s using (tenant_id)
     where t.status = 'active' and (s.tenant_id is null or ${IS_MISSED})`,
  );
  return rows;
}

/** Plans cleanings; one that somebody else planned first keeps its moment. */
export async function planCleanings(
  db: Queryable,
  plans: readonly { readonly tenantId: string; readonly dueAtMs: number }[],
): Promise<void> {
  await db.query(
    `insert into simon.cleaning_schedules as s (tenant_id, next_due_at)
     select tenant_id, to_timestamp(due_at_ms / 1000) from unnest($1::text[], $2::float8[]) plan (tenant_id, due_at_ms)
     on conflict (tenant_id) do update set next_due_at = excluded.next_due_at where ${IS_MISSED}`,
    [plans.map(({ tenantId }) => tenantId), plans.map(({ dueAtMs }) => dueAtMs)],
  );
}

/** Longer than the cleanings of a night can queue; a cleaning that was begun is not missed. */
const IS_MISSED = "(s.next_due_at < now() - interval '6 hours' and s.lease_until = '-infinity')";

/** Leases the cleaning that is due longest, of an active tenant; null when none is due. Time is the database's. */
export async function leaseDueCleaning(
  db: Queryable,
  { leaseMs, by }: LeaseTerms,
): Promise<CleaningLease | null> {
  const { rows } = await db.query<CleaningLease>(
    `update simon.cleaning_schedules s
     set ${leaseTaken("s", { leaseMs: "$1", by: "$2" })}
     where tenant_id = (
       select due.tenant_id from simon.cleaning_schedules due
       join integration.tenants t on t.tenant_id = due.tenant_id and t.status = 'active'
       where due.next_due_at <= now() and due.lease_until <= now()
       order by due.next_due_at
       limit 1
       for update of due skip locked)
     returning tenant_id as "tenantId", lease_token as "token", (extract(epoch from next_due_at) * 1000)::bigint as "dueAtMs",
       (extract(epoch from now()) * 1000)::bigint as "nowMs"`,
    [leaseMs, by],
  );
  return rows[0] ?? null;
}

/** Ends a cleaning and says when the next one is. @returns false when the lease has gone to somebody else */
export async function finishCleaning(
  db: Queryable,
  lease: CleaningLease,
  result: { readonly nextDueAtMs: number; readonly removed: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update simon.cleaning_schedules
     set ${LEASE_ENDED}, next_due_at = to_timestamp($3::float8 / 1000.0), last_run_at = now(), last_removed = $4
     where tenant_id = $1 and lease_token = $2`,
    [lease.tenantId, lease.token, result.nextDueAtMs, result.removed],
  );
  return rowCount === 1;
}

/** Locks a tenant until the transaction ends: no event is written and no workorder opened meanwhile. */
export async function lockTenant(tx: Connection, tenantId: string): Promise<void> {
  await tx.query("insert into simon.tenant_epochs (tenant_id, epoch) values ($1, 0) on conflict do nothing", [
    tenantId,
  ]);
  await tx.query("select from simon.tenant_epochs where tenant_id = $1 for update", [tenantId]);
}
