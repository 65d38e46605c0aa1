import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged, OrderRequested, OrderSettled } from "../../schemas/records.ts";
import { orderRequested } from "../support/records.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

const A = { tenantId: "a", database: "MVL00042" };
const B = { tenantId: "b", database: "MVL00077" };
/** Short enough for a test, and the same order as in the defaults: first wait, then look twice. */
const QUICK = { ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" };

async function createOrders(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: A.database, portalUser: A.tenantId, size: "small" },
    { database: B.database, portalUser: B.tenantId, size: "small" },
  ]);
  const administration = unit4.multivers.administration(A.database);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  const product = [...administration.products.values()].find(
    ({ productState, productType }) => productState === 0 && productType === 0,
  );
  assert.ok(customer !== undefined && product !== undefined);
  const request = (workorderId: string, overrides: Partial<OrderRequested> = {}) =>
    orderRequested(A.tenantId, workorderId, {
      customerId: customer.customerId,
      paymentConditionId: customer.paymentConditionId,
      vatScenarioId: customer.vatScenarioId,
      lines: [{ kind: "article", articleId: product.productId, articleType: 0, quantity: "2", text: "" }],
      ...overrides,
    });
  const send = (one: OrderRequested) =>
    world.send("orderRequested", `${one.tenantId}/${one.workorderId}`, one);
  return {
    world,
    unit4,
    administration,
    request,
    send,
    start: () => world.start("order-writer", { ...unit4.environment, ...QUICK }),
  };
}

const ledger = async (world: World) =>
  (
    await world.pool.query<{
      workorder_id: string;
      state: string;
      order_id: string | null;
      attempts: number;
    }>("select workorder_id, state, order_id, attempts from order_writer.orders order by workorder_id")
  ).rows;

const settledOrders = async (world: World, count: number) =>
  until(`${count} settled orders`, async () => {
    const records = await world.records<OrderSettled>("orderSettled");
    return records.length >= count ? records.map(({ value }) => value) : null;
  });

test("W2, W13: a request becomes one order of type factuuropdracht, is told, and a repeat makes no second one", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await start();
  const one = request("1");
  await send(one);
  await send(one);
  const [settled] = await settledOrders(world, 1);
  const [order] = administration.orders;
  assert.equal(administration.orders.length, 1);
  assert.equal(order?.orderType, 0);
  assert.equal(order?.reference, one.reference);
  assert.deepEqual([settled?.outcome, settled?.orderId], ["written", order?.orderId]);
  const messages = await until("the message", async () => {
    const records = await world.records<MessageLogged>("messageLogged");
    return records.length > 0 ? records : null;
  });
  assert.equal(messages[0]?.value?.code, "ORDER_WRITTEN");
});

test("O23: two tenants with the same numbers get an order each, in their own administration", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await unit4.connect(B);
  await start();
  const one = request("1");
  const other = unit4.multivers.administration(B.database);
  await send(one);
  await send({ ...one, tenantId: B.tenantId });
  await settledOrders(world, 2);
  assert.deepEqual([administration.orders.length, other.orders.length], [1, 1]);
  for (const { database, owner } of unit4.multivers.requests)
    if (database !== null) assert.equal(owner, database === B.database ? B.tenantId : A.tenantId);
});

test("a refused order is settled with Unit4's own words and is not sent again by itself", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await start();
  await send(request("1", { customerId: "99999" }));
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, settled?.code], ["refused", "ORDER_REFUSED"]);
  assert.match(settled?.params["reason"] ?? "", /99999|klant|debiteur/i);
  assert.equal(administration.orders.length, 0);
  assert.deepEqual(
    (await ledger(world)).map(({ state, attempts }) => [state, attempts]),
    [["refused", 1]],
  );
});

test("O01: an answer that is lost after the order was stored is found by its reference, never posted twice", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  let lost = 0;
  unit4.multivers.intercept = ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/Order") || lost > 0) return null;
    lost += 1;
    return { commitFirst: true, destroy: true };
  };
  await start();
  await send(request("1"));
  const [settled] = await settledOrders(world, 1);
  assert.equal(lost, 1);
  assert.equal(administration.orders.length, 1);
  assert.deepEqual([settled?.outcome, settled?.orderId], ["written", administration.orders[0]?.orderId]);
});

test("O17: an HTML page for an order is an unknown outcome: looked up twice, then sent again under the same reference", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  let pages = 0;
  unit4.multivers.intercept = ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/Order") || pages > 0) return null;
    pages += 1;
    return {
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<!DOCTYPE html><title>Onderhoud</title>",
    };
  };
  await start();
  await send(request("1"));
  await settledOrders(world, 1);
  assert.equal(administration.orders.length, 1);
  assert.deepEqual(
    (await ledger(world)).map(({ state, attempts }) => [state, attempts]),
    [["written", 2]],
  );
});

test("O18: after 429 nothing is sent for that tenant before the time Unit4 named, and others go on", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await unit4.connect(B);
  let refusals = 0;
  unit4.multivers.intercept = ({ method, database }) => {
    if (method !== "POST" || database !== A.database || refusals > 0) return null;
    refusals += 1;
    return { status: 429, headers: { "retry-after": "3" } };
  };
  await start();
  await send(request("1"));
  await until("the 429", () => refusals === 1);
  await send({ ...request("2"), tenantId: B.tenantId });
  const [first] = await settledOrders(world, 1);
  assert.equal(first?.tenantId, B.tenantId);
  await settledOrders(world, 2);
  const calls = unit4.multivers.requests.filter(
    ({ method, database }) => method === "POST" && database === A.database,
  );
  assert.equal(calls.length, 2);
  assert.ok((calls[1]?.atMs ?? 0) - (calls[0]?.atMs ?? 0) >= 3_000);
  assert.equal(administration.orders.length, 1);
});

test("W13: kill -9 while an order is on its way, and at other moments: each order is written once, none is lost", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  const all = Array.from({ length: 12 }, (_, index) => request(String(index)));
  let service = await start();
  // Slow answers, so that a kill falls between the stored order and our knowing of it.
  unit4.multivers.intercept = ({ method }) => (method === "POST" ? { delayMs: 60 } : null);
  for (const one of all) await send(one);
  for (const stored of [1, 4, 7]) {
    await until(`${stored} orders`, () => administration.orders.length >= stored);
    await service.kill9();
    await world.pool.query("update order_writer.lanes set lease_until = '-infinity'");
    service = await start();
  }
  await settledOrders(world, all.length);
  assert.equal(administration.orders.length, all.length);
  assert.deepEqual(
    administration.orders.map(({ reference }) => reference).sort(),
    all.map(({ reference }) => reference).sort(),
  );
  assert.ok((await ledger(world)).every(({ state }) => state === "written"));
});

test("A8: a deactivated tenant's orders wait, and go when it is active again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await world.pool.query("update integration.tenants set status = 'inactive'");
  const service = await start();
  await send(request("1"));
  await until("the row", async () => (await ledger(world)).length === 1);
  await until("the lease loop to have looked", () => service.metric("simon_records_consumed_total"));
  assert.equal(administration.orders.length, 0);
  await world.pool.query("update integration.tenants set status = 'active'");
  await settledOrders(world, 1);
  assert.equal(administration.orders.length, 1);
});

test("O04: a workorder archived again after its order was written is told with the difference, never sent again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await start();
  const one = request("1");
  await send(one);
  const [settled] = await settledOrders(world, 1);
  await send({ ...one, archivedAt: one.archivedAt + 1_000 });
  const again = await settledOrders(world, 2);
  assert.deepEqual([again[1]?.code, again[1]?.orderId], ["ORDER_ALREADY_WRITTEN", settled?.orderId]);
  const extra = { kind: "article", articleId: "2001", articleType: 0, quantity: "3", text: "" } as const;
  await send({ ...one, archivedAt: one.archivedAt + 2_000, lines: [...one.lines, extra] });
  const changed = await settledOrders(world, 3);
  assert.equal(changed[2]?.code, "ORDER_CHANGED_AFTER_WRITING");
  assert.equal(changed[2]?.params["difference"], "+ 3 × 2001");
  assert.equal(administration.orders.length, 1);
});
