import type { OrderRequested } from "../../schemas/records.ts";
import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { MessageLog } from "../shared/messages.ts";
import { inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";
import { openOrderMessage, orderParams } from "./domain/announcement.ts";
import { OF_EMPTIED_EPOCH } from "./ledger/order-ledger.ts";

type WaitingOrder = {
  readonly request: OrderRequested;
  readonly tenantName: string;
  /** Of the connection that Unit4 ended. */
  readonly connectedAt: Date;
  /** The database's clock. */
  readonly now: Date;
};

const LOOK_EVERY_MS = 5_000;
/** Told in one beat; the others in the next. */
const MOST = 500;
const CODE = "ORDER_NEEDS_CONNECTION";
/** Tenants whose connection has ended, looked at in one beat; the next ones in the next. */
const MOST_TENANTS = 500;

/**
 * Says of each waiting order whose tenant's connection has ended that it waits for a person to connect (case O25). Nobody
 * tries to send such orders, so that nobody else would find it out. Each is told once; a crash in between tells it again
 * under the same id.
 */
export function createWaitingOrdersLoop(
  context: LoopContext<"waiting-orders">,
  { pool, messages }: { readonly pool: Pool; readonly messages: MessageLog },
): Loop {
  let after = "";
  return createLoop(context, {
    name: "waiting-orders",
    everyMs: LOOK_EVERY_MS,
    lost: "Orders that wait for a connection are no longer told",
    beat: async () => {
      const tenantIds = await disconnectedTenants(pool, after);
      if ((await tellWaitingOrders(pool, messages, tenantIds)) === MOST) return true;
      after = tenantIds.length < MOST_TENANTS ? "" : (tenantIds.at(-1) ?? "");
      return false;
    },
  });
}

/** @returns how many were told */
async function tellWaitingOrders(
  pool: Pool,
  messages: MessageLog,
  tenantIds: readonly string[],
): Promise<number> {
  if (tenantIds.length === 0) return 0;
  return inTransaction(pool, async (tx) => {
    const orders = await lockWaitingOrders(tx, tenantIds);
    if (orders.length === 0) return 0;
    await messages.log(
      orders.map((order) =>
        openOrderMessage(order.request, {
          code: CODE,
          params: paramsOf(order),
          at: order.now.getTime(),
          occurrence: `${order.request.archivedAt}/${order.connectedAt.getTime()}`,
        }),
      ),
    );
    await markTold(tx, orders);
    return orders.length;
  });
}

async function disconnectedTenants(db: Queryable, after: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId" from integration.connections where state = 'revoked' and tenant_id > $1
     order by tenant_id limit $2`,
    [after, MOST_TENANTS],
  );
  return rows.map(({ tenantId }) => tenantId);
}

/** By the index of orders that were not told: those that were are not read again. */
async function lockWaitingOrders(
  tx: Queryable,
  tenantIds: readonly string[],
): Promise<readonly WaitingOrder[]> {
  const { rows } = await tx.query<WaitingOrder>(
    `select orders.request, tenant.name as "tenantName", connection.connected_at as "connectedAt", now() as now
     from integration.connections connection
     join integration.tenants tenant on tenant.tenant_id = connection.tenant_id and tenant.status = 'active'
     join order_writer.orders on orders.tenant_id = connection.tenant_id and orders.state = 'waiting'
       and orders.code <> '${CODE}' and not ${OF_EMPTIED_EPOCH}
     where connection.state = 'revoked' and connection.tenant_id = any($1)
     limit $2 for update of orders skip locked`,
    [tenantIds, MOST],
  );
  return rows;
}

async function markTold(tx: Queryable, orders: readonly WaitingOrder[]): Promise<void> {
  await tx.query(
    `update order_writer.orders o set code = $1, params = told.params, changed_at = now()
     from unnest($2::text[], $3::text[], $4::jsonb[]) as told (tenant_id, workorder_id, params)
     where o.tenant_id = told.tenant_id and o.workorder_id = told.workorder_id`,
    [
      CODE,
      orders.map(({ request }) => request.tenantId),
      orders.map(({ request }) => request.workorderId),
      orders.map((order) => JSON.stringify(paramsOf(order))),
    ],
  );
}

const paramsOf = ({ request, tenantName }: WaitingOrder): Readonly<Record<string, string>> => ({
  ...orderParams(request),
  tenant: tenantName,
});
