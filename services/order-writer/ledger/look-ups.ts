import type { Lease } from "../../shared/lease.ts";
import type { Connection, Queryable } from "../../shared/postgres.ts";
import type { Settlement } from "../domain/settlement.ts";
import { COLUMNS, type LedgerOrder } from "./order-ledger.ts";

/**
 * Other orders of the same customer and administration that are due to be looked up; none when the lane has gone to somebody else
 * and when the tenant was deactivated (rule A8).
 */
export async function dueLookUps(
  db: Queryable,
  { tenantId, token }: Lease,
  like: LedgerOrder,
  most: number,
): Promise<readonly LedgerOrder[]> {
  const { rows } = await db.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders
     where tenant_id = $1 and state = 'unknown' and customer_id = $3 and workorder_id <> $4 and due_at <= now()
       and request ->> 'administration' is not distinct from $5
       and exists (select from order_writer.lanes where tenant_id = $1 and lease_token = $2)
       and exists (select from integration.tenants where tenant_id = $1 and status = 'active')
     order by due_at, archived_at limit $6`,
    [tenantId, token, like.request.customerId, like.workorderId, like.request.administration ?? null, most],
  );
  return rows;
}

/** Some orders of a tenant, locked for the rest of the transaction, without those that somebody else is at: nobody waits for two. */
export async function lockFreeOrders(
  tx: Connection,
  { tenantId }: Pick<Lease, "tenantId">,
  workorderIds: readonly string[],
): Promise<readonly LedgerOrder[]> {
  const { rows } = await tx.query<LedgerOrder>(
    `select ${COLUMNS} from order_writer.orders where tenant_id = $1 and workorder_id = any($2) for update skip locked`,
    [tenantId, workorderIds],
  );
  return rows;
}

/**
 * Stores of many orders of a tenant that Unit4 does not have them, as `finishAttempt` and `storeStep` do of one.
 * @returns when each that was stored was, by workorder and the clock of Postgres
 */
export async function storeAbsences(
  tx: Connection,
  { tenantId, token }: Lease,
  steps: readonly {
    readonly order: Pick<LedgerOrder, "workorderId" | "attempts">;
    readonly said: Settlement;
  }[],
): Promise<ReadonlyMap<string, Date>> {
  const orders = [
    steps.map(({ order }) => order.workorderId),
    steps.map(({ order }) => order.attempts),
  ] as const;
  await tx.query(
    `update order_writer.attempts set finished_at = now(), outcome = 'absent', detail = ''
     from unnest($2::text[], $3::integer[]) as step (workorder_id, attempt)
     where attempts.tenant_id = $1 and attempts.workorder_id = step.workorder_id and attempts.attempt = step.attempt`,
    [tenantId, ...orders],
  );
  const { rows } = await tx.query<{ workorderId: string; storedAt: Date }>(
    `update order_writer.orders
     set state = step.state, code = step.code, params = step.params, absent_lookups = step.absent_lookups,
       reasons = step.reasons,
       due_at = now() + step.due_in_ms * interval '1 millisecond', published_at = null, changed_at = now()
     from unnest($3::text[], $4::integer[], $5::text[], $6::text[], $7::jsonb[], $8::integer[], $9::jsonb[],
         $10::double precision[])
       as step (workorder_id, attempts, state, code, params, absent_lookups, reasons, due_in_ms)
     where orders.tenant_id = $1 and orders.workorder_id = step.workorder_id and orders.attempts = step.attempts
       and orders.state = 'unknown' and orders.due_at <= now()
       and exists (select from order_writer.lanes where tenant_id = $1 and lease_token = $2)
     returning orders.workorder_id as "workorderId", orders.changed_at as "storedAt"`,
    [
      tenantId,
      token,
      ...orders,
      steps.map(({ said }) => said.state),
      steps.map(({ said }) => said.code),
      steps.map(({ said }) => JSON.stringify(said.params)),
      steps.map(({ said }) => said.absentLookups),
      steps.map(({ said }) => JSON.stringify(said.reasons)),
      steps.map(({ said }) => said.dueInMs),
    ],
  );
  return new Map(rows.map(({ workorderId, storedAt }) => [workorderId, storedAt]));
}
