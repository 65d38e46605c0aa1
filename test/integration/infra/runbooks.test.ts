import assert from "node:assert/strict";
import { test } from "node:test";
import { statusCommand } from "../../../infra/ops/status.ts";
import { groupToolLags } from "../../support/group-tool.ts";
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
  const told = await statusCommand.run([], {
    DATABASE_URL: world.databaseUrl,
    KAFKA_BROKERS: world.brokers,
    SCHEMA_REGISTRY_URL: world.registryUrl,
    KAFKA_TOPIC_PREFIX: world.topicPrefix,
  });
  assert.match(told ?? "", /simon-projector/);
  await groupToolLags(world.brokers, `${world.topicPrefix}simon-projector`);
});
