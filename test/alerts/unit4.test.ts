import assert from "node:assert/strict";
import { test } from "node:test";
import { A, createOrderWorld, settledOrders } from "../support/order-world.ts";
import { atTokenEndpoint, oauthError } from "../support/unit4-rig.ts";
import { until } from "../support/until.ts";
import { startWatching } from "../support/watching.ts";

test("Unit4Down, TenantsFailing, OrdersStandStill, OrderOutcomeUnknown and OrderStuck fire while Unit4 resets every connection", async (t) => {
  const { world, unit4, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const [poller, writer] = await Promise.all([
    world.start("unit4-poller", {
      ...unit4.environment,
      UNIT4_POLLER_INTERVAL_MS: "500",
      UNIT4_POLLER_BUSY_PART: "1",
    }),
    startWriter(),
  ]);
  const watching = await startWatching(t, { "unit4-poller": poller, "order-writer": writer });
  await send(request("before"));
  const quiet = ["Unit4Down", "TenantsFailing", "OrdersStandStill", "OrderOutcomeUnknown", "OrderStuck"];
  for (const name of quiet) assert.equal(await watching.find(name), null, `${name} before its cause`);

  unit4.multivers.faults.set([{ id: "away", effect: { kind: "reset" } }]);
  // Orders keep coming, as they do by day.
  let number = 0;
  const sending = setInterval(() => void send(request(`during-${++number}`)).catch(() => {}), 1_000);
  t.after(() => clearInterval(sending));
  for (const name of ["Unit4Down", "TenantsFailing", "OrdersStandStill"])
    assert.equal((await watching.fires(name)).labels["severity"], "page", name);
  for (const name of ["OrderOutcomeUnknown", "OrderStuck"])
    assert.equal((await watching.fires(name)).labels["severity"], "ticket", name);
  clearInterval(sending);

  unit4.multivers.faults.clear();
  for (const name of quiet) await watching.resolves(name);
});

test("Unit4RefusesUs fires when our own secret is refused", async (t) => {
  const { world, unit4 } = await createOrderWorld(t);
  await unit4.connect(A);
  const environment = { ...unit4.environment, UNIT4_POLLER_INTERVAL_MS: "500", UNIT4_POLLER_BUSY_PART: "1" };
  const poller = await world.start("unit4-poller", environment);
  const watching = await startWatching(t, { "unit4-poller": poller });
  await until("a scrape", async () => (await watching.query("simon_unit4_token_renewals_total")).length > 0);
  unit4.multivers.intercept = atTokenEndpoint(oauthError("invalid_client"));
  await world.pool.query("update integration.connections set expires_at = now() - interval '1 hour'");
  assert.equal((await watching.fires("Unit4RefusesUs")).labels["severity"], "page");
  unit4.multivers.intercept = null;
  await watching.resolves("Unit4RefusesUs");
});

test("OrdersRefusedOften fires when Unit4 refuses one order after the other", async (t) => {
  const { world, unit4, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const writer = await startWriter();
  const watching = await startWatching(t, { "order-writer": writer });
  await until("a scrape", async () => (await watching.query("simon_orders_settled_total")).length > 0);
  for (let number = 0; number < 20; number += 1)
    await send(request(`refused-${number}`, { customerId: "99999" }));
  assert.equal((await watching.fires("OrdersRefusedOften")).labels["severity"], "ticket");
  await watching.resolves("OrdersRefusedOften");
  assert.ok((await settledOrders(world, 20)).length >= 20);
});
