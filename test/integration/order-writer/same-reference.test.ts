import assert from "node:assert/strict";
import { test } from "node:test";
import { A, createOrderWorld, settledOrders } from "../../support/order-world.ts";

const QUICK = { ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" };

/** Two workorders of two apps with one number, for one customer; what comes of the second one's sending is lost. */
for (const [what, lostAnswer, ordersMade] of [
  ["its own order is found", { commitFirst: true, destroy: true }, 2],
  ["it has none yet and gets one", { destroy: true }, 2],
] as const)
  test(`W13: an order of another workorder with the same number is never taken over: ${what}`, async (t) => {
    const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
    await unit4.connect(A);
    await startWriter(QUICK);
    const first = request("one", { administration: A.database });
    await send(first);
    await settledOrders(world, 1);
    let lost = 0;
    unit4.multivers.intercept = ({ method, path }) => {
      if (method !== "POST" || !path.endsWith("/Order") || lost > 0) return null;
      lost += 1;
      return lostAnswer;
    };
    await send({ ...first, workorderId: "two" });
    const told = await settledOrders(world, 2);
    assert.equal(lost, 1);
    assert.equal(administration.orders.length, ordersMade);
    const numbers = administration.orders.map(({ orderId }) => orderId);
    assert.deepEqual(
      told.map((settled) => [settled?.workorderId, settled?.outcome, settled?.orderId]),
      [
        ["one", "written", numbers[0]],
        ["two", "written", numbers[1]],
      ],
    );
  });
