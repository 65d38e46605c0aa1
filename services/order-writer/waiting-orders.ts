import type { OrderRequested } from "../../schemas/records.ts";
import { createLoop, type Loop, type LoopContext } from "../shared/loop.ts";
import type { MessageLog } from "../shared/messages.ts";
import { inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";
import { openOrderMessage, orderParams } from "./domain/announcement.ts";
import { OF_EMPTIED_EPOCH } from "./order-ledger.ts";

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

/**
 * Says of each waiting order whose tenant's connection has ended that it waits for a person to connect (case O25). Nobody
 * tries to send such orders, so that nobody else would find it out. Each is told once; a crash in between tells it again
 * under the same id.
 */
export const createWaitingOrdersLoop = (
  context: LoopContext<"waiting-orders">,
  { pool, messages }: { readonly pool: Pool; readonly messages: MessageLog },
): Loop =>
  createLoop(context, {
    name: "waiting-orders",
    everyMs: LOOK_EVERY_MS,
    lost: "Orders that wait for a connection are no longer told",
    beat: async () => (await tellWaitingOrders(pool, messages)) === MOST,
  });

/** @returns how many were told */
function tellWaitingOrders(pool: Pool, messages: MessageLog): Promise<number> {
  return inTransaction(pool, async (tx) => {
    const orders = await lockWaitingOrders(tx);
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

async function lockWaitingOrders(tx: Queryable): Promise<readonly WaitingOrder[]> {
  const { rows } = await tx.query<WaitingOrder>(
    `select orders.request, tenant.name as "tenantName", connection.connected_at as "connectedAt", now() as now
     from integration.connections connection
     join integration.tenants tenant on tenant.tenant_id = connection.tenant_id and tenant.status = 'active'
     join order_writer.orders on orders.tenant_id = connection.tenant_id and orders.state = 'waiting'
       and orders.code <> $1 and not ${OF_EMPTIED_EPOCH}
     where connection.state = 'revoked'
     limit $2 for update of orders skip locked`,
    [CODE, MOST],
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
