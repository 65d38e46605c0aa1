import type { Queryable } from "./postgres.ts";

/**
 * Who may work for a tenant, and until when, by the database's clock. Each leased table has one row a tenant and three
 * columns: `lease_token`, which grows with each lease and each end of one; `lease_until`, '-infinity' when nobody has it;
 * `leased_by`, for people who look. The row is taken by one statement with `for update skip locked`, so two processes never
 * take the same one; whoever has an older token writes nothing. See infra/decisions/0011-one-lease.md.
 */
export type Lease = { readonly tenantId: string; readonly token: number };

/** How a lease is taken. */
export type LeaseTerms = {
  /** How long it lasts without a renewal, in milliseconds. */
  readonly leaseMs: number;
  /** Name of this process. */
  readonly by: string;
};

type LeasedTable =
  | "unit4_poller.schedules"
  | "order_writer.lanes"
  | "order_writer.check_turns"
  | "simon.cleaning_schedules"
  | "integration.rehearsals"
  | "integration.settings_checks"
  | "integration.connections";

/** SQL: assignments that take a lease. @param row alias of the leased row @param terms `$n` of milliseconds and of the name */
export const leaseTaken = (row: string, terms: { readonly leaseMs: string; readonly by: string }): string =>
  `lease_token = ${row}.lease_token + 1, lease_until = now() + ${terms.leaseMs} * interval '1 millisecond',
   leased_by = ${terms.by}`;

/** SQL: assignments that end a lease. The token grows, so that its holder writes nothing after its own end either. */
export const LEASE_ENDED = "lease_token = lease_token + 1, lease_until = '-infinity', leased_by = ''";

/** Prolongs leases from now on. @returns those that have not gone to somebody else */
export async function renewLeases<Held extends Lease>(
  db: Queryable,
  table: LeasedTable,
  leases: readonly Held[],
  leaseMs: number,
): Promise<readonly Held[]> {
  const { rows } = await db.query<Lease>(
    `update ${table} leased set lease_until = now() + $3 * interval '1 millisecond'
     from unnest($1::text[], $2::bigint[]) held (tenant_id, token)
     where leased.tenant_id = held.tenant_id and leased.lease_token = held.token
     returning leased.tenant_id as "tenantId", leased.lease_token as token`,
    [leases.map(({ tenantId }) => tenantId), leases.map(({ token }) => token), leaseMs],
  );
  return stillHeld(leases, rows);
}

/** Those leases that the database still knows by their token. @param known its rows, one a tenant */
export function stillHeld<Held extends Lease>(
  leases: readonly Held[],
  known: readonly Lease[],
): readonly Held[] {
  const tokens = new Map(known.map(({ tenantId, token }) => [tenantId, token]));
  return leases.filter(({ tenantId, token }) => tokens.get(tenantId) === token);
}

/** Keeps a lease from changing hands until the transaction ends. @returns false when it has gone to somebody else */
export async function lockLease(
  tx: Queryable,
  table: LeasedTable,
  { tenantId, token }: Lease,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from ${table} where tenant_id = $1 and lease_token = $2 for update`,
    [tenantId, token],
  );
  return rowCount === 1;
}

/** Due, and looked at in one go. */
const LOOKED_AT = 500;

/**
 * Puts off what is due of tenants that may not be served. It would stand in front of the queue for ever and be passed by with each
 * lease (decision 0068).
 * @param queue.may SQL: whether a `tenant` with a `connection` may be served now; the row is `leased`
 * @param queue.until SQL: when it is due again
 */
export async function putOffBarred(
  db: Queryable,
  queue: {
    readonly table: LeasedTable;
    readonly dueAt: "due_at" | "next_due_at";
    readonly may: string;
    readonly until: string;
  },
): Promise<void> {
  const { table, dueAt, may, until } = queue;
  await db.query(
    `with front as materialized (
       select tenant_id from ${table} where ${dueAt} <= now() and lease_until <= now() order by ${dueAt} limit $1),
     barred as (
       select leased.tenant_id, ${until} as until
       from front
       join ${table} leased using (tenant_id)
       left join integration.tenants tenant using (tenant_id)
       left join integration.connections connection using (tenant_id)
       where (${may}) is not true and leased.${dueAt} <= now() and leased.lease_until <= now()
       for update of leased skip locked)
     update ${table} leased set ${dueAt} = barred.until from barred where leased.tenant_id = barred.tenant_id`,
    [LOOKED_AT],
  );
}

/** SQL: whether Unit4 lets us act for a `tenant` with a `connection`. */
export const MAY_ACT = `tenant.status = 'active' and connection.state = 'connected'
  and (connection.parked_until is null or connection.parked_until <= now())`;

/** SQL: when the rest is over that Unit4 asked for, but so much later at most: somebody may end it. @param later an interval */
export const whenLetIn = (later: string): string =>
  `least(case when connection.parked_until > now() then connection.parked_until end, now() + ${later})`;
