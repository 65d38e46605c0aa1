import assert from "node:assert/strict";
import { test } from "node:test";
import { rememberSchemas } from "../../support/lost-database.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { until } from "../../support/until.ts";

const QUICK = { ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" };
/** Lists that one look-up of an absent order asks for: one without a fiscal year and three with. */
const LISTS = 4;

test("O27: after a loss the doubted orders of one customer are looked up in the same lists", async (t) => {
  const orders = await createOrderWorld(t);
  const { world, unit4, request, send } = orders;
  await unit4.connect(A);
  const settled = (count: number) =>
    until("the ledger", async () => {
      const { rows } = await world.pool.query<{ count: number }>(
        "select count(*)::int as count from order_writer.orders where state = 'written'",
      );
      return rows[0]?.count === count;
    });
  const first = await orders.startWriter(QUICK);
  await send(request("1"));
  await settled(1);
  const before = await rememberSchemas(world, ["order_writer"]);
  await send(request("2"));
  await settled(2);
  assert.equal(await first.stop(), 0);
  await before.putBack();

  const waiting = 100;
  await Promise.all(Array.from({ length: waiting }, (_, number) => send(request(String(10 + number)))));
  const asked = unit4.multivers.audit.requests().length;
  await orders.startWriter(QUICK);
  await settled(2 + waiting);
  assert.equal(unit4.multivers.administration(A.database).orders.length, 2 + waiting);
  const lists = unit4.multivers.audit
    .requests()
    .slice(asked)
    .filter(({ method, operation }) => method === "GET" && operation.startsWith("OrderInfoList"));
  // Twice, and a few times more for those that were taken in meanwhile; one by one it would be twice for each.
  assert.ok(lists.length >= 2 * LISTS, `${lists.length} lists`);
  assert.ok(lists.length <= 5 * LISTS, `${lists.length} lists`);
});

test("a lane rests while somebody else holds the order that was looked up, and then goes on", async (t) => {
  const orders = await createOrderWorld(t);
  const { world, unit4, request, send } = orders;
  await unit4.connect(A);
  unit4.multivers.faults.set(
    [{ id: "lost", match: { method: "POST", operation: "Order" }, times: 1, effect: { kind: "reset" } }],
    "1",
  );
  await orders.startWriter(QUICK);
  await send(request("1"));
  const state = async (): Promise<string | undefined> =>
    (await world.pool.query<{ state: string }>("select state from order_writer.orders")).rows[0]?.state;
  await until("an unknown order", async () => (await state()) === "unknown");
  const holder = await world.pool.connect();
  try {
    await holder.query("begin");
    await holder.query("select from order_writer.orders for update");
    await until("a lane that rests", async () => {
      const { rows } = await world.pool.query(
        "select from order_writer.lanes where not_before > now() and failures = 0",
      );
      return rows.length === 1;
    });
  } finally {
    await holder.query("rollback");
    holder.release();
  }
  await until("the order", async () => (await state()) === "written");
  assert.equal(unit4.multivers.administration(A.database).orders.length, 1);
});
