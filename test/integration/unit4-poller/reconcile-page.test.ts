import assert from "node:assert/strict";
import { test } from "node:test";
import { ops } from "../../support/ops.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("O77: rows that Simon lost are found and come back by the page that tells how", async (t) => {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, [{ database: "MVL00077", portalUser: "bos", size: 12 }]);
  await erp.connect({ tenantId: "bos", database: "MVL00077" });
  await world.start("simon-projector");
  await world.start("unit4-poller", { ...erp.environment, UNIT4_POLLER_INTERVAL_MS: "3600000" });
  const count = async () => (await world.pool.query("select from simon.customers")).rowCount;
  await until("all rows", async () => {
    const { rowCount } = await world.pool.query(
      "select from unit4_poller.progress where finished_at is not null",
    );
    return rowCount === 2 && (await count()) === 12;
  });
  await world.pool.query("delete from simon.customers");

  const [compare = "", ...others] = runbookCommands("reconcile");
  // It ends with code 3, by which programs know that something differs.
  const words = [...compare.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const found = await ops(world, ...words.slice(words.indexOf("--") + 1));
  assert.equal(found.exitCode, 3, found.err);
  const next = /else +(npm run ops -- resync .*--full.*)/.exec(found.out)?.[1] ?? "";
  assert.ok(others[0]?.startsWith(next), `${others[0]} is what it says: ${next}`);
  for (const command of others) {
    const said = await typed(command, world);
    if (command.includes("resync")) await until("all rows again", async () => (await count()) === 12);
    else assert.match(said, /verdict {2}equal/);
  }
});
