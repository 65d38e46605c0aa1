import assert from "node:assert/strict";
import { test } from "node:test";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("O75: a tenant is fetched again by the page that tells how", async (t) => {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, [{ database: "MVL00077", portalUser: "bos", size: 12 }]);
  await erp.connect({ tenantId: "bos", database: "MVL00077" });
  await world.start("unit4-poller", { ...erp.environment, UNIT4_POLLER_INTERVAL_MS: "3600000" });
  await until("the first load", async () => {
    const { rowCount } = await world.pool.query(
      "select from unit4_poller.progress where finished_at is not null",
    );
    return rowCount === 2;
  });

  const said: string[] = [];
  for (const command of runbookCommands("resync")) said.push(await typed(command, world));
  assert.match(said[0] ?? "", /every row is told anew[\s\S]*bos customers: 12 rows/);
  assert.match(said[1] ?? "", /running/);
  assert.match(said[2] ?? "", /every list was read to its end/);
  assert.match(said[3] ?? "", /replay 12 was not equal[\s\S]*bos customers: 12 rows read, 12 told/);
});
