import type { TestContext } from "node:test";
import { startPooler } from "../support/pooler.ts";
import { startPostgresPair } from "../support/standby.ts";
import { until } from "../support/until.ts";
import { isOrderPost } from "./evidence.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig, type OrderRig } from "./order-rig.ts";

const ALL = ["a", "b", "c"] as const;
const ORDER = { method: "POST", operation: "Order" } as const;

/** Rows in which something happens to PostgreSQL or to what stands before it: F24, F25. */
export const DATABASE_FAULTS: readonly FaultCase[] = [
  {
    name: "F24: a pooler that is restarted again and again in the middle of sendings: one order each, none lost",
    isQuick: false,
    run: poolerRestarted,
  },
  {
    name: "F25: the primary is lost with its last transactions, and a standby takes over: one order each, none lost",
    isQuick: false,
    run: failedOver,
  },
];

async function poolerRestarted(t: TestContext, seed: number): Promise<void> {
  const pooler = await startPooler(t);
  const rig = await createOrderRig(t, "F24", seed, { poolerPort: pooler.port });
  rig.faults({ id: "slow", match: ORDER, effect: { kind: "pass", delayMs: 100 } });
  await Promise.all([rig.start(), rig.start()]);
  for (let restarts = 1; restarts <= 3; restarts += 1) {
    for (const tenantId of ALL) await rig.request(tenantId, 8);
    await until("orders under way", () => posts(rig) > 24 * (restarts - 1) + seed);
    // Killed as by an upgrade that gave up waiting, or ended as by one that did not.
    if ((restarts + seed) % 2 === 0) await pooler.process.kill9();
    await pooler.process.restart();
  }
  await rig.settled();
  await rig.judge();
}

async function failedOver(t: TestContext, seed: number): Promise<void> {
  const pair = await startPostgresPair(t);
  const rig = await createOrderRig(t, "F25", seed, { databaseUrl: pair.databaseUrl });
  rig.faults({ id: "slow", match: ORDER, effect: { kind: "pass", delayMs: 100 } });
  await Promise.all([rig.start(), rig.start()]);
  for (const tenantId of ALL) await rig.request(tenantId, 12);
  await until("orders under way", () => posts(rig) > 3 * seed);
  // The standby follows a moment behind in any case.
  if (seed > 1) {
    await pair.stopFollowing();
    const before = posts(rig);
    await until("orders that only the primary knows of", () => posts(rig) > before + 3);
  }
  await pair.losePrimary();
  for (const tenantId of ALL) await rig.request(tenantId, 4);
  pair.leadToStandby();
  await pair.promote();
  await rig.settled();
  await rig.judge({ losesTransactions: true });
}

const posts = (rig: OrderRig): number => rig.unit4.multivers.audit.requests().filter(isOrderPost).length;
