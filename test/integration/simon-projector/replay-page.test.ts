import assert from "node:assert/strict";
import { test } from "node:test";
import { customerChanged } from "../../support/records.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("O71, O72, O74: rows that were lost come back by the page that tells how", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  await world.send("customerChanged", "bos/K1", customerChanged("bos", "K1", { name: "Jansen" }));
  const names = async () => (await world.pool.query("select name from simon.customers")).rows;
  await until("the row", async () => (await names()).length === 1);
  await world.pool.query("delete from simon.customers");

  const said: string[] = [];
  for (const command of runbookCommands("replay")) said.push(await typed(command, world));
  assert.match(said[0] ?? "", /1 rows new[\s\S]*bos\/K1 name: - → Jansen/);
  assert.match(said[1] ?? "", /planned[\s\S]*operation 1/);
  assert.match(said[2] ?? "", /verdict +equal: 1 rows/);
  assert.match(said[3] ?? "", /done[\s\S]*bos misses changes of last Tuesday/);
  assert.deepEqual(await names(), [{ name: "Jansen" }]);
});
