import { Failure } from "../shared/domain/failure.ts";
import type { MessageCode } from "../shared/domain/message-catalogue.ts";
import {
  LEASE_ENDED,
  type LeaseTerms,
  leaseTaken,
  lockLease,
  putOffBarred,
  stillHeld,
  type Lease as TenantLease,
  whenLetIn,
} from "../shared/lease.ts";
import type { Connection, Queryable } from "../shared/postgres.ts";
import type { GetTerms } from "../shared/unit4/http/errors.ts";
import type { Entity } from "./domain/entity.ts";
import type { FailureStreak } from "./domain/failure-streak.ts";

/** A tenant whose turn it is, held by this process until `lease_until`. */
export type Lease = TenantLease & {
  /** Unit4's database code. */
  readonly administration: string;
  readonly terms?: GetTerms;
  readonly epoch: number;
  /** Time spent in the ERP by earlier turns of a round that is not finished, in milliseconds. */
  readonly busyMs: number;
  /** Lists that earlier turns of that round read to their end. */
  readonly listsDone: readonly Entity[];
  readonly streak: FailureStreak;
};

/** Gives each active one of these tenants that has none a schedule, due at once. @returns how many there were */
export async function admitTenants(db: Queryable, tenantIds: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `insert into unit4_poller.schedules (tenant_id, epoch)
     select tenant_id, epoch from integration.tenants t
     where tenant_id = any($1) and status = 'active'
       and not exists (select from unit4_poller.schedules s where s.tenant_id = any($1) and s.tenant_id = t.tenant_id)
     on conflict do nothing`,
    [tenantIds],
  );
  return rowCount ?? 0;
}

/** Makes those of these tenants due that were activated or connected anew. */
export async function wakeTenants(db: Queryable, tenantIds: readonly string[]): Promise<void> {
  await db.query(
    `update unit4_poller.schedules s set next_due_at = now()
     from integration.tenants t join integration.connections c using (tenant_id)
     where s.tenant_id = any($1) and c.tenant_id = any($1) and t.tenant_id = s.tenant_id and t.status = 'active' and s.next_due_at > now()
       and (s.epoch <> t.epoch or c.connected_at > s.last_turn_at)`,
    [tenantIds],
  );
}

/** SQL: whether a `tenant` with a `connection` and the schedule `leased` may have a turn. */
const MAY_BE_POLLED = `tenant.status = 'active'
  and (connection.state = 'connected' or connection.state = 'revoked' and 'CONNECTION_REVOKED' <> all(leased.told))
  and (connection.parked_until is null or connection.parked_until <= now())`;

/** SQL: rows of those whose turn it is and who may have one. */
const SOMEBODY_WAITS = `select from unit4_poller.schedules s
     join integration.tenants t using (tenant_id)
     join integration.connections c using (tenant_id)
     where t.status = 'active' and c.state = 'connected'
       and (c.parked_until is null or c.parked_until <= now())
       and s.lease_until <= now() and s.next_due_at <= now() and s.failures = 0`;

/** Puts off those who are due and may have no turn; who is activated or connected meanwhile is woken (`wakeTenants`). */
export const putOffTenants = (db: Queryable, intervalMs: number): Promise<void> =>
  putOffBarred(db, {
    table: "unit4_poller.schedules",
    dueAt: "next_due_at",
    may: MAY_BE_POLLED,
    until: whenLetIn(`interval '${intervalMs} milliseconds'`),
  });

/**
 * Leases tenants whose turn it is, those that wait longest first. One that is inactive, parked by Unit4 or without a
 * connection has no turn; but one whose connection ended, which another service may have found out, has the turn in
 * which that is told (case O25).
 * @param request.failing those that failed last time, or those that did not: they wait for each other and not among each
 *   other, so that tenants whose Unit4 does not answer cost only their own kind (case O54)
 */
export async function leaseDueTenants(
  db: Queryable,
  request: LeaseTerms & { readonly limit: number; readonly failing: boolean },
): Promise<readonly Lease[]> {
  const { rows } = await db.query<LeaseRow>(
    `with due as (
       select leased.tenant_id, tenant.epoch, tenant.administration
       from unit4_poller.schedules leased
       join integration.tenants tenant using (tenant_id)
       join integration.connections connection using (tenant_id)
       where ${MAY_BE_POLLED} and leased.lease_until <= now() and leased.next_due_at <= now()
         and leased.failures ${request.failing ? ">" : "="} 0
       order by leased.next_due_at
       limit $1
       for update of leased skip locked)
     ${TAKE_DUE}`,
    [request.limit, request.leaseMs, request.by],
  );
  return rows.map(leaseOf);
}

/**
 * Leases tenants of which an operation wants a list and whose turn it is not, while nobody's turn it is (decision 0080): an extra turn
 * keeps no poll waiting, and takes no more of a tenant's Unit4 than its part. Whose turn it is serves the operation with it.
 */
export async function leaseForBackfill(
  db: Queryable,
  request: LeaseTerms & { readonly limit: number },
): Promise<readonly Lease[]> {
  const tenantIds = await wantedTenants(db);
  if (tenantIds.length === 0) return [];
  const { rows } = await db.query<LeaseRow>(
    `with due as (
       select leased.tenant_id, tenant.epoch, tenant.administration
       from unit4_poller.schedules leased
       join integration.tenants tenant using (tenant_id)
       join integration.connections connection using (tenant_id)
       where leased.tenant_id = any($4) and ${MAY_BE_POLLED} and leased.lease_until <= now() and leased.failures = 0
         and leased.next_due_at > now() and leased.polite_at <= now()
         and not exists (${SOMEBODY_WAITS})
       order by leased.last_turn_at
       limit $1
       for update of leased skip locked)
     ${TAKE_DUE}`,
    [request.limit, request.leaseMs, request.by, tenantIds],
  );
  return rows.map(leaseOf);
}

/** Tenants of which an operation wants a list. */
async function wantedTenants(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select distinct r.tenant_id as "tenantId"
     from unit4_poller.resyncs r join integration.operations using (operation_id)
     where r.ended_at is null and operations.state = 'running'`,
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** SQL: leases those that stand in `due`. */
const TAKE_DUE = `update unit4_poller.schedules s
     set ${leaseTaken("s", { leaseMs: "$2", by: "$3" })},
         epoch = due.epoch, busy_ms = case when s.epoch = due.epoch then s.busy_ms else 0 end,
         lists_done = case when s.epoch = due.epoch then s.lists_done else '{}' end
     from due where s.tenant_id = due.tenant_id
     returning s.tenant_id as "tenantId", due.administration, s.epoch, s.lease_token as "token",
       s.busy_ms as "busyMs", s.lists_done as "listsDone", s.failures, s.failing_since as "failingSince", s.told`;

const leaseOf = ({ failures, failingSince, told, ...lease }: LeaseRow): Lease => ({
  ...lease,
  streak: { failures, since: failingSince?.getTime() ?? null, told },
});

type LeaseRow = Omit<Lease, "streak"> & {
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly told: readonly MessageCode[];
};

/**
 * Prolongs leases. One is lost when another process took it over, when it was released, and when the tenant was
 * deactivated or activated anew (rule A8).
 * @returns those that are still held
 */
export async function renewLeases(
  db: Queryable,
  leases: readonly Lease[],
  leaseMs: number,
): Promise<readonly Lease[]> {
  const { rows } = await db.query<TenantLease>(
    `update unit4_poller.schedules s
     set lease_until = now() + $3 * interval '1 millisecond'
     from unnest($1::text[], $2::bigint[]) held(tenant_id, token), integration.tenants t
     where s.tenant_id = held.tenant_id and s.lease_token = held.token
       and t.tenant_id = s.tenant_id and t.status = 'active' and t.epoch = s.epoch
     returning s.tenant_id as "tenantId", s.lease_token as token`,
    [leases.map((lease) => lease.tenantId), leases.map((lease) => lease.token), leaseMs],
  );
  return stillHeld(leases, rows);
}

/** Whether the lease still allows a call: it is ours, it has not run out, and the tenant is still active (rule A8). */
export async function isLeaseHeld(db: Queryable, lease: Lease): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from unit4_poller.schedules s join integration.tenants t using (tenant_id)
     where s.tenant_id = $1 and s.lease_token = $2 and s.lease_until > now()
       and t.status = 'active' and t.epoch = s.epoch`,
    [lease.tenantId, lease.token],
  );
  return rowCount === 1;
}

/**
 * The next revision, only while the lease is held: a process that lost it must not get a number above the ones of the
 * process that took over, or its older data would win. It grows at least as time does, in milliseconds since 1970: what a
 * database that went back to a backup gives out next is above what it gave out in the stretch that it lost (case O27).
 * @throws Failure LEASE_LOST
 */
export async function nextRevision(db: Queryable, lease: Lease): Promise<number> {
  const { rows } = await db.query<{ revision: number }>(
    `select setval('unit4_poller.revisions', greatest(nextval('unit4_poller.revisions'),
       (extract(epoch from clock_timestamp()) * 1000)::bigint)) as revision
     from unit4_poller.schedules where tenant_id = $1 and lease_token = $2`,
    [lease.tenantId, lease.token],
  );
  const revision = rows[0]?.revision;
  if (revision === undefined) throw leaseLost(lease);
  return revision;
}

/** Keeps the lease from changing hands until the transaction ends. @throws Failure LEASE_LOST */
export async function lockOwnLease(tx: Connection, lease: Lease): Promise<void> {
  if (!(await lockLease(tx, "unit4_poller.schedules", lease))) throw leaseLost(lease);
}

const leaseLost = (lease: Lease): Failure =>
  new Failure(
    "LEASE_LOST",
    `Another process took over the turn of tenant ${lease.tenantId}; it goes on there.`,
  );

/** What a turn leaves behind. */
export type TurnResult = {
  /** When the tenant is due again, in milliseconds from now. */
  readonly dueInMs: number;
  /** From when on one turn more than that keeps to the ERP's part, likewise. */
  readonly politeInMs: number;
  /** Time spent in the ERP and lists read by a round that is not finished; 0 and none after a finished one. */
  readonly busyMs: number;
  readonly listsDone: readonly Entity[];
  /** Whether all lists were read to their end. */
  readonly isComplete: boolean;
  readonly outcome: string;
  readonly streak: FailureStreak;
};

/** Ends a turn; does nothing when the lease was lost. */
export async function releaseLease(db: Queryable, lease: Lease, result: TurnResult): Promise<void> {
  await db.query(
    `update unit4_poller.schedules
     set ${LEASE_ENDED}, last_turn_at = now(),
         next_due_at = now() + $3 * interval '1 millisecond', busy_ms = $4,
         last_scan_at = case when $5 then now() else last_scan_at end, last_outcome = $6,
         failures = $7, failing_since = to_timestamp($8 / 1000.0), told = $9, lists_done = $10,
         polite_at = now() + $11 * interval '1 millisecond'
     where tenant_id = $1 and lease_token = $2`,
    [
      lease.tenantId,
      lease.token,
      result.dueInMs,
      result.busyMs,
      result.isComplete,
      result.outcome,
      result.streak.failures,
      result.streak.since,
      result.streak.told,
      result.listsDone,
      result.politeInMs,
    ],
  );
}

/** Gives a lease back without a result, due at once; for turns that could not end before the process must. */
export async function handBackLease(db: Queryable, lease: Lease): Promise<void> {
  await db.query(
    `update unit4_poller.schedules
     set ${LEASE_ENDED}, next_due_at = now()
     where tenant_id = $1 and lease_token = $2`,
    [lease.tenantId, lease.token],
  );
}

/** Whether a tenant waits for its turn because nobody has room for it; one that failed last time waits for its kind. */
export async function isAnyoneWaiting(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query(`${SOMEBODY_WAITS} limit 1`);
  return (rowCount ?? 0) > 0;
}
