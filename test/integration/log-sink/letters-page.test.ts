import assert from "node:assert/strict";
import { test } from "node:test";
import { lettersIn, untilLetters } from "../../support/letters.ts";
import { ops } from "../../support/ops.ts";
import { customerChanged } from "../../support/records.ts";
import { runbookCommands, typed } from "../../support/runbook.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const untilProcessed = (world: World, count: number) =>
  until(`${count} processed`, async () => {
    const states = (await lettersIn(world)).map(({ state }) => state);
    return states.filter((state) => state === "processed").length === count;
  });

test("O42: letters are found, put back and discarded by the page that tells how", async (t) => {
  const world = await createWorld(t, { partitions: 1 });
  await world.start("simon-projector");
  await world.start("log-sink", { LOG_SINK_OPERATIONS_LOOK_MS: "100" });
  await world.pool.query("alter table simon.customers add constraint refused check (name <> 'refused')");
  await world.send("customerChanged", "bos/K0", Buffer.from([0, 0, 0, 0xbe, 0xef, 7]));
  for (const [tenant, id] of [
    ["bos", "K1"],
    ["vos", "K2"],
  ] as const)
    await world.send("customerChanged", `${tenant}/${id}`, customerChanged(tenant, id, { name: "refused" }));
  await untilLetters(world, 3, "waiting");
  await world.pool.query("alter table simon.customers drop constraint refused");

  const [list, show, ask, follow, named, discard] = runbookCommands("dead-letters");
  assert.match(
    await typed(list ?? "", world),
    /2 {2}#{20} {2}REFUSED_BY_POSTGRES {3}waiting[\s\S]*1 {2}#{10} {12}SCHEMA_ID/,
  );
  assert.match(
    await typed(show ?? "", world),
    /state +waiting[\s\S]*set-aside, REFUSED[\s\S]*"customerId": "K1"/,
  );
  assert.match(
    await typed(ask ?? "", world),
    /writes +1 letters of 1 tenants[\s\S]*1 of bos[\s\S]*operation 1/,
  );
  assert.match(await typed(follow ?? "", world), /wrote +1 letters[\s\S]*REFUSED_BY_POSTGRES/);
  await untilProcessed(world, 1);
  assert.match(await typed(named ?? "", world), /wrote +1 letters/);
  await untilProcessed(world, 2);
  assert.match(await typed(discard ?? "", world), /discards +1 letters[\s\S]*discarded 1 letters/);
  assert.equal((await ops(world, "dead-letters", "list")).out, "There is no dead letter.");
  const all = await ops(world, "dead-letters", "list", "--all");
  assert.match(all.out, /SCHEMA_ID_UNKNOWN +discarded[\s\S]*processed/);
  const kept = await ops(world, "dead-letters", "show", "unit4.customer-changed.v1", "0", "0");
  assert.match(kept.out, /discarded, by operation 3: a test record of the writer/);
});

test("O42: words that name no letters, or too many ways, are refused before anything is asked for", async (t) => {
  const world = await createWorld(t);
  const refused = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, err } = await ops(world, "dead-letters", "put-back", ...words, "--reason", "INC-1");
    assert.equal(exitCode, 2, err);
    return err;
  };
  assert.match(await refused(), /Which letters/);
  assert.match(await refused("--all", "--cause", "EMPTY"), /Which letters/);
  assert.match(await refused("t.v1", "3"), /A place is/);
  assert.match(await refused("t.v1", "3", "4", "--all"), /not both/);
  assert.match(await refused("--partition", "3"), /a partition needs a topic/);
  assert.match(await refused("--topic", "t.v1", "--from-offset", "3"), /offsets need a partition/);
  assert.match(await refused("--from", "yesterday"), /is no time/);
  assert.match(await refused("--all", "--rate", "many"), /is no number/);
  assert.equal((await world.pool.query("select from integration.operations")).rowCount, 0);
});
