import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { ops } from "../../support/ops.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("dead letters are counted by cause and shown, decoded where they can be read and in hex where not", async (t) => {
  const world = await createWorld(t, { partitions: 1 });
  const none = await ops(world, "dead-letters", "list");
  assert.deepEqual([none.exitCode, none.out], [0, "There is no dead letter."]);

  await world.start("simon-projector");
  await world.start("log-sink");
  await world.send("customerChanged", "bos/K1", Buffer.from([0, 0, 0, 0xbe, 0xef, 7, 7]));
  await world.send("customerChanged", "bos/K2", { ...customerChanged("bos", "K2", {}), customer: null });
  await world.send("customerChanged", "vos/K3", { ...customerChanged("vos", "K3", {}), customer: null });
  await until(
    "the letters",
    async () => (await world.pool.query("select from log.dead_letters")).rowCount === 3,
  );

  const { causes } = JSON.parse((await ops(world, "dead-letters", "list", "--json")).out);
  assert.deepEqual(
    causes.map(({ cause, letters, tenants }: Record<string, unknown>) => [cause, letters, tenants]),
    [
      ["MEANINGLESS", 2, 2],
      ["SCHEMA_ID_UNKNOWN", 1, 1],
    ],
  );
  const ofVos = await ops(world, "dead-letters", "list", "--tenant", "vos");
  assert.match(ofVos.out, /MEANINGLESS[\s\S]*unit4\.customer-changed\.v1 0 2 {2}vos/);
  const { name } = TOPICS.customerChanged;
  const readable = await ops(world, "dead-letters", "show", name, "0", "1");
  assert.match(readable.out, /key +bos\/K2[\s\S]*"customerId": "K2"/);
  const bytes = await ops(world, "dead-letters", "show", name, "0", "0");
  assert.match(bytes.out, /7 bytes that cannot be read[\s\S]*00 00 00 be ef 07 07/);
  assert.equal((await ops(world, "dead-letters", "show", name, "0", "9")).exitCode, 1);
  assert.equal((await ops(world, "dead-letters", "show", name, "zero", "9")).exitCode, 2);
});
