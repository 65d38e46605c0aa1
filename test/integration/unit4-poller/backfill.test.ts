import assert from "node:assert/strict";
import { test } from "node:test";
import { actOnOperation } from "../../../services/shared/operations/operation-store.ts";
import { handBackLease, leaseForBackfill } from "../../../services/unit4-poller/schedule.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { wantedResync } from "../../support/resyncs.ts";

test("O75: an extra turn is had while nobody is due, as far as its Unit4 allows", async (t) => {
  const { world, erp, poller, round } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "linde", size: 20 },
    { database: "MVL00002", portalUser: "bos", size: "empty" },
  ]);
  const { pool } = world;
  await erp.connect({ tenantId: "linde", database: "MVL00001" });
  await erp.connect({ tenantId: "bos", database: "MVL00002" });
  await round("linde");
  await round("bos");
  /** Who would have an extra turn now. */
  const extra = async (): Promise<readonly string[]> => {
    const leases = await leaseForBackfill(poller.pool, { limit: 10, leaseMs: 60_000, by: "test" });
    for (const lease of leases) {
      await handBackLease(poller.pool, lease);
      await rest(lease.tenantId);
    }
    return leases.map(({ tenantId }) => tenantId);
  };
  const rest = (tenantId: string) =>
    pool.query(
      `update unit4_poller.schedules set next_due_at = now() + interval '1 hour', polite_at = now() - interval '1 second',
         failures = 0 where tenant_id = $1`,
      [tenantId],
    );
  await rest("linde");
  await rest("bos");
  assert.deepEqual(await extra(), [], "nobody wants anything");

  const id = await wantedResync(world, { tenantIds: ["linde"] });
  assert.deepEqual(await extra(), ["linde"]);

  await pool.query("update unit4_poller.schedules set next_due_at = now() where tenant_id = 'bos'");
  assert.deepEqual(await extra(), [], "another one is due");
  await rest("bos");

  for (const [why, change] of [
    ["its last turn took long", "polite_at = now() + interval '1 minute'"],
    ["its turns fail", "failures = 1"],
    ["its own turn comes", "next_due_at = now()"],
  ] as const) {
    await pool.query(`update unit4_poller.schedules set ${change} where tenant_id = 'linde'`);
    assert.deepEqual(await extra(), [], why);
    await rest("linde");
  }
  await pool.query("update integration.connections set parked_until = now() + interval '1 minute'");
  assert.deepEqual(await extra(), [], "Unit4 asked for rest");
  await pool.query("update integration.connections set parked_until = null");

  await actOnOperation(pool, id, "pause", "anja");
  assert.deepEqual(await extra(), [], "a person paused it");
  await actOnOperation(pool, id, "resume", "anja");
  assert.deepEqual(await extra(), ["linde"]);
  await actOnOperation(pool, id, "cancel", "anja");
  assert.deepEqual(await extra(), [], "a person cancelled it");
});

test("O75: a scan that began before the wish is no answer to it, and what is told of each row is told once", async (t) => {
  const { world, erp, turn, round, news, schedule } = await createPollerWorld(t, [
    { database: "MVL00001", portalUser: "linde", size: 50 },
    { database: "MVL00002", portalUser: "bos", size: "empty" },
  ]);
  await erp.connect({ tenantId: "linde", database: "MVL00001" });
  await erp.connect({ tenantId: "bos", database: "MVL00002" });
  await round("linde");
  await news("linde");
  const linde = erp.multivers.administration("MVL00001");
  const [first] = linde.customersById;
  assert.ok(first);
  linde.patchCustomer(first.customerId, { telephone: "050-1", dateChanged: first.dateChanged });
  await turn("linde", { waiting: "bos", turnPages: 2, pageRows: 10 });
  assert.equal((await schedule("linde")).outcome, "unfinished");
  assert.equal((await news("linde")).customers.length, 1);

  await wantedResync(world, { tenantIds: ["linde"], isFull: true });
  await turn("linde", { waiting: "bos", turnPages: 2, pageRows: 10 });
  const dueInMs = (await schedule("linde")).dueInMs;
  assert.ok(dueInMs > 60_000, `it goes on with its own beat, or as an extra turn: ${dueInMs}`);
  await round("linde", { pageRows: 10 });
  const { customers, articles } = await news("linde");
  assert.deepEqual(
    customers.map(({ customerId }) => customerId),
    linde.customersById.map(({ customerId }) => customerId),
  );
  assert.ok(articles.length > 0);
  const { rows } = await world.pool.query(
    "select entity, outcome, told_rows as told from unit4_poller.resyncs order by entity",
  );
  assert.deepEqual(rows, [
    { entity: "article", outcome: "done", told: articles.length },
    { entity: "customer", outcome: "done", told: 50 },
  ]);
  await round("linde", { pageRows: 10 });
  assert.deepEqual((await news("linde")).customers, [], "what was told is known");
});
