import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { errorLines, makeReadOnly } from "../../support/read-only.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";

test("O32: a database that is read-only for a while is an outage: nothing ends, nothing is set aside, work goes on", async (t) => {
  const { world, unit4, administration, request, send } = await createOrderWorld(t);
  await unit4.connect(A);
  const services = await Promise.all([
    world.start("simon-projector"),
    world.start("order-writer", unit4.environment),
    world.start("unit4-poller", { ...unit4.environment, UNIT4_POLLER_INTERVAL_MS: "60000" }),
    world.start("log-sink"),
  ]);

  await makeReadOnly(world, "on");
  await world.send(
    "customerChanged",
    "b/K1",
    customerChanged("b", "K1", { revision: 1, name: "Hotel De Linde" }),
  );
  await send(request("1"));
  for (const { healthUrl } of services)
    await until("not ready", async () => (await fetch(`${healthUrl}/health/ready`)).status === 503);
  // The projector and the intake have met the refusal of their writes, and wait.
  for (const service of services.slice(0, 2))
    await until("a held batch", async () => (await service.metric("simon_consumer_holds_total")) > 0);
  await makeReadOnly(world, "off");

  await until("the row", async () => {
    const { rows } = await world.pool.query("select name from simon.customers where tenant_id = 'b'");
    return rows[0]?.name === "Hotel De Linde";
  });
  await until("the order", async () => {
    const settled = await world.records<OrderSettled>("orderSettled");
    return settled.some(({ value }) => value?.outcome === "written");
  });
  assert.equal(administration.orders.length, 1);
  assert.equal((await world.records("deadLetter")).length, 0);
  for (const service of services) {
    assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
    assert.deepEqual(errorLines(service), []);
    await until("ready", async () => (await fetch(`${service.healthUrl}/health/ready`)).ok);
  }
});

test("O32, L3: a turn that a read-only database ends is told once as an outage, and its order is written once", async (t) => {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const posts = () => unit4.multivers.requests.filter(({ method }) => method === "POST").length;
  unit4.multivers.intercept = ({ method, operation }) =>
    method === "POST" && operation === "Order" ? { delayMs: 1_000 } : null;
  const writer = await startWriter({
    ...{ ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" },
    ...{ ORDER_WRITER_SENDING_MS: "2000", ORDER_WRITER_LEASE_MARGIN_MS: "1000" },
  });
  await send(request("1"));
  await until("a sending", () => posts() === 1);
  await makeReadOnly(world, "on");
  await until("the end of its turn", () =>
    writer.lines.some((line) => line.includes("turns_held") || line.includes("turn_failed")),
  );
  await makeReadOnly(world, "off");
  await until("the order", async () => {
    const settled = await world.records<OrderSettled>("orderSettled");
    return settled.some(({ value }) => value?.outcome === "written");
  });
  assert.equal(administration.orders.length, 1);
  assert.deepEqual(errorLines(writer), []);
  assert.equal(writer.lines.filter((line) => line.includes("loop_turns_held")).length, 1);
  assert.equal(await writer.metric("simon_order_turn_failures_total"), 0);
});
