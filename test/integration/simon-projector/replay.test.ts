import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import { articleChanged, customerChanged } from "../../support/records.ts";
import { askReplay, planned, replayed, replayOf } from "../../support/replays.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const REPLAYED = ["customers", "tenant_epochs"] as const;

test("replays beside live work", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  const service = await world.start("simon-projector");
  for (const tenantId of ["bos", "vos"])
    for (let number = 1; number <= 20; number += 1)
      await world.send(
        "customerChanged",
        `${tenantId}/K${number}`,
        customerChanged(tenantId, `K${number}`, { name: `Klant ${number}` }),
      );
  await until("the rows", async () => (await rowsOf(world)).length === 40);
  const positions = await positionsOf(world);

  await t.test(
    "O30, O72: a replay of an older history changes no row, and says that all is equal",
    async () => {
      const before = await rowsOf(world);
      const id = await askReplay(world, { tenantIds: ["bos"] }, true);
      const plan = await planned(world, id);
      assert.deepEqual(plan.preview?.rows, {
        inserted: 0,
        changed: 0,
        wiped: 0,
        older: 0,
        equal: 20,
        absent: 0,
      });
      const { rowsWritten, matched, verdict } = await replayed(world, id);
      assert.deepEqual([rowsWritten, matched, verdict.isEqual, verdict.rows], [0, 20, true, 20]);
      assert.deepEqual(await rowsOf(world), before);
    },
  );

  await t.test(
    "O73: a replay gives way to whoever holds a tenant, and is done when it is let go",
    async () => {
      await pool.query("delete from simon.customers where customer_id = 'K1'");
      const holder = await pool.connect();
      await holder.query("begin");
      await holder.query("select from simon.tenant_epochs for update");
      const id = await askReplay(world, { tenantIds: ["bos", "vos"], hasPreview: false }, true);
      try {
        await until(
          "it gave way",
          async () => (await service.metric("simon_loop_failures_total", { loop: "operations" })) > 0,
        );
        assert.equal((await replayOf(world, id)).state, "running");
      } finally {
        await holder.query("rollback");
        holder.release();
      }
      assert.equal((await replayed(world, id)).rowsWritten, 2);
    },
  );

  await t.test(
    "M16, O73, O74: tables emptied and all replayed are the same by checksum, and live positions stay",
    async () => {
      const before = await rowsOf(world);
      const { verdict: known } = await replayed(world, await askReplay(world, { tenantIds: ["bos"] }, true));
      for (const table of REPLAYED) await pool.query(`delete from simon.${table}`);
      const id = await askReplay(world, {}, true);
      const plan = await planned(world, id);
      assert.equal(plan.preview?.rows.inserted, 40);
      assert.equal((await rowsOf(world)).length, 0, "a preview writes nothing");
      assert.equal((await replayOf(world, id)).state, "planned", "all tenants need a second person");
      await pool.query("update integration.operations set state = 'running' where operation_id = $1", [id]);
      const { rowsWritten, verdict } = await replayed(world, id);
      assert.deepEqual([rowsWritten, verdict.isEqual, verdict.rows], [40, true, 40]);
      assert.deepEqual(await rowsOf(world), before);
      assert.equal(verdict.shown[0]?.rowsChecksum, known.shown[0]?.rowsChecksum);
      assert.deepEqual(await positionsOf(world), positions);
    },
  );
});

test("O72, O74: articles and what became of workorders are replayed as customers are", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  await world.start("simon-projector");
  await world.send("articleChanged", "bos/A1", articleChanged("bos", "A1", { description: "Pijp" }));
  await world.send("orderSettled", "bos/w1", settled(1, "refused"));
  await world.send("orderSettled", "bos/w1", settled(2, "written"));
  await until("the row", async () => (await pool.query("select from simon.articles")).rowCount === 1);
  await until("the outcome", async () => {
    const { rows } = await pool.query("select outcome from simon.workorder_outcomes");
    return rows[0]?.outcome === "written";
  });
  await pool.query("update simon.articles set description = 'Buis', record_offset = -1");
  await pool.query("delete from simon.workorder_outcomes");

  const articles = await askReplay(world, { entity: "articles", tenantIds: ["bos"] });
  assert.equal((await planned(world, articles)).preview?.rows.changed, 1);
  const { rows: samples } = await pool.query(
    "select field, before, after from simon.preview_samples where operation_id = $1",
    [articles],
  );
  assert.deepEqual(samples, [{ field: "description", before: "Buis", after: "Pijp" }]);
  const outcomes = await askReplay(world, { entity: "outcomes", tenantIds: ["bos"] }, true);
  const result = await replayed(world, outcomes);
  assert.deepEqual([result.rowsWritten, result.verdict.isEqual, result.verdict.rows], [1, true, 1]);
  const { rows } = await pool.query("select outcome, sequence from simon.workorder_outcomes");
  assert.deepEqual(rows, [{ outcome: "written", sequence: 2 }]);

  // What a preview shows of a tenant goes with its emptying.
  await pool.query("update simon.tenant_epochs set epoch = epoch + 1");
  assert.equal((await pool.query("select from simon.preview_samples")).rowCount, 0);
});

/** Rows of customers, without the times at which they were written. */
async function rowsOf({ pool }: World): Promise<readonly unknown[]> {
  const { rows } = await pool.query("select * from simon.customers order by tenant_id, customer_id");
  return rows.map(({ updated_at: _, ...row }) => row);
}

async function positionsOf({ pool }: World): Promise<readonly unknown[]> {
  const { rows } = await pool.query("select * from simon.positions order by topic, partition");
  return rows;
}

/** An outcome of workorder w1 of bos. */
const settled = (sequence: number, outcome: OrderSettled["outcome"]): OrderSettled => ({
  ...{ tenantId: "bos", workorderId: "w1", workorderNumber: "WB-1", outcome, sequence },
  ...{ orderId: outcome === "written" ? "2026" : null, code: "", params: {}, attempts: 1 },
  ...{ archivedAt: 1_795_000_000_000, settledAt: 1_795_000_000_000 + sequence },
});
