import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken } from "../shared/lease.ts";
import type { Connection, Queryable } from "../shared/postgres.ts";

/** A tenant's cleaning, held by this process until the lease ends or is renewed. */
export type CleaningLease = Lease & {
  /** When it was due, milliseconds since 1970 UTC. */
  readonly dueAtMs: number;
  /** The database's time, milliseconds since 1970 UTC. */
  readonly nowMs: number;
};

/** A tenant whose next cleaning has to be planned. */
export type UnplannedTenant = {
  readonly tenantId: string;
  /** Nights in a row in which its cleaning was due and not begun. */
  readonly missed: number;
  /** The database's time, milliseconds since 1970 UTC. */
  readonly nowMs: number;
};

/**
 * Those of these tenants that are active and whose next cleaning has to be planned: those that have no schedule yet, and those whose
 * night passed while they or all of us were switched off.
 */
export async function tenantsToSchedule(
  db: Queryable,
  tenantIds: readonly string[],
): Promise<readonly UnplannedTenant[]> {
  const { rows } = await db.query<UnplannedTenant>(
    `select t.tenant_id as "tenantId", coalesce(s.missed + 1, 0) as missed, (extract(epoch from now()) * 1000)::bigint as "nowMs"
     from integration.tenants t
     left join simon.cleaning_schedules s on s.tenant_id = t.tenant_id and s.tenant_id = any($1)
     where t.tenant_id = any($1) and t.status = 'active' and (s.tenant_id is null or ${IS_MISSED})`,
    [tenantIds],
  );
  return rows;
}

/** Plans cleanings; one that somebody else planned first keeps its moment. */
export async function planCleanings(
  db: Queryable,
  plans: readonly { readonly tenantId: string; readonly missed: number; readonly dueAtMs: number }[],
): Promise<void> {
  await db.query(
    `insert into simon.cleaning_schedules as s (tenant_id, missed, next_due_at)
     select tenant_id, missed, to_timestamp(due_at_ms / 1000)
     from unnest($1::text[], $2::integer[], $3::float8[]) plan (tenant_id, missed, due_at_ms)
     on conflict (tenant_id) do update set next_due_at = excluded.next_due_at, missed = excluded.missed where ${IS_MISSED}`,
    [
      plans.map(({ tenantId }) => tenantId),
      plans.map(({ missed }) => missed),
      plans.map(({ dueAtMs }) => dueAtMs),
    ],
  );
}

/** Longer than the cleanings of a night can queue. */
const PATIENCE = "interval '6 hours'";
/** A cleaning that was begun is not missed. */
const IS_MISSED = `(s.next_due_at < now() - ${PATIENCE} and s.lease_until = '-infinity')`;

/**
 * Leases a cleaning of an active tenant that was begun and not finished, or the one that is due longest; null when there is none. One
 * that was missed is not due: it is planned anew. Time is the database's.
 */
export async function leaseDueCleaning(
  db: Queryable,
  { leaseMs, by }: LeaseTerms,
): Promise<CleaningLease | null> {
  const of = (which: string, order: string): string =>
    `(select due.tenant_id from simon.cleaning_schedules due
      join integration.tenants t on t.tenant_id = due.tenant_id and t.status = 'active'
      where due.next_due_at <= now() and due.lease_until <= now() and ${which}
      order by ${order} limit 1 for update of due skip locked)`;
  const { rows } = await db.query<CleaningLease>(
    `update simon.cleaning_schedules s
     set ${leaseTaken("s", { leaseMs: "$1", by: "$2" })}
     where tenant_id = coalesce(
       ${of("due.lease_until > '-infinity'", "due.lease_until")},
       ${of(`due.next_due_at >= now() - ${PATIENCE}`, "due.next_due_at")})
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
     set ${LEASE_ENDED}, next_due_at = to_timestamp($3::float8 / 1000.0), last_run_at = now(), last_removed = $4, missed = 0
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
