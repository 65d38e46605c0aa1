import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged } from "../../../schemas/records.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import type { RunningService } from "../../support/running-service.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

async function startWritten(t: TestContext) {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const service = await startWriter();
  const write = async (...workorderIds: readonly string[]) => {
    for (const id of workorderIds) await send(request(id));
    await until("the orders", () => administration.orders.length === workorderIds.length);
    await until("their checks", async () => (await checks(world)).length === workorderIds.length);
  };
  const listCalls = () =>
    unit4.multivers.requests.filter(({ path }) => path.includes("/OrderInfoList/OpenOrders")).length;
  return { world, unit4, administration, service, write, listCalls };
}

const checks = async (world: World) =>
  (
    await world.pool.query<{ checks: number; kind: string | null; next_in_s: number }>(
      `select checks, finding ->> 'kind' as kind, extract(epoch from next_check_at - now())::float as next_in_s
       from order_writer.order_checks order by workorder_id`,
    )
  ).rows;

async function makeDue(world: World): Promise<void> {
  await world.pool.query("update order_writer.order_checks set next_check_at = now()");
  await world.pool.query("update order_writer.check_turns set due_at = now(), not_before = now()");
}

/** Waits until the service has twice looked for something to check and found nothing. */
async function idleBeats(service: RunningService): Promise<void> {
  const beat = () => service.metric("simon_reconcile_last_success_timestamp_seconds");
  for (let count = 0; count < 2; count += 1) {
    const before = await beat();
    await until("a beat", async () => (await beat()) > before);
  }
}

/** Lets every check be due now, and waits until each was done. */
async function check(world: World): Promise<void> {
  const before = (await checks(world)).map((one) => one.checks);
  await makeDue(world);
  await until("the checks", async () => {
    const after = await checks(world);
    return after.every((one, index) => one.checks > (before[index] ?? 0));
  });
}

const codes = async (world: World): Promise<readonly string[]> =>
  (await world.records<MessageLogged>("messageLogged"))
    .map(({ value }) => value?.code ?? "")
    .filter((code) => code !== "ORDER_WRITTEN");

test("F04: a second order that was made behind our back is found and told once, and closed when one is gone", async (t) => {
  const { world, administration, service, write } = await startWritten(t);
  await write("1");
  await check(world);
  assert.deepEqual(await codes(world), []);
  const [own] = administration.orders;
  assert.ok(own !== undefined);
  const second = administration.enterOrder(own);

  await check(world);
  await check(world);
  assert.deepEqual(await codes(world), ["ORDER_DUPLICATE"]);
  const [found] = await checks(world);
  assert.equal(found?.kind, "duplicate");
  assert.ok((found?.next_in_s ?? 0) <= 600);
  assert.equal(await service.metric("simon_reconcile_discrepancies_total", { kind: "duplicate" }), 1);
  assert.ok(
    (await service.metric("simon_reconcile_last_success_timestamp_seconds")) > Date.now() / 1000 - 60,
  );

  administration.deleteOrder(own.orderId);
  await check(world);
  const messages = await world.records<MessageLogged>("messageLogged");
  const last = messages.map(({ value }) => value).find((value) => value?.code === "ORDER_SINGLE_AGAIN");
  assert.equal(last?.params["orderId"], second.orderId);
  assert.deepEqual(last?.closes, ["ORDER_DUPLICATE", "ORDER_FOUND_TWICE", "ORDER_MISSING"]);
});

test("an order that was deleted in Unit4 is told as a warning, the one beside it is not, and nothing is sent again", async (t) => {
  const { world, administration, write } = await startWritten(t);
  await write("1", "2");
  const [one, other] = administration.orders;
  assert.ok(one !== undefined && other !== undefined);
  administration.deleteOrder(one.orderId);
  await check(world);
  const missing = (await world.records<MessageLogged>("messageLogged"))
    .map(({ value }) => value)
    .filter((value) => value?.code !== "ORDER_WRITTEN");
  assert.deepEqual(
    missing.map((value) => [value?.code, value?.kind, value?.params["orderId"]]),
    [["ORDER_MISSING", "warning", one.orderId]],
  );
  assert.deepEqual(
    administration.orders.map(({ orderId }) => orderId),
    [other.orderId],
  );
});

test("all orders of a customer are checked with one list, and none of a tenant that is switched off", async (t) => {
  const { world, service, write, listCalls } = await startWritten(t);
  const ids = Array.from({ length: 8 }, (_, index) => String(index));
  await write(...ids);
  const before = listCalls();
  await check(world);
  assert.equal(listCalls() - before, 1);

  await deactivateTenant(world.pool, A.tenantId);
  await makeDue(world);
  await idleBeats(service);
  assert.equal(listCalls() - before, 1);
  await world.pool.query("update integration.tenants set status = 'active' where tenant_id = 'a'");
  await makeDue(world);
  await until("the turn after it is on again", () => listCalls() - before === 2);
});

test("checks wait while the tenant has orders to write, but not so long that a second order is found too late", async (t) => {
  const { world, service, write, listCalls } = await startWritten(t);
  await write("1");
  // The turn that wrote it gives its lane back, and with that sets when the lane is due.
  await until("a lane that is free", async () => {
    const { rowCount } = await world.pool.query(
      "select from order_writer.lanes where due_at = 'infinity' and lease_until <= now()",
    );
    return rowCount === 1;
  });
  // Another process is writing for this tenant.
  await world.pool.query(
    "update order_writer.lanes set due_at = now(), lease_until = now() + interval '1 hour'",
  );
  // A check that had begun before ends.
  await idleBeats(service);
  const before = listCalls();
  await makeDue(world);
  await idleBeats(service);
  assert.equal(listCalls(), before);
  await world.pool.query("update order_writer.check_turns set due_at = now() - interval '6 minutes'");
  await until("the check", () => listCalls() === before + 1);
});

test("W20: an order whose content is not what was sent soon after writing is told; what the office edits later is not", async (t) => {
  const { world, unit4, administration, write } = await startWritten(t);
  // Unit4 shows another quantity than the one it was sent, and than the one in its answer.
  unit4.multivers.intercept = ({ method, path }) => {
    const [own] = administration.orders;
    const isShown = method === "GET" && /\/Order\/\d+$/.test(path) && own !== undefined;
    if (!isShown) return null;
    const orderLines = own.orderLines.map((line) => ({ ...line, quantityOrdered: 3 }));
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...own, orderLines }),
    };
  };
  await write("1");
  await check(world);
  await check(world);
  assert.deepEqual(await codes(world), ["ORDER_CONTENT_DIFFERS"]);
});
