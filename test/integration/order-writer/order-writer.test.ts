import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
import { A, B, createOrderWorld, settledOrders } from "../../support/order-world.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

/** Short enough for a test, and the same order as in the defaults: first wait, then look twice. */
const QUICK = { ORDER_WRITER_QUARANTINE_MS: "300", ORDER_WRITER_LOOKUP_PAUSE_MS: "200" };

async function createOrders(t: TestContext) {
  const { startWriter, ...orders } = await createOrderWorld(t);
  return { ...orders, start: () => startWriter(QUICK) };
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

const messageWith = async (world: World, code: string) =>
  until(code, async () => {
    const records = await world.records<MessageLogged>("messageLogged");
    return records.find(({ value }) => value?.code === code)?.value ?? null;
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

test("O03, O26: a refused order is settled with its cause and all of Unit4's own words, and is not sent again by itself", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  const service = await start();
  const refusals = async () => {
    const page = await (await fetch(`${service.healthUrl}/metrics`)).text();
    return [...page.matchAll(/^simon_orders_refused_total\{code="(\w+)".*\} (\d+)$/gm)].map(
      ([, code, count]) => [code, Number(count)] as const,
    );
  };
  // O26: the first one is seen, because every reason stands at 0 before it.
  const before = await refusals();
  assert.ok(before.length > 5 && before.every(([, count]) => count === 0));
  await send(request("1", { customerId: "99999", paymentConditionId: "" }));
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, settled?.code], ["refused", "ORDER_CUSTOMER_UNKNOWN"]);
  assert.match(settled?.params["reason"] ?? "", /PaymentConditionId.*99999|99999.*PaymentConditionId/);
  assert.equal(administration.orders.length, 0);
  assert.deepEqual(
    (await ledger(world)).map(({ state, attempts }) => [state, attempts]),
    [["refused", 1]],
  );
  assert.deepEqual(
    (await refusals()).filter(([, count]) => count > 0),
    [["ORDER_CUSTOMER_UNKNOWN", 1]],
  );
});

test("W13: a login that may not make orders holds them back with an error, and they go by themselves once it may", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  unit4.multivers.intercept = ({ method }) => (method === "POST" ? { status: 403 } : null);
  await start();
  await send(request("1"));
  await messageWith(world, "ORDER_NO_RIGHTS");
  assert.deepEqual(
    (await ledger(world)).map(({ state }) => state),
    ["waiting"],
  );
  unit4.multivers.intercept = null;
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, administration.orders.length], ["written", 1]);
  const written = await messageWith(world, "ORDER_WRITTEN");
  assert.ok(written.closes?.includes("ORDER_NO_RIGHTS"));
});

test("F33: a refusal in an unclear answer is looked up twice, then settled with its reasons and not sent again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  const message = { message: "Debiteur is passief.", messageType: "Error", path: "/customerId" };
  let posts = 0;
  unit4.multivers.intercept = ({ method }) => {
    if (method !== "POST") return null;
    posts += 1;
    return { status: 500, body: JSON.stringify({ messages: [message] }) };
  };
  await start();
  await send(request("1"));
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, settled?.code], ["refused", "ORDER_CUSTOMER_PASSIVE"]);
  assert.deepEqual([posts, administration.orders.length], [1, 0]);
  const lookups = unit4.multivers.requests.filter(({ path }) => path.endsWith("/OpenOrders"));
  assert.equal(lookups.length, 2);
});

test("O12: an order that is stored with another quantity is told with line, sent and stored, and never sent again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  const one = request("1");
  const [line] = one.lines;
  const stored = { orderLineType: 0, productId: line?.articleId, quantityOrdered: 1, messages: [] };
  unit4.multivers.intercept = ({ method }) =>
    method === "POST"
      ? {
          commitFirst: true,
          status: 200,
          body: JSON.stringify({ orderId: "20260050", orderLines: [stored], messages: [] }),
        }
      : null;
  await start();
  await send({ ...one, lines: one.lines.map((own) => ({ ...own, quantity: "-2" })) });
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual(
    [settled?.outcome, settled?.orderId, settled?.code, settled?.params["difference"]],
    ["written", "20260050", "ORDER_STORED_DIFFERENTLY", `1 · ${line?.articleId}: -2 → 1`],
  );
  assert.equal((await messageWith(world, "ORDER_STORED_DIFFERENTLY")).kind, "error");
  assert.equal(administration.orders.length, 1);
});

test("O12: a warning with a good answer is told as a remark of the written order", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  unit4.multivers.settings.change({ passivePolicy: "warning" });
  const one = request("1");
  const customer = administration.customers.get(one.customerId);
  assert.ok(customer !== undefined);
  administration.putCustomer({ ...customer, customerStateId: "P" });
  await start();
  await send(one);
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, settled?.code], ["written", "ORDER_WRITTEN_WITH_REMARK"]);
  assert.match(settled?.params["remark"] ?? "", /passief/);
});

test("O02: an order of another workorder, whose reference ours begins, is never taken for ours", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await start();
  await send(request("long", { reference: "WB-2026-00190 Boilers nagekeken" }));
  const [long] = await settledOrders(world, 1);
  let lost = 0;
  unit4.multivers.intercept = ({ method }) => {
    if (method !== "POST" || lost > 0) return null;
    lost += 1;
    return { destroy: true };
  };
  await send(request("short", { reference: "WB-2026-0019" }));
  const [, short] = await settledOrders(world, 2);
  assert.equal(lost, 1);
  assert.deepEqual(
    administration.orders.map(({ orderId, reference }) => [orderId, reference]),
    [
      [long?.orderId, "WB-2026-00190 Boilers nagekeken"],
      [short?.orderId, "WB-2026-0019"],
    ],
  );
});

test("F34: an order that is visible late and whose reference was cut short and that was invoiced meanwhile is found, and not posted again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  unit4.multivers.settings.change({ cutReference: 20, invisibleOrdersMs: 200 });
  unit4.multivers.intercept = ({ method, path }) => {
    const [own] = administration.orders;
    const isLookup = method === "GET" && path.endsWith("/OpenOrders");
    if (isLookup && own?.canChange === true) administration.invoiceOrder(own.orderId);
    return method === "POST" ? { commitFirst: true, destroy: true } : null;
  };
  await start();
  await send(request("1", { reference: "WB-2026-1 Ketel nagekeken en gevuld" }));
  const [settled] = await settledOrders(world, 1);
  assert.deepEqual([settled?.outcome, settled?.code], ["written", "ORDER_WRITTEN"]);
  assert.deepEqual(
    administration.orders.map(({ orderId, reference }) => [orderId, reference]),
    [[settled?.orderId, "WB-2026-1 Ketel nage"]],
  );
});

test("F34: two orders of one workorder are handed to a person with both numbers, and none is sent again", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  unit4.multivers.intercept = ({ method, path }) => {
    // Somebody makes the same order by hand before we look.
    const [own] = administration.orders;
    const isLookup = method === "GET" && path.endsWith("/OpenOrders");
    if (isLookup && own !== undefined && administration.orders.length === 1) administration.enterOrder(own);
    return method === "POST" ? { commitFirst: true, destroy: true } : null;
  };
  await start();
  await send(request("1"));
  const [settled] = await settledOrders(world, 1);
  const numbers = administration.orders.map(({ orderId }) => orderId);
  assert.equal(numbers.length, 2);
  assert.deepEqual(
    [settled?.outcome, settled?.code, settled?.orderId, settled?.params["orderIds"]],
    ["written", "ORDER_FOUND_TWICE", numbers[0], numbers.join(", ")],
  );
  assert.deepEqual(
    (await ledger(world)).map(({ state, attempts }) => [state, attempts]),
    [["written", 1]],
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
  await until(
    "the lease loop to have looked",
    async () => (await service.metric("simon_records_consumed_total")) > 0,
  );
  assert.equal(administration.orders.length, 0);
  await world.pool.query("update integration.tenants set status = 'active'");
  await settledOrders(world, 1);
  assert.equal(administration.orders.length, 1);
});

test("O04, O35: a workorder archived again after its order was written is told with the difference, whatever the clocks say", async (t) => {
  const { world, unit4, administration, request, send, start } = await createOrders(t);
  await unit4.connect(A);
  await start();
  const one = request("1");
  await send(one);
  const [settled] = await settledOrders(world, 1);
  // The tablet was four minutes ahead the first time, and its clock was put right.
  const second = { ...one, sequence: 2, archivedAt: one.archivedAt - 180_000 };
  await send(second);
  const again = await settledOrders(world, 2);
  assert.deepEqual([again[1]?.code, again[1]?.orderId], ["ORDER_ALREADY_WRITTEN", settled?.orderId]);
  assert.deepEqual([again[1]?.archivedAt, again[1]?.sequence], [second.archivedAt, 2]);
  const extra = { kind: "article", articleId: "2001", articleType: 0, quantity: "3", text: "" } as const;
  const third = { ...second, sequence: 3, lines: [...one.lines, extra] };
  await send(third);
  const changed = await settledOrders(world, 3);
  assert.equal(changed[2]?.code, "ORDER_CHANGED_AFTER_WRITING");
  assert.equal(changed[2]?.params["difference"], "+ 3 × 2001");
  assert.equal(administration.orders.length, 1);
  // Replayed, all three are known: whatever they would have said stands before the next order.
  for (const before of [one, second, third]) await send(before);
  await send(request("2"));
  const told = await settledOrders(world, 4);
  assert.deepEqual(
    told.map((settled) => settled?.workorderId),
    ["1", "1", "1", "2"],
  );
});
