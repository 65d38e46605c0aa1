import assert from "node:assert/strict";
import { test } from "node:test";
import { orderRequested } from "../../support/records.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const ORDERS = [
  {
    what: "a refusal with half an emoji",
    message: { message: "Debiteur 10001 is passief. \uD83D", messageType: "Error", path: "/customerId" },
    order: {},
    state: "refused",
    said: "Debiteur 10001 is passief. \uFFFD",
  },
  {
    what: "a refusal of 700 characters with an emoji across the cut",
    message: { message: `${"x".repeat(492)}🔧${"y".repeat(206)}`, messageType: "Error", path: "/" },
    order: {},
    state: "refused",
    said: `${"x".repeat(492)}… [700]`,
  },
  {
    what: "a warning with half an emoji on an order that was stored",
    message: { message: "Let op \uDD27 en \0.", messageType: "Warning", path: "/" },
    order: { orderId: "20260041" },
    state: "written",
    said: "Let op \uFFFD en \uFFFD.",
  },
] as const;

test("O44: one POST, and what Unit4 said is kept as far as it can be", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [{ database: "MVL00042", portalUser: "a", size: "small" }]);
  await unit4.connect({ tenantId: "a", database: "MVL00042" });
  unit4.multivers.intercept = ({ operation, reference }) => {
    const one = ORDERS.find((_, index) => reference === `WB-${index}`);
    if (operation !== "Order" || one === undefined) return null;
    return {
      status: one.state === "refused" ? 400 : 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...one.order, messages: [one.message] }),
    };
  };
  await world.start("order-writer", { ...unit4.environment, ORDER_WRITER_RECONCILE_TURNS: "0" });
  for (const index of ORDERS.keys())
    await world.send(
      "orderRequested",
      `a/${index}`,
      orderRequested("a", String(index), {
        reference: `WB-${index}`,
        lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" }],
      }),
    );
  for (const [index, { what, state, said }] of ORDERS.entries()) {
    const order = await until(
      what,
      async () => {
        const { rows } = await world.pool.query(
          "select state, params from order_writer.orders where workorder_id = $1 and state in ('written', 'refused')",
          [String(index)],
        );
        return rows[0] ?? null;
      },
      30_000,
    );
    assert.equal(order.state, state, what);
    assert.equal(order.params.reason ?? order.params.remark, said, what);
    const posts = unit4.multivers.requests.filter(({ reference }) => reference === `WB-${index}`);
    assert.equal(posts.length, 1, what);
  }
});
