import {
  LEASE_ENDED,
  type Lease,
  type LeaseTerms,
  leaseTaken,
  lockLease,
  MAY_ACT,
  putOffBarred,
  whenLetIn,
} from "../shared/lease.ts";
import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";
import { IS_OPEN } from "./ledger/order-ledger.ts";

export type Lane = Lease & {
  /** Unit4's database of the tenant. */
  readonly administration: string;
  /** Failures in a row that were the connection's, not the order's. */
  readonly failures: number;
};

/**
 * Leases lanes of tenants that have something due, the longest waiting first: active ones only, whose connection works
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
       where lane.due_at <= now() and lane.not_before <= now() and lane.lease_until <= now() and ${MAY_ACT}
       order by lane.due_at limit $1
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

/** Orders of whoever is let in again without a word, as by a change in the database, wait no longer than this. */
const PUT_OFF = "interval '5 minutes'";

/** Puts off lanes that rest or may not be served; who is activated or connected meanwhile is woken (`wakeServable`). */
export const putOffLanes = (pool: Pool): Promise<void> =>
  putOffBarred(pool, {
    table: "order_writer.lanes",
    dueAt: "due_at",
    may: `${MAY_ACT} and leased.not_before <= now()`,
    until: `greatest(leased.not_before, case when ${MAY_ACT} then null else ${whenLetIn(PUT_OFF)} end)`,
  });

/** Makes those lanes of these tenants due that were put off and may be served now. */
export async function wakeServable(pool: Pool, tenantIds: readonly string[]): Promise<void> {
  await pool.query(
    `update order_writer.lanes lane set due_at = now()
     from integration.tenants tenant join integration.connections connection using (tenant_id)
     where lane.tenant_id = any($1) and connection.tenant_id = any($1) and tenant.tenant_id = lane.tenant_id and ${MAY_ACT}
       and lane.due_at > now() and lane.due_at < 'infinity' and lane.not_before <= now() and lane.lease_until <= now()
       and exists (select from order_writer.orders where orders.tenant_id = lane.tenant_id and ${IS_OPEN} and orders.due_at <= now())`,
    [tenantIds],
  );
}

/** What a turn leaves behind for the next one. */
export type Rest = {
  /** Failures in a row that were the connection's; 0 after a success. */
  readonly failures: number;
  /** How long the lane rests, whatever is due, in milliseconds. */
  readonly restMs: number;
};

/**
 * Gives a lane back, due when its next order is, but behind those that wait already. The row is locked first, so that the look at the orders comes after
 * whatever an intake at the same moment inserted: no wake-up is lost.
 */
export async function releaseLane(pool: Pool, lane: Lease, rest: Rest): Promise<void> {
  await inTransaction(pool, async (tx) => {
    if (!(await lockLease(tx, "order_writer.lanes", lane))) return;
    await tx.query(
      `update order_writer.lanes
       set ${LEASE_ENDED}, failures = $3, not_before = now() + $4 * interval '1 millisecond',
         due_at = greatest(now() + $4 * interval '1 millisecond', coalesce((select min(due_at) from order_writer.orders
           where tenant_id = $1 and ${IS_OPEN}), 'infinity'))
       where tenant_id = $1 and lease_token = $2`,
      [lane.tenantId, lane.token, rest.failures, rest.restMs],
    );
  });
}

/** Makes the lanes of these tenants due: now, or when their rest is over. */
export async function wakeLanes(tx: Connection, tenantIds: readonly string[]): Promise<void> {
  await tx.query(
    `insert into order_writer.lanes (tenant_id, due_at) select distinct tenant_id, now() from unnest($1::text[]) as tenant_id
     order by tenant_id
     on conflict (tenant_id) do update set due_at = least(lanes.due_at, greatest(excluded.due_at, lanes.not_before))`,
    [tenantIds],
  );
}
