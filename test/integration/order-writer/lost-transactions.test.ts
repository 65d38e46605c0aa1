import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { rememberSchemas } from "../../support/lost-database.ts";
import { A, B, createOrderWorld, settledOrders } from "../../support/order-world.ts";
import type { RunningService } from "../../support/running-service.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

const QUICK = { ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" };

/** Requests of two tenants, of which some are refused. */
async function createLoss(t: TestContext) {
  const orders = await createOrderWorld(t);
  const { world, unit4, request, send } = orders;
  await unit4.connect(A);
  await unit4.connect(B);
  return {
    ...orders,
    start: () => orders.startWriter(QUICK),
    made: () => [A, B].flatMap(({ database }) => unit4.multivers.administration(database).orders),
    sendSome: async (from: number, count: number) => {
      for (let number = from; number < from + count; number += 1) {
        const refused = number % 5 === 4 ? { customerId: "99999" } : {};
        const tenantId = number % 2 === 0 ? A.tenantId : B.tenantId;
        await send({ ...request(String(number), refused), tenantId });
      }
    },
    settled: (count: number) =>
      until("the ledger", async () => {
        const { rows } = await world.pool.query(
          "select count(*)::int as count from order_writer.orders where state in ('written', 'refused')",
        );
        return rows[0].count === count;
      }),
  };
}

const losses = (service: RunningService) => service.metric("simon_database_went_back_total");
const states = async (world: World) =>
  (await world.pool.query("select workorder_id, state, order_id from order_writer.orders order by 1")).rows;

test("O27: a backup is put back while no writer runs: what was sent is found, nothing is sent twice, and it is said once", async (t) => {
  const { world, start, made, sendSome, settled } = await createLoss(t);
  const first = await start();
  await sendSome(0, 3);
  await settled(3);
  const before = await rememberSchemas(world, ["order_writer"]);
  await sendSome(3, 12);
  await settled(15);
  await settledOrders(world, 15);
  const written = await states(world);
  const count = made().length;
  assert.equal(await first.stop(), 0);
  await before.putBack();
  const second = await start();
  await settled(15);
  assert.deepEqual(await states(world), written);
  assert.equal(made().length, count);
  assert.equal(await losses(second), 1);
  assert.equal(second.lines.filter((line) => line.includes("database_went_back")).length, 1);
  // When the stretch is done everything is as before.
  await sendSome(20, 4);
  await settled(19);
  assert.equal(made().length, count + 4);
  assert.equal(await second.stop(), 0);
  const third = await start();
  assert.equal(await losses(third), 0);
});

test("O27: the database goes back under running writers: nothing is sent twice, and what was lost comes back by itself", async (t) => {
  const { world, start, made, sendSome, settled } = await createLoss(t);
  const writers = await Promise.all([start(), start()]);
  await sendSome(0, 4);
  await settled(4);
  const before = await rememberSchemas(world, ["order_writer"]);
  await sendSome(5, 10);
  await settled(14);
  // Both have beaten since.
  const beats = async () =>
    (
      await world.pool.query<{ beat: number }>(
        "select beat::int from order_writer.pulses where instance not like '%/%' order by instance",
      )
    ).rows;
  const then = await beats();
  await until("a beat of each", async () =>
    (await beats()).every(({ beat }, index) => beat > (then[index]?.beat ?? 0)),
  );
  const written = await states(world);
  const count = made().length;
  await before.putBack();
  await settled(14);
  assert.deepEqual(await states(world), written);
  assert.equal(made().length, count);
  for (const writer of writers) {
    assert.ok((await losses(writer)) >= 1);
    assert.equal((await fetch(`${writer.healthUrl}/health/live`)).status, 200);
  }
});
