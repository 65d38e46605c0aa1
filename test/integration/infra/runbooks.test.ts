import assert from "node:assert/strict";
import { test } from "node:test";
import { groupToolLags } from "../../support/group-tool.ts";
import { ops } from "../../support/ops.ts";
import { readRunbooks } from "../../support/runbooks.ts";
import { createWorld } from "../../support/world.ts";

test("every statement of the runbooks runs, and changes nothing", async (t) => {
  const world = await createWorld(t);
  const statements = readRunbooks().flatMap(({ file, blocks }) =>
    blocks.flatMap(({ language, code }) => (language === "sql" ? [{ file, code }] : [])),
  );
  assert.ok(statements.length > 10);
  const client = await world.pool.connect();
  try {
    await client.query("begin read only");
    for (const { file, code } of statements)
      await assert.doesNotReject(client.query(code), `${file}: ${code}`);
    await client.query("rollback");
  } finally {
    client.release();
  }
});

test("the status and Kafka's tool, which the runbooks begin with, tell of the group that they name", async (t) => {
  const world = await createWorld(t);
  await world.start("simon-projector");
  const { out } = await ops(world, "status");
  assert.match(out, /simon-projector/);
  await groupToolLags(world.brokers, `${world.topicPrefix}simon-projector`);
});
