import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

/** As after a failover to a standby that was not promoted yet: reads work, writes give SQLSTATE 25006. */
async function makeReadOnly(world: World, value: "on" | "off"): Promise<void> {
  const name = new URL(world.databaseUrl).pathname.slice(1);
  await world.pool.query(`alter database ${name} set default_transaction_read_only = ${value}`);
  await world.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename <> current_user`,
  );
}

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
    assert.ok(!service.lines.some((line) => line.includes("service_failed")));
    await until("ready", async () => (await fetch(`${service.healthUrl}/health/ready`)).ok);
  }
});
