import type { Get } from "../calls/get.ts";
import type { CallResult, Unit4Tenant } from "../http/errors.ts";
import { codeField, idField, textField } from "../reading/fields.ts";
import { administrationPath } from "../reading/look-up.ts";
import { pathSegment } from "../reading/odata.ts";
import { allOf } from "../reading/readings.ts";
import { rowReader } from "../reading/row-reader.ts";
import { type AnsweredOrder, answeredOrder, type PostOutcome } from "./order-outcome.ts";
import type { Post } from "./post.ts";

export type { AnsweredOrder, PostOutcome } from "./order-outcome.ts";

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
  findOrdersOfCustomer(tenant: Unit4Tenant, customerId: string): Promise<CallResult<readonly ListedOrder[]>>;
  /** The customer's orders of one fiscal year; none where the administration has no such year. */
  findOrdersOfYear(
    tenant: Unit4Tenant,
    wanted: { readonly customerId: string; readonly fiscalYear: number },
  ): Promise<CallResult<readonly ListedOrder[]>>;
  /** The order itself. */
  fetchOrder(tenant: Unit4Tenant, orderId: string): Promise<CallResult<AnsweredOrder>>;
};

const readOrder = rowReader<ListedOrder>({
  orderId: idField,
  customerId: codeField,
  reference: textField,
  orderDate: textField,
});

export function createOrderCalls(get: Get, post: Post): OrderCalls {
  const list = (
    tenant: Unit4Tenant,
    wanted: { readonly operation: "order-list" | "open-order-list"; readonly rest: string },
  ): Promise<CallResult<readonly ListedOrder[]>> =>
    get(
      {
        tenant,
        operation: wanted.operation,
        path: administrationPath(tenant, wanted.rest),
      },
      allOf(readOrder),
    );

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
      // No $filter: whether it works on these lists is not known, and one that is ignored looks like one that is not.
      const open = await list(tenant, {
        operation: "open-order-list",
        rest: `OrderInfoList/OpenOrders?customerId=${encodeURIComponent(customerId)}`,
      });
      if (open.kind !== "ok") return open;
      const rest = `OrderInfoList/${pathSegment(customerId)}`;
      const all = await list(tenant, { operation: "order-list", rest });
      if (all.kind !== "ok") return all;
      const byId = new Map([...open.value, ...all.value].map((order) => [order.orderId, order]));
      return { kind: "ok", value: [...byId.values()] };
    },
    findOrdersOfYear: async (tenant, { customerId, fiscalYear }) => {
      const rest = `OrderInfoList/${pathSegment(customerId)}?fiscalYear=${fiscalYear}`;
      const orders = await list(tenant, { operation: "order-list", rest });
      const isNoSuchYear =
        (orders.kind === "refused" || orders.kind === "not-found") && orders.messages.length > 0;
      return isNoSuchYear ? { kind: "ok", value: [] } : orders;
    },
    fetchOrder: (tenant, orderId) =>
      get(
        {
          tenant,
          operation: "order-by-number",
          path: administrationPath(tenant, `Order/${pathSegment(orderId)}`),
        },
        answeredOrder,
      ),
  };
}
