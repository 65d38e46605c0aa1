import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { deactivateTenant } from "../support/tenant-registry.ts";
import { until } from "../support/until.ts";
import { isOrderPost } from "./evidence.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, DATABASES, type OrderRig, type TenantId, TIMES } from "./order-rig.ts";

const ORDER = { method: "POST", operation: "Order" } as const;
const ORDERS_OF_OTHERS = 3;

/** Rows in which Unit4 or a person says not now, or is not to be reached: F36, F42, F43, F49. */
export const POLITENESS_FAULTS: readonly FaultCase[] = [
  {
    name: "F36: 429 with seconds or a date: no call inside the window, others go on, one order each",
    isQuick: true,
    run: restInTime,
  },
  {
    name: "F36: 429 without a time, or for an hour: the tenant rests long, others go on",
    isQuick: false,
    run: restForLong,
  },
  {
    name: "F42: the login down for one tenant, rights missing for another: only they wait, and go when it is mended",
    isQuick: false,
    run: noAccess,
  },
  {
    name: "F43: a redirect is not followed, and the order stands once in the right place",
    isQuick: false,
    run: redirected,
  },
  {
    name: "F43: a name that is not found is certain not to have been reached: nothing is unknown",
    isQuick: false,
    run: nameNotFound,
  },
  {
    name: "F49: deactivated in mid-flight: the sending ends and is told, nothing else is called, the rest waits",
    isQuick: true,
    run: deactivated,
  },
];

async function restInTime(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F36", seed);
  await rig.start();
  const restMs = (seed + 1) * 1_000;
  // A date has whole seconds: the window is at least a second shorter than what it was made from.
  const isDate = seed === 2;
  const retryAfter = isDate ? new Date(Date.now() + restMs + 3_000).toUTCString() : String(restMs / 1_000);
  const until = isDate ? Date.parse(retryAfter) : null;
  rig.faults({
    id: "429",
    match: { database: DATABASES.a },
    times: 1,
    effect: { kind: "rate-limited", retryAfter },
  });
  await rig.request("a", 3);
  await othersSettle(rig);
  await rig.settled();
  const refused = rig.unit4.multivers.audit.requests().find(({ fault }) => fault === "429");
  const askedMs = until === null ? restMs : until - (refused?.endedAtMs ?? 0);
  await rig.judge({ askedRestMs: new Map([["429", askedMs]]) });
}

async function restForLong(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F36 long", seed);
  await rig.start();
  const retryAfter = seed === 2 ? null : "3600";
  rig.faults({
    id: "429",
    match: { database: DATABASES.a },
    effect: { kind: "rate-limited", retryAfter },
  });
  await rig.request("a", 2);
  await othersSettle(rig);
  const { rows } = await rig.world.pool.query<{ seconds: number }>(
    "select extract(epoch from parked_until - now())::float8 as seconds from integration.connections where tenant_id = 'a'",
  );
  // Without a time it rests half a minute at first, less the share of chance (and of what has passed).
  assert.ok((rows[0]?.seconds ?? 0) > (retryAfter === null ? 10 : 3_500), `rests ${rows[0]?.seconds} s`);
  const calls = rig.unit4.multivers.audit.requests().filter(({ database }) => database === DATABASES.a);
  assert.equal(calls.length, 1);
  assert.deepEqual(
    (await rig.ledger()).filter(({ tenantId }) => tenantId === "a").map(({ state }) => state),
    ["waiting", "waiting"],
  );
}

async function noAccess(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F42", seed);
  await rig.world.pool.query(
    "update integration.connections set expires_at = now() - interval '1 minute' where tenant_id = 'a'",
  );
  rig.faults(
    {
      id: "login down",
      match: { operation: "OAuth/Token", owner: "a" },
      effect: seed === 2 ? { kind: "reset" } : { kind: "answer", status: 503, body: "" },
    },
    { id: "no rights", match: { database: DATABASES.b }, effect: { kind: "answer", status: 403, body: "" } },
  );
  await rig.start();
  await rig.request("a", 2);
  await rig.request("b", 2);
  await rig.request("c", ORDERS_OF_OTHERS);
  await rig.settled(ORDERS_OF_OTHERS);
  const { status } = rig.unit4.multivers.faults;
  await until("both to have been met", () =>
    status.every(() => rig.unit4.multivers.faults.status.every(({ fired }) => fired > 0)),
  );
  assert.deepEqual(await statesOf(rig, "a"), ["waiting", "waiting"]);
  rig.unit4.multivers.faults.clear();
  await rig.settled();
  await rig.judge();
}

async function redirected(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F43", seed);
  let visits = 0;
  const elsewhere = createServer((_, response) => {
    visits += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", () => resolve()));
  t.after(() => elsewhere.close());
  const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  rig.faults({
    id: "redirect",
    match: { ...ORDER, database: DATABASES.a },
    times: 1,
    effect: { kind: "answer", status: [301, 302, 307][seed - 1] ?? 308, headers: { location } },
  });
  await rig.start();
  await rig.request("a", 2);
  await rig.settled();
  await rig.judge();
  assert.equal(visits, 0);
}

async function nameNotFound(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F43 name", seed);
  const lost = await rig.start({ UNIT4_BASE_URL: "http://multivers.invalid/V22" });
  await rig.request("a", seed);
  await until("a sending that failed", async () => {
    const rows = await rig.ledger();
    return rows.some(({ attempts, state }) => attempts > 0 && state === "waiting");
  });
  assert.equal(await lost.stop(), 0);
  assert.equal(rig.unit4.multivers.audit.requests().length, 0);
  await rig.start();
  await rig.settled();
  await rig.judge();
  const { rows } = await rig.world.pool.query("select from order_writer.attempts where outcome = 'unknown'");
  assert.equal(rows.length, 0);
}

async function deactivated(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F49", seed);
  const { multivers } = rig.unit4;
  rig.faults({
    id: "slow",
    match: { ...ORDER, database: DATABASES.a },
    effect: { kind: "pass", delayMs: 400 * seed },
  });
  await rig.start();
  const queued = 8;
  await rig.request("a", queued);
  await until("an order under way", () => multivers.audit.requests().some(isOrderPost));
  await deactivateTenant(rig.world.pool, "a");
  const deactivatedAtMs = Date.now();
  await othersSettle(rig);
  await until("nothing to be under way", async () => !(await statesOf(rig, "a")).includes("sending"));
  // The lane was due all the time: whoever would still call has done so within two idle beats and a lease.
  await until("the time for a slip", () => Date.now() - deactivatedAtMs > 5_000 + TIMES.leaseMarginMs);
  const late = multivers.audit
    .requests()
    .filter(({ database, atMs }) => database === DATABASES.a && atMs > deactivatedAtMs + 5_000);
  assert.deepEqual(late, []);
  const states = await statesOf(rig, "a");
  const written = states.filter((state) => state === "written").length;
  assert.equal(multivers.administration(DATABASES.a).orders.length, written);
  assert.equal(states.filter((state) => state === "waiting").length, queued - written);
  assert.ok(written > 0 && written < queued, `${written} of ${queued} are written`);
}

/** Others are served while a tenant is in trouble. */
async function othersSettle(rig: OrderRig): Promise<void> {
  const others = await rig.request("b", ORDERS_OF_OTHERS);
  await until("the orders of another tenant", async () => {
    const rows = await rig.ledger();
    return (
      rows.filter(({ workorderId, state }) => others.includes(workorderId) && state === "written").length ===
      others.length
    );
  });
}

const statesOf = async (rig: OrderRig, tenantId: TenantId): Promise<readonly string[]> =>
  (await rig.ledger()).filter((row) => row.tenantId === tenantId).map(({ state }) => state);
