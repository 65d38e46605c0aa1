import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "../../../infra/local/processes/run-command.ts";
import { startPooler } from "../../support/pooler.ts";
import { createWorld } from "../../support/world.ts";

test("a deployment through a pooler ends with one line that says to connect directly, and leaves nothing locked", async (t) => {
  const { port } = await startPooler(t);
  const world = await createWorld(t);
  // Topics of its own, with as many partitions as a deployment makes.
  const topicPrefix = `deployed-${world.topicPrefix}`;
  const direct = new URL(world.databaseUrl);
  const pooled = new URL(direct);
  pooled.port = String(port);
  const deploy = (url: URL) =>
    runCommand({
      command: process.execPath,
      args: ["infra/deploy/main.ts"],
      env: {
        ...{
          PATH: process.env["PATH"],
          KAFKA_BROKERS: world.brokers,
          SCHEMA_REGISTRY_URL: world.registryUrl,
        },
        ...{ KAFKA_TOPIC_PREFIX: topicPrefix, DATABASE_URL: url.href },
        ...{ KAFKA_REPLICATION_FACTOR: "1", KAFKA_MIN_INSYNC_REPLICAS: "1" },
      },
    });
  const refused = await deploy(pooled);
  assert.equal(refused.kind, "ended");
  assert.equal(refused.kind === "ended" && refused.exitCode, 1);
  const lines = refused.kind === "ended" ? refused.output.trimEnd().split("\n") : [];
  const told = lines.filter((line) => !/^(topic|schema|migration) /.test(line));
  assert.equal(told.length, 1, told.join("\n"));
  assert.match(told[0] ?? "", /^DATABASE_URL leads to a pooler.*direct connection/);
  // Other tests share the server: what their databases hold is theirs.
  const { rows } = await world.pool.query(
    `select from pg_locks join pg_database on pg_database.oid = pg_locks.database
     where locktype = 'advisory' and datname = current_database()`,
  );
  assert.deepEqual(rows, []);
  const done = await deploy(direct);
  assert.match(done.kind === "ended" ? done.output : "", /deploy finished/);
});
