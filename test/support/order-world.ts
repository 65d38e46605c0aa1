import type { TestContext } from "node:test";
import type { OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { orderRequested } from "./records.ts";
import { createUnit4World } from "./unit4-world.ts";
import { until } from "./until.ts";
import { createWorld, type World } from "./world.ts";

export const A = { tenantId: "a", database: "MVL00042" };
export const B = { tenantId: "b", database: "MVL00077" };

/** A world with a Unit4 whose administrations have customers and articles; nobody is connected yet. */
export async function createOrderWorld(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(
    t,
    world,
    [A, B].map(({ tenantId, database }) => ({ database, portalUser: tenantId, size: "small" })),
  );
  const administration = unit4.multivers.administration(A.database);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  const product = [...administration.products.values()].find(
    ({ productState, productType }) => productState === 0 && productType === 0,
  );
  if (customer === undefined || product === undefined)
    throw new Error("the administration has no active customer or article");
  /** A request of A for a customer and an article that there are. */
  const request = (workorderId: string, overrides: Partial<OrderRequested> = {}): OrderRequested =>
    orderRequested(A.tenantId, workorderId, {
      customerId: customer.customerId,
      paymentConditionId: customer.paymentConditionId,
      vatScenarioId: customer.vatScenarioId,
      lines: [{ kind: "article", articleId: product.productId, articleType: 0, quantity: "2", text: "" }],
      ...overrides,
    });
  return {
    ...{ world, unit4, administration, request },
    send: (one: OrderRequested) => world.send("orderRequested", `${one.tenantId}/${one.workorderId}`, one),
    startWriter: (environment: Readonly<Record<string, string>> = {}) =>
      world.start("order-writer", { ...unit4.environment, ...environment }),
  };
}

/** The outcomes that were told, once there are so many. */
export const settledOrders = async (world: World, count: number) =>
  until(`${count} settled orders`, async () => {
    const records = await world.records<OrderSettled>("orderSettled");
    return records.length >= count ? records.map(({ value }) => value) : null;
  });
