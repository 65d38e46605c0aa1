import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OrderRequested } from "../../../schemas/records.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";

const QUICK = { ORDER_WRITER_QUARANTINE_MS: "3000", ORDER_WRITER_LOOKUP_PAUSE_MS: "0" };

async function createOrders(t: TestContext) {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  await unit4.connect(A);
  const states = async () =>
    (
      await world.pool.query<{ state: string; count: number }>(
        "select state, count(*)::int as count from order_writer.orders group by state order by state",
      )
    ).rows;
  return {
    ...{ world, unit4, administration, states },
    send: (workorderId: string, overrides: Partial<OrderRequested> = {}) =>
      send(request(workorderId, overrides)),
    start: (extra: Readonly<Record<string, string>> = {}) => startWriter({ ...QUICK, ...extra }),
  };
}

const isPost = ({ method, operation }: { readonly method: string; readonly operation: string }): boolean =>
  method === "POST" && operation === "Order";
const isLookUp = ({ method, operation }: { readonly method: string; readonly operation: string }): boolean =>
  method === "GET" && operation.startsWith("Order");

test("O58: SIGTERM while a look-up waits ends it at once, with exit code 0 and nothing lost", async (t) => {
  const { world, unit4, send, states, start } = await createOrders(t);
  unit4.multivers.intercept = (request) => {
    if (isPost(request)) return { destroy: true };
    return isLookUp(request) ? { delayMs: 60_000 } : null;
  };
  const writer = await start();
  await send("1");
  await until("a look-up that waits", () => unit4.multivers.requests.some(isLookUp), 30_000);
  const begin = performance.now();
  assert.equal(await writer.stop(), 0);
  assert.ok(performance.now() - begin < 25_000, `it took ${Math.round(performance.now() - begin)} ms`);
  assert.deepEqual(await states(), [{ state: "unknown", count: 1 }]);
  assert.ok(!writer.lines.some((line) => line.includes("drain_overran")));
  assert.equal((await world.records("orderSettled")).length, 0);
});

test("O62: SIGTERM while a token endpoint is silent: exit code 0 within 25 s, and nothing was sent", async (t) => {
  const { world, unit4, send, states, start } = await createOrders(t);
  await world.pool.query("update integration.connections set expires_at = now()");
  unit4.multivers.intercept = ({ operation }) => (operation === "OAuth/Token" ? { delayMs: 120_000 } : null);
  const writer = await start();
  await send("1");
  await until("the silence", () =>
    unit4.multivers.requests.some(({ operation }) => operation === "OAuth/Token"),
  );
  const begin = performance.now();
  assert.equal(await writer.stop(), 0);
  assert.ok(performance.now() - begin < 25_000, `it took ${Math.round(performance.now() - begin)} ms`);
  assert.ok(!writer.lines.some((line) => line.includes("drain_overran")));
  assert.ok(!unit4.multivers.requests.some(isPost));
  assert.deepEqual(await states(), [{ state: "waiting", count: 1 }]);
});

test("O59: one call at a time per tenant, however long its look-ups take", async (t) => {
  const { unit4, send, states, start } = await createOrders(t);
  const open: { from: number; until: number }[] = [];
  let isDown = true;
  unit4.multivers.intercept = (request) => {
    if (isPost(request)) return isDown ? { destroy: true } : null;
    if (!isLookUp(request)) return null;
    const from = Date.now();
    open.push({ from, until: from + 1_700 });
    return { delayMs: 1_700 };
  };
  // A lease of 3 s: look-ups of two calls of 1.7 s outlast it.
  const short = { ORDER_WRITER_SENDING_MS: "2000", ORDER_WRITER_LEASE_MARGIN_MS: "1000" };
  await start(short);
  await start(short);
  await send("1");
  await until(
    "an unknown order",
    async () => (await states()).some(({ state, count }) => state === "unknown" && count === 1),
    30_000,
  );
  isDown = false;
  await until(
    "all written",
    async () => {
      const [only, ...others] = await states();
      return only?.state === "written" && others.length === 0;
    },
    110_000,
  );
  const overlaps = open.filter((one, index) =>
    open.some((other, at) => at < index && one.from < other.until - 50),
  );
  assert.deepEqual(overlaps, []);
});

test("O64, A8: deactivated in the middle of a turn, the sending under way is finished and no other begins", async (t) => {
  const { world, unit4, administration, send, states, start } = await createOrders(t);
  unit4.multivers.intercept = (request) => (isPost(request) ? { delayMs: 1_500 } : null);
  await Promise.all(["1", "2", "3", "4", "5"].map((id) => send(id)));
  await start();
  await until("the first sending", () => unit4.multivers.requests.some(isPost), 30_000);
  await deactivateTenant(world.pool, "a");
  await until("its outcome", async () => (await world.records("orderSettled")).length === 1, 30_000);
  await until("the lane's end", async () => {
    const { rows } = await world.pool.query("select from order_writer.lanes where lease_until > now()");
    return rows.length === 0;
  });
  assert.equal(administration.orders.length, 1);
  assert.deepEqual(await states(), [
    { state: "waiting", count: 4 },
    { state: "written", count: 1 },
  ]);
});
