import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interception } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { createEndingWay } from "../../support/ending-way.ts";
import { atData, BOS, createRig, LINDE, orderFor, PAGE } from "../../support/unit4-rig.ts";

test("O18: after a 429 no process calls for that tenant until it may, and the others go on", async (t) => {
  const rig = await createRig(t);
  const [poller, writer] = [rig.client(), rig.client()];
  const begin = Date.now();
  rig.multivers.intercept = atData({ status: 429, headers: { "retry-after": "120" } });
  const refused = await poller.fetchCustomerPage(LINDE, PAGE);
  assert.ok(refused.kind === "parked" && refused.until >= begin + 120_000);
  rig.multivers.intercept = null;

  const calls = rig.callsTo("MVL00042").length;
  assert.equal((await poller.fetchArticlePage(LINDE, PAGE)).kind, "parked");
  const posted = await writer.postOrder(LINDE, orderFor(rig.multivers));
  assert.ok(posted.kind === "parked" && Math.abs(posted.until - refused.until) < 2_000);
  assert.equal(rig.callsTo("MVL00042").length, calls);
  assert.equal((await writer.fetchCustomerPage(BOS, PAGE)).kind, "ok");

  await rig.pool.query("update integration.connections set parked_until = now()");
  assert.equal((await writer.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("O18: a rest of many years is honoured, also by ten calls at once", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.intercept = atData({
    status: 429,
    headers: { "retry-after": "Wed, 01 Jan 2098 00:00:00 GMT" },
  });
  await unit4.fetchCustomerPage(LINDE, PAGE);
  const calls = rig.callsTo("MVL00042").length;
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => unit4.fetchArticlePage(LINDE, PAGE)));
  assert.ok(outcomes.every((outcome) => outcome.kind === "parked" && outcome.until >= Date.UTC(2098, 0, 1)));
  assert.equal(rig.callsTo("MVL00042").length, calls);
});

test("O01: an order whose answer is lost after it was stored is unknown, never sent again, and can be found", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  const order = orderFor(rig.multivers) as { readonly customerId: string };
  const losses: readonly Interception[] = [
    { destroy: true },
    { status: 504, body: "<html>" },
    { status: 500 },
  ];
  for (const loss of losses) {
    rig.multivers.intercept = atData({ ...loss, commitFirst: true });
    assert.equal((await unit4.postOrder(LINDE, order)).kind, "unknown");
  }
  rig.multivers.intercept = null;
  const { orders } = rig.multivers.administration(LINDE.administration);
  assert.equal(orders.length, losses.length);
  const found = await unit4.findOrdersOfCustomer(LINDE, order.customerId);
  assert.ok(found.kind === "ok");
  assert.deepEqual(new Set(found.value.map(({ reference }) => reference)), new Set(["WB-2026-000173"]));
  assert.equal(found.value.length, losses.length);
});

test("F04: an order whose deadline is near is not sent", async (t) => {
  const rig = await createRig(t);
  const outcome = await rig
    .client()
    .postOrder(LINDE, orderFor(rig.multivers), { deadlineMs: Date.now() + 500 });
  assert.deepEqual(outcome, { kind: "not-sent", reason: "DEADLINE_PASSED" });
  assert.equal(rig.callsTo("MVL00042").length, 0);
});

test("F37: a GET is tried three times at most, a POST once", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.intercept = atData({ status: 503 });
  assert.deepEqual(await unit4.fetchCustomerPage(LINDE, PAGE), { kind: "unavailable", reason: "HTTP_503" });
  assert.equal(rig.callsTo("MVL00042").length, 3);
  assert.equal((await unit4.postOrder(LINDE, orderFor(rig.multivers))).kind, "unknown");
  assert.equal(rig.callsTo("MVL00042").length, 4);
});

test("O05, M13: a single row is found by its exact code, and absent only when Unit4 says so twice", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  const administration = rig.multivers.administration(LINDE.administration);
  administration.putProduct({ productId: "KB16/2-BR", description: "Koppeling" });
  const found = await unit4.findArticle(LINDE, "KB16/2-BR");
  assert.equal(found.kind === "ok" ? found.value?.productId : found.kind, "KB16/2-BR");
  assert.deepEqual(await unit4.findArticle(LINDE, "kb16/2-br"), { kind: "ok", value: null });
  assert.deepEqual(await unit4.findCustomer(LINDE, "99999999"), { kind: "ok", value: null });

  rig.multivers.intercept = ({ path }) => (path.includes("Info/") ? { status: 404, body: "<html>" } : null);
  const listed = await unit4.findArticle(LINDE, "KB16/2-BR");
  assert.equal(listed.kind === "ok" ? listed.value?.productId : listed.kind, "KB16/2-BR");
  rig.multivers.intercept = atData({ status: 404, body: "<html>" });
  assert.equal((await unit4.findArticle(LINDE, "KB16/2-BR")).kind, "not-found");
});

test("F35: a kept connection that Unit4 ends as the next request comes in costs a GET one repeat, and an order nothing", async (t) => {
  const rig = await createRig(t);
  const way = await createEndingWay(rig.port);
  t.after(() => way.close());
  const unit4 = rig.client({}, { port: way.port });
  // The repeat takes a connection of its own, so that the next GET has a new one to keep.
  for (const ended of [0, 1, 1, 2, 2]) {
    assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
    assert.equal(way.ended(), ended);
  }
  // A kept connection is there, and would be ended again.
  assert.equal((await unit4.postOrder(LINDE, orderFor(rig.multivers))).kind, "written");
  assert.equal(way.ended(), 2);
  assert.equal(rig.multivers.administration(LINDE.administration).orders.length, 1);
  const posts = rig.multivers.audit
    .requests()
    .filter(({ method, path }) => method === "POST" && path.includes("Order"));
  assert.equal(posts.length, 1);
});

test("I12, F37: the tries of a look-up carry one id, which no other look-up has", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.intercept = atData({ status: 500 });
  for (let lookUps = 0; lookUps < 2; lookUps += 1)
    assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "unavailable");
  const calls = rig.multivers.audit
    .requests()
    .flatMap(({ method, call }) => (method === "GET" ? [call] : []));
  const [first, second] = [calls[0], calls[3]];
  assert.ok(first && second && first !== second);
  assert.deepEqual(calls, [first, first, first, second, second, second]);
});
