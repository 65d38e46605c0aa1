import type { Outcome, Unit4Tenant } from "./errors.ts";
import { codeField, idField, textField } from "./fields.ts";
import type { Get } from "./get.ts";
import { administrationPath } from "./look-up.ts";
import { pathSegment } from "./odata.ts";
import type { PostOutcome } from "./order-outcome.ts";
import type { Post } from "./post.ts";
import { allOf } from "./readings.ts";
import { rowReader } from "./row-reader.ts";

export type { PostOutcome } from "./order-outcome.ts";

/** An order in a list of a customer's orders. */
export type ListedOrder = {
  readonly orderId: string;
  readonly customerId: string;
  readonly reference: string;
  /** As Unit4 writes it; read it with parseUnit4Date. */
  readonly orderDate: string;
};

export type OrderCalls = {
  /**
   * Posts an order once. It is repeated only after a 401, with a renewed token, since that stores nothing.
   * @param order body of POST Order
   * @param limit.deadlineMs the exchange is over by then, milliseconds since 1970 UTC: what is not sent in time for that is
   * `not-sent` (DEADLINE_PASSED), what has no answer by then is `unknown`
   */
  postOrder(
    tenant: Unit4Tenant,
    order: object,
    limit?: { readonly deadlineMs: number },
  ): Promise<PostOutcome>;
  /** The customer's orders, open ones and others, each once. Compare customer and reference with your own. */
  findOrdersOfCustomer(tenant: Unit4Tenant, customerId: string): Promise<Outcome<readonly ListedOrder[]>>;
};

const readOrder = rowReader<ListedOrder>({
  orderId: idField,
  customerId: codeField,
  reference: textField,
  orderDate: textField,
});

export function createOrderCalls(get: Get, post: Post): OrderCalls {
  return {
    postOrder: (tenant, order, limit) =>
      post({
        tenantId: tenant.tenantId,
        operation: "order",
        path: administrationPath(tenant, "Order"),
        body: JSON.stringify(order),
        deadlineMs: limit?.deadlineMs ?? Number.POSITIVE_INFINITY,
      }),
    findOrdersOfCustomer: async (tenant, customerId) => {
      const { tenantId } = tenant;
      // No $filter: whether it works on these lists is not known, and one that is ignored looks like one that is not.
      const openPath = `OrderInfoList/OpenOrders?customerId=${encodeURIComponent(customerId)}`;
      const open = await get(
        { tenantId, operation: "open-order-list", path: administrationPath(tenant, openPath) },
        allOf(readOrder),
      );
      if (open.kind !== "ok") return open;
      const all = await get(
        {
          tenantId,
          operation: "order-list",
          path: administrationPath(tenant, `OrderInfoList/${pathSegment(customerId)}`),
        },
        allOf(readOrder),
      );
      if (all.kind !== "ok") return all;
      const byId = new Map([...open.value, ...all.value].map((order) => [order.orderId, order]));
      return { kind: "ok", value: [...byId.values()] };
    },
  };
}
