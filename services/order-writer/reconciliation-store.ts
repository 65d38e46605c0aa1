import type { OrderRequested } from "../../schemas/records.ts";
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
import { inTransaction, type Pool } from "../shared/postgres.ts";
import type { Discrepancy } from "./domain/reconciliation.ts";
import type { Lane } from "./lanes.ts";

/** A written order that is looked at again. */
export type OrderCheck = {
  readonly workorderId: string;
  readonly request: OrderRequested;
  readonly orderId: string;
  /** Code of what was said when it was written. */
  readonly code: string;
  /** Numbers of the orders that were found twice at that time; null where it was one. */
  readonly orderIds: string | null;
  readonly checks: number;
  readonly discrepancy: Discrepancy | null;
  readonly ageMs: number;
  /** When it was read, by the clock of Postgres, which dates every message about an order. */
  readonly readAt: Date;
};

/**
 * Leases turns of tenants that have a check due, the longest waiting first. Writing goes first: a tenant with an order
 * due is left alone, until a check has waited so long that a second order would be found too late. A lane that rests
 * after failures says that Unit4 needs rest from us.
 */
export async function leaseCheckTurns(
  pool: Pool,
  lease: LeaseTerms & { readonly most: number; readonly patienceMs: number },
): Promise<readonly Lane[]> {
  const { rows } = await pool.query<Lane>(
    `with due as (
       select turn.tenant_id, tenant.administration
       from order_writer.check_turns turn
       join integration.tenants tenant using (tenant_id)
       join integration.connections connection using (tenant_id)
       left join order_writer.lanes lane using (tenant_id)
       where turn.due_at <= now() and turn.not_before <= now() and turn.lease_until <= now()
         and ${MAY_ACT}
         and coalesce(lane.not_before <= now(), true)
         and (coalesce(lane.due_at > now(), true) or turn.due_at <= now() - $4 * interval '1 millisecond')
       order by turn.due_at limit $1
       for update of turn skip locked)
     update order_writer.check_turns turn
     set ${leaseTaken("turn", { leaseMs: "$2", by: "$3" })}
     from due where turn.tenant_id = due.tenant_id
     returning turn.tenant_id as "tenantId", turn.lease_token as token, turn.failures, due.administration`,
    [lease.most, lease.leaseMs, lease.by, lease.patienceMs],
  );
  return rows;
}

/** A second order is found in ten minutes, also of a tenant that is let in again meanwhile. */
const PUT_OFF = "interval '2 minutes'";

/** Puts off turns of tenants whose Unit4 may not be asked. */
export const putOffCheckTurns = (pool: Pool): Promise<void> =>
  putOffBarred(pool, {
    table: "order_writer.check_turns",
    dueAt: "due_at",
    may: MAY_ACT,
    until: whenLetIn(PUT_OFF),
  });

/** Forgets checks of orders that were written to another administration than the tenant has now. */
export async function dropForeignChecks(pool: Pool, { tenantId, administration }: Lane): Promise<void> {
  await pool.query("delete from order_writer.order_checks where tenant_id = $1 and administration <> $2", [
    tenantId,
    administration,
  ]);
}

/** Checks of the customer whose check is due first, also those that soon will be: one list shows all of them. */
export async function dueChecks(
  pool: Pool,
  tenantId: string,
  { most, soonMs }: { readonly most: number; readonly soonMs: number },
): Promise<readonly OrderCheck[]> {
  const { rows } = await pool.query<OrderCheck>(
    `with first as (
       select customer_id from order_writer.order_checks
       where tenant_id = $1 and next_check_at <= now() order by next_check_at limit 1)
     select workorder_id as "workorderId", request, order_id as "orderId", code, params ->> 'orderIds' as "orderIds",
       checks, finding as discrepancy, (extract(epoch from now() - written_at) * 1000)::double precision as "ageMs",
       now() as "readAt"
     from order_writer.order_checks planned
     join first using (customer_id)
     join order_writer.orders written using (tenant_id, workorder_id)
     where tenant_id = $1 and state = 'written' and next_check_at <= now() + $3 * interval '1 millisecond'
     order by next_check_at limit $2`,
    [tenantId, most, soonMs],
  );
  return rows;
}

/** Stores what a check found, if the turn is still ours. @param nextInMs null: the order is no longer looked at */
export async function storeCheck(
  pool: Pool,
  { tenantId, token }: Lease,
  check: {
    readonly workorderId: string;
    readonly discrepancy: Discrepancy | null;
    readonly nextInMs: number | null;
  },
): Promise<void> {
  const ours = "exists (select from order_writer.check_turns where tenant_id = $1 and lease_token = $2)";
  const { workorderId, discrepancy, nextInMs } = check;
  if (nextInMs === null) {
    await pool.query(
      `delete from order_writer.order_checks where tenant_id = $1 and workorder_id = $3 and ${ours}`,
      [tenantId, token, workorderId],
    );
    return;
  }
  await pool.query(
    `update order_writer.order_checks
     set checks = checks + 1, finding = $4, next_check_at = now() + $5 * interval '1 millisecond'
     where tenant_id = $1 and workorder_id = $3 and ${ours}`,
    [tenantId, token, workorderId, discrepancy, nextInMs],
  );
}

/**
 * Gives a turn back, due when its next check is. The row is locked first, so that the look at the checks comes after
 * whatever an order written at the same moment added.
 */
export async function releaseCheckTurn(
  pool: Pool,
  lease: Lease,
  rest: { readonly failures: number; readonly restMs: number },
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    if (!(await lockLease(tx, "order_writer.check_turns", lease))) return;
    await tx.query(
      `update order_writer.check_turns
       set ${LEASE_ENDED}, failures = $2, not_before = now() + $3 * interval '1 millisecond',
         due_at = coalesce((select min(next_check_at) from order_writer.order_checks where tenant_id = $1), 'infinity')
       where tenant_id = $1`,
      [lease.tenantId, rest.failures, rest.restMs],
    );
  });
}
