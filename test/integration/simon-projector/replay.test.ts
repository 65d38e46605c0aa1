import assert from "node:assert/strict";
import { test } from "node:test";
import { customerChanged } from "../../support/records.ts";
import { askReplay, planned, replayed, replayOf } from "../../support/replays.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const REPLAYED = ["customers", "tenant_epochs"] as const;

test("replays beside live work", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  await world.start("simon-projector");
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

/** Rows of customers, without the times at which they were written. */
async function rowsOf({ pool }: World): Promise<readonly unknown[]> {
  const { rows } = await pool.query("select * from simon.customers order by tenant_id, customer_id");
  return rows.map(({ updated_at: _, ...row }) => row);
}

async function positionsOf({ pool }: World): Promise<readonly unknown[]> {
  const { rows } = await pool.query("select * from simon.positions order by topic, partition");
  return rows;
}
