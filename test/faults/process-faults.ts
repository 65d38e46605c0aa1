import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { TOPICS } from "../../schemas/topics.ts";
import { withAdmin } from "../../services/shared/kafka/client.ts";
import type { RunningService } from "../support/running-service.ts";
import { until } from "../support/until.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, type OrderRig } from "./order-rig.ts";

const ORDER = { method: "POST", operation: "Order" } as const;
const ALL = ["a", "b", "c"] as const;

/** Rows in which something happens to the order-writer itself: F04, F06, F17, F18. */
export const PROCESS_FAULTS: readonly FaultCase[] = [
  {
    name: "F04: frozen between lease and sending while another takes over, it does not send when it thaws",
    isQuick: true,
    run: thaws,
  },
  {
    name: "F06: SIGTERM during a sending: it ends and is stored, nothing is unknown, exit code 0",
    isQuick: true,
    run: terminated,
  },
  {
    name: "F17: from one to four writers to two in the middle of sendings: the lease decides, one order each",
    isQuick: false,
    run: rebalanced,
  },
  {
    name: "F18: requests delivered again, by repeats and by a position set back, change no row and send nothing",
    isQuick: true,
    run: deliveredAgain,
  },
];

async function thaws(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F04", seed);
  const frozen = await rig.start({ CRASH_AT: "attempt-begun:1:freeze" });
  const [workorderId] = await rig.request("a", 1);
  await until("the frozen attempt", async () => (await rig.ledger())[0]?.state === "sending");
  const other = await rig.start();
  await until("the peer to take over", () => hasThawTime(rig, seed));
  process.kill(frozen.pid, "SIGCONT");
  await until("the thawed one to say what it did not do", () => saysNotSent(frozen));
  await rig.settled();
  const row = (await rig.judge()).get(workorderId ?? "");
  assert.equal(row?.state, "written");
  assert.equal(rig.posts(), 1);
  assert.equal(await other.stop(), 0);
}

/** After the lease has gone: when the order is unknown, when it was looked up, when it is written again. */
async function hasThawTime(rig: OrderRig, seed: number): Promise<boolean> {
  const [row] = await rig.ledger();
  if (seed === 1) return row?.state === "written";
  if (seed === 2) return row?.state === "unknown";
  return rig.unit4.multivers.audit.requests().some(({ method }) => method === "GET");
}

/** Its time was over, for the order or already for the token: nothing left. */
const saysNotSent = (service: RunningService): boolean =>
  service.lines.some((line) => line.includes('"operation":"order","result":"not-sent"'));

async function terminated(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F06", seed);
  rig.faults({
    id: "slow",
    match: ORDER,
    commit: seed % 2 === 0,
    effect: { kind: "pass", delayMs: 300 * seed },
  });
  const service = await rig.start();
  for (const tenantId of ALL) await rig.request(tenantId, 3);
  await until("orders under way", () => rig.posts() >= seed);
  const askedAt = Date.now();
  assert.equal(await service.stop(), 0);
  assert.ok(Date.now() - askedAt < 25_000);
  assert.deepEqual(openStates(await rig.ledger()), ["waiting"]);
  const posts = rig.posts();
  assert.equal((await rig.ledger()).filter(({ state }) => state === "written").length, posts);
  await rig.start();
  await rig.settled();
  await rig.judge();
  assert.equal(rig.posts(), 9);
}

const openStates = (rows: readonly { readonly state: string }[]): readonly string[] => [
  ...new Set(rows.map(({ state }) => state).filter((state) => state !== "written")),
];

async function rebalanced(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F17", seed);
  rig.faults({ id: "slow", match: ORDER, effect: { kind: "pass", delayMs: 100 } });
  const writers = [await rig.start()];
  for (const tenantId of ALL) await rig.request(tenantId, 12);
  await until("orders under way", () => rig.posts() > 3);
  writers.push(...(await Promise.all([rig.start(), rig.start(), rig.start()])));
  for (const tenantId of ALL) await rig.request(tenantId, 12);
  await until("more orders", () => rig.posts() > 40);
  const [first, second] = writers;
  await Promise.all([first?.stop(), seed === 1 ? second?.stop() : second?.kill9()]);
  await rig.settled();
  await rig.judge();
}

async function deliveredAgain(t: TestContext, seed: number): Promise<void> {
  const rig = await createOrderRig(t, "F18", seed);
  const { pool, kafka } = rig.world;
  const first = await rig.start();
  for (const tenantId of ALL) await rig.request(tenantId, 2 * seed);
  await rig.settled();
  await first.stop();
  const before = await wholeLedger(rig);
  await pool.query("update order_writer.positions set next_offset = 0");
  await rig.requestAgain();
  const ends = await withAdmin(kafka, (admin) =>
    admin.fetchTopicOffsets(rig.world.topicPrefix + TOPICS.orderRequested.name),
  );
  const end = ends.reduce((sum, { high }) => sum + Number(high), 0);
  await rig.start();
  await until("everything to be read again", async () => {
    const { rows } = await pool.query<{ read: number }>(
      "select sum(next_offset)::float8 as read from order_writer.positions",
    );
    return rows[0]?.read === end;
  });
  // A lane that was woken for nothing has been looked at by then.
  await until("the lanes to be at rest", async () => {
    const { rows } = await pool.query(
      "select from order_writer.lanes where due_at <= now() or lease_until > now()",
    );
    return rows.length === 0;
  });
  assert.deepEqual(await wholeLedger(rig), before);
  assert.equal(rig.posts(), 3 * 2 * seed);
  await rig.judge();
}

const wholeLedger = async (rig: OrderRig): Promise<readonly unknown[]> =>
  (await rig.world.pool.query("select * from order_writer.orders order by tenant_id, workorder_id")).rows;
