import { join } from "node:path";
import type { TestContext } from "node:test";
import { postgresUrl } from "../../infra/local/stack/postgres-process.ts";
import { putBackBackup, takeBackup } from "../support/base-backup.ts";
import { createPostgresFolder, DATABASE, ensureOwnDatabase, startPostgres } from "../support/own-postgres.ts";
import { startPooler } from "../support/pooler.ts";
import { startPostgresPair } from "../support/standby.ts";
import { until } from "../support/until.ts";
import type { FaultCase } from "./fault-case.ts";
import { createOrderRig } from "./order-rig.ts";

const ALL = ["a", "b", "c"] as const;
const ORDER = { method: "POST", operation: "Order" } as const;

/** Rows in which something happens to PostgreSQL or to what stands before it: F24, F25, and a backup that is put back. */
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
  {
    name: "R4: a backup is put back after 40 more orders, with writers that were stopped or were not: one order each, none lost",
    isQuick: false,
    run: restored,
  },
];

async function poolerRestarted(t: TestContext, seed: number): Promise<void> {
  const pooler = await startPooler(t);
  const rig = await createOrderRig(t, "F24", seed, { poolerPort: pooler.port });
  rig.faults({ id: "slow", match: ORDER, effect: { kind: "pass", delayMs: 100 } });
  await Promise.all([rig.start(), rig.start()]);
  for (let restarts = 1; restarts <= 3; restarts += 1) {
    for (const tenantId of ALL) await rig.request(tenantId, 8);
    await until("orders under way", () => rig.posts() > 24 * (restarts - 1) + seed);
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
  await until("orders under way", () => rig.posts() > 3 * seed);
  // The standby follows a moment behind in any case.
  if (seed > 1) {
    await pair.stopFollowing();
    const before = rig.posts();
    await until("orders that only the primary knows of", () => rig.posts() > before + 3);
  }
  await pair.losePrimary();
  for (const tenantId of ALL) await rig.request(tenantId, 4);
  pair.leadToStandby();
  await pair.promote();
  await rig.settled();
  await rig.judge({ losesTransactions: true });
}

async function restored(t: TestContext, seed: number): Promise<void> {
  const { folder, group } = await createPostgresFolder(t);
  const server = await startPostgres(group, { dataDir: join(folder, "server") });
  await ensureOwnDatabase(server);
  const databaseUrl = postgresUrl(server.port, DATABASE, server.password);
  const rig = await createOrderRig(t, "R4", seed, { databaseUrl });
  const writers = [await rig.start(), await rig.start()];
  for (const tenantId of ALL) await rig.request(tenantId, 4);
  await rig.settled();
  await takeBackup(server, join(folder, "backup"));
  await rig.request("a", 20);
  await rig.request("b", 12);
  await rig.request("c", 8);
  // All told, or in the middle of it.
  if (seed < 3) await rig.settled();
  else await until("orders under way", () => rig.posts() > 12 + 15);
  // The last time the writers go on, as where somebody forgot to stop them.
  if (seed < 3) await Promise.all(writers.map((writer) => (seed === 1 ? writer.stop() : writer.kill9())));
  await putBackBackup(server, join(folder, "backup"));
  if (seed < 3) await Promise.all([rig.start(), rig.start()]);
  await rig.settled();
  await rig.judge({ losesTransactions: true });
}
