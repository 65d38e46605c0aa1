import assert from "node:assert/strict";
import { test } from "node:test";
import { deploy } from "../../../infra/deploy/deploy.ts";
import { makeRoles } from "../../../infra/deploy/roles.ts";
import { refuseUnreadableByOlderReaders } from "../../../infra/deploy/schemas.ts";
import { subjectOf, TOPICS, type Topic } from "../../../schemas/topics.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { partitionCounts, withAdmin } from "../../../services/shared/kafka/client.ts";
import { changeTopicSettings, readTopicSettings } from "../../../services/shared/kafka/topic-settings.ts";
import { ensureTopics } from "../../../services/shared/kafka/topics.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import type { ServiceName } from "../../support/running-service.ts";
import { createWorld, type World } from "../../support/world.ts";

const topics: readonly Topic[] = Object.values(TOPICS);

test("deploy makes what is missing and, run again, changes nothing: schema ids stay", async (t) => {
  const world = await createWorld(t);
  const ids = async () =>
    Promise.all(
      topics.flatMap(({ name, schema }) =>
        schema === null ? [] : [latestVersion(world, subjectOf(world.topicPrefix + name))],
      ),
    );
  const before = await ids();
  const lines: string[] = [];
  await deploy({
    config: world.config,
    databaseUrl: world.databaseUrl,
    partitions: 3,
    hasStandIns: true,
    report: (line) => lines.push(line),
  });
  assert.deepEqual(await ids(), before);
  assert.deepEqual(lines, []);
});

test("deploy sets compatibility for each subject, so that a schema that breaks readers is refused", async (t) => {
  const world = await createWorld(t);
  const subject = subjectOf(world.topicPrefix + TOPICS.articleChanged.name);
  const config = await (await fetch(`${world.registryUrl}/config/${subject}`)).json();
  assert.deepEqual(config, { compatibilityLevel: "BACKWARD_TRANSITIVE" });
  const { schema } = await latestVersion(world, subject);
  const broken = JSON.parse(schema);
  broken.fields.push({ name: "needed", type: "string", doc: "No default." });
  const answer = await fetch(`${world.registryUrl}/subjects/${subject}/versions`, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ schema: JSON.stringify(broken) }),
  });
  assert.equal(answer.status, 409);
});

test("O22: a new enum symbol is refused before deployment where a running reader has no default for it", () => {
  const enumOf = (symbols: readonly string[], rest: object) =>
    JSON.stringify({
      type: "record",
      name: "Seen",
      fields: [{ name: "state", type: { type: "enum", name: "State", symbols, ...rest } }],
    });
  const older = ["ACTIVE", "PASSIVE", "UNKNOWN"];
  const newer = ["ACTIVE", "PASSIVE", "BLOCKED", "UNKNOWN"];
  refuseUnreadableByOlderReaders("seen", enumOf(older, { default: "UNKNOWN" }), enumOf(newer, {}));
  assert.throws(
    () => refuseUnreadableByOlderReaders("seen", enumOf(older, {}), enumOf(newer, {})),
    (error) => isFailure(error, "DEPLOY_FAILED"),
  );
});

test("deploy gives topics the retention of the table", async (t) => {
  const world = await createWorld(t);
  const settings = await withAdmin(world.kafka, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(({ name }) => ({ type: 2, name: world.topicPrefix + name })),
    }),
  );
  for (const { resourceName, configEntries } of settings.resources) {
    const topic = topics.find(({ name }) => world.topicPrefix + name === resourceName);
    const value = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue;
    assert.equal(value("cleanup.policy"), topic?.retention.kind === "compacted" ? "compact" : "delete");
    if (topic?.retention.kind === "compacted") assert.equal(value("min.compaction.lag.ms"), "604800000");
    if (topic?.retention.kind === "expiring")
      assert.equal(value("retention.ms"), String(topic.retention.keepMs));
  }
});

test("M14, L6: a topic of an earlier release keeps its partitions until somebody raises them, and none is mixed", async (t) => {
  const world = await createWorld(t);
  const { name } = TOPICS.orderRequested;
  const topic = world.topicPrefix + name;
  const made = { name, replicationFactor: 1, settings: {}, partitions: 12, partitionsAtFirst: 3 };
  assert.deepEqual(await ensureTopics(world.kafka, [made]), {
    ...{ made: [], raised: [] },
    fewer: [{ topic: name, from: 3, to: 12 }],
  });
  assert.equal((await partitionCounts(world.kafka, [topic])).get(topic), 3);
  assert.deepEqual(await ensureTopics(world.kafka, [{ ...made, raiseTo: 6 }]), {
    ...{ made: [], raised: [{ topic, from: 3, to: 6 }] },
    fewer: [{ topic: name, from: 6, to: 12 }],
  });
  for (const mixing of [{ raiseTo: 16 }, { partitionsAtFirst: 4 }])
    await assert.rejects(ensureTopics(world.kafka, [{ ...made, ...mixing }]), (error) =>
      isFailure(error, "DEPLOY_FAILED"),
    );
});

test("O37: deploy keeps what the platform team has set, and says what it changes and what it leaves", async (t) => {
  const world = await createWorld(t);
  const topic = world.topicPrefix + TOPICS.orderRequested.name;
  const [ninetyDays, fourHundredDays] = ["7776000000", "34560000000"];
  await changeTopicSettings(
    world.kafka,
    new Map([
      [
        topic,
        { "min.insync.replicas": "2", "retention.ms": fourHundredDays, "max.message.bytes": "1048588" },
      ],
    ]),
  );
  const deployed = async (letsGoOfRecords: boolean): Promise<readonly string[]> => {
    const lines: string[] = [];
    await deploy({
      config: world.config,
      databaseUrl: world.databaseUrl,
      partitions: 3,
      hasStandIns: true,
      letsGoOfRecords,
      report: (line) => lines.push(line),
    });
    return lines;
  };
  const standing = async () => {
    const {
      "min.insync.replicas": copies,
      "retention.ms": kept,
      "max.message.bytes": largest,
    } = (await readTopicSettings(world.kafka, [topic])).get(topic) ?? {};
    return { copies, kept, largest };
  };
  const largest = String(TOPICS.orderRequested.maxMessageBytes);
  assert.deepEqual(await deployed(false), [
    `topic ${topic}: max.message.bytes 1048588 → ${largest}`,
    `topic ${topic}: retention.ms ${fourHundredDays} → ${ninetyDays} is left: records would go; --let-go-of-records does it`,
  ]);
  assert.deepEqual(await standing(), { copies: "2", kept: fourHundredDays, largest });
  assert.equal((await deployed(false)).length, 1);
  assert.deepEqual(await deployed(true), [`topic ${topic}: retention.ms ${fourHundredDays} → ${ninetyDays}`]);
  assert.deepEqual(await standing(), { copies: "2", kept: ninetyDays, largest });
});

/** What each role must not do, beside what it must. */
const FORBIDDEN: Readonly<Record<ServiceName, readonly string[]>> = {
  // Of Simon's rows it may see which there are, to hold them against Unit4's lists, and nothing of what they say.
  "unit4-poller": [
    "select name from simon.customers",
    "select description from simon.articles",
    "update simon.customers set state = 'gone'",
    "update integration.tenants set name = ''",
    "select from log.messages",
  ],
  "simon-projector": ["select from integration.connections", "select from order_writer.orders"],
  "workorder-archived": ["update simon.customers set name = ''", "select from integration.connections"],
  "order-writer": ["select from simon.customers", "update integration.tenants set status = 'inactive'"],
  "log-sink": ["select from integration.tenants", "select from simon.customers"],
  console: [
    "update simon.customers set name = ''",
    "delete from log.messages",
    "update order_writer.orders set state = 'written'",
    "delete from unit4_poller.snapshots",
  ],
};

test("each service's role is refused what is not its own", async (t) => {
  const world = await createWorld(t);
  for (const [service, statements] of Object.entries(FORBIDDEN)) {
    const url = world.environment(service as ServiceName)["DATABASE_URL"] ?? "";
    const pool = createPool({ url, size: 1, applicationName: "test" });
    for (const statement of statements)
      await assert.rejects(pool.query(statement), /permission denied/, `${service}: ${statement}`);
    await pool.end();
  }
});

test("a stand-in may log in on one's own machine, and after a deployment of production no more", async (t) => {
  const world = await createWorld(t);
  const role = `stand_in_${world.topicPrefix.replace(".", "")}`;
  const services = [{ role, isStandIn: true as const }];
  t.after(() => withSuperuser(world, `drop role ${role}`));
  const mayLogIn = async () =>
    (await world.pool.query("select rolcanlogin from pg_roles where rolname = $1", [role])).rows[0]
      .rolcanlogin;
  for (const hasStandIns of [true, false, true, false]) {
    await makeRoles(world.databaseUrl, { services, hasStandIns });
    assert.equal(await mayLogIn(), hasStandIns);
  }
});

/** After a test its own pool has ended. */
async function withSuperuser(world: World, statement: string): Promise<void> {
  const pool = createPool({ url: world.databaseUrl, size: 1, applicationName: "test" });
  await pool.query(statement).finally(() => pool.end());
}

async function latestVersion(
  world: World,
  subject: string,
): Promise<{ readonly id: number; readonly schema: string }> {
  return (await fetch(`${world.registryUrl}/subjects/${subject}/versions/latest`)).json() as Promise<{
    id: number;
    schema: string;
  }>;
}
