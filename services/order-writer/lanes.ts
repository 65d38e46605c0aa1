import { LEASE_ENDED, type Lease, type LeaseTerms, leaseTaken, lockLease } from "../shared/lease.ts";
import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";
import { IS_OPEN } from "./order-ledger.ts";

export type Lane = Lease & {
  /** Unit4's database of the tenant. */
  readonly administration: string;
  /** Failures in a row that were the connection's, not the order's. */
  readonly failures: number;
};

/**
 * Leases lanes of tenants that have something due, the longest unserved first: active ones only, whose connection works
 * and that Unit4 did not ask to wait. Two instances never get the same lane.
 */
export async function leaseLanes(
  pool: Pool,
  lease: LeaseTerms & { readonly most: number },
): Promise<readonly Lane[]> {
  const { rows } = await pool.query<Lane>(
    `with due as (
       select lane.tenant_id, tenant.administration
       from order_writer.lanes lane
       join integration.tenants tenant using (tenant_id)
       join integration.connections connection using (tenant_id)
       where lane.due_at <= now() and lane.not_before <= now() and lane.lease_until <= now() and tenant.status = 'active'
         and connection.state = 'connected'
         and (connection.parked_until is null or connection.parked_until <= now())
       order by lane.served_at limit $1
       for update of lane skip locked)
     update order_writer.lanes lane
     set ${leaseTaken("lane", { leaseMs: "$2", by: "$3" })},
       served_at = now()
     from due where lane.tenant_id = due.tenant_id
     returning lane.tenant_id as "tenantId", lane.lease_token as token, lane.failures, due.administration`,
    [lease.most, lease.leaseMs, lease.by],
  );
  return rows;
}

/** What a turn leaves behind for the next one. */
export type Rest = {
  /** Failures in a row that were the connection's; 0 after a success. */
  readonly failures: number;
  /** How long the lane rests, whatever is due, in milliseconds. */
  readonly restMs: number;
};

/**
 * Gives a lane back, due when its next order is. The row is locked first, so that the look at the orders comes after
 * whatever an intake at the same moment inserted: no wake-up is lost.
 */
export async function releaseLane(pool: Pool, lane: Lease, rest: Rest): Promise<void> {
  await inTransaction(pool, async (tx) => {
    if (!(await lockLease(tx, "order_writer.lanes", lane))) return;
    await tx.query(
      `update order_writer.lanes
       set ${LEASE_ENDED}, failures = $3, not_before = now() + $4 * interval '1 millisecond',
         due_at = coalesce((select min(due_at) from order_writer.orders
           where tenant_id = $1 and ${IS_OPEN}), 'infinity')
       where tenant_id = $1 and lease_token = $2`,
      [lane.tenantId, lane.token, rest.failures, rest.restMs],
    );
  });
}

/** Makes the lanes of these tenants due now. */
export async function wakeLanes(tx: Connection, tenantIds: readonly string[]): Promise<void> {
  await tx.query(
    `insert into order_writer.lanes (tenant_id, due_at) select distinct tenant_id, now() from unnest($1::text[]) as tenant_id
     order by tenant_id
     on conflict (tenant_id) do update set due_at = least(lanes.due_at, excluded.due_at)`,
    [tenantIds],
  );
}
