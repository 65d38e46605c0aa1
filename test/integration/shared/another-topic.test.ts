import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsOf } from "../../../infra/deploy/topics.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { withAdmin } from "../../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { clusterIds } from "../../../services/shared/kafka/log-identity.ts";
import { createPublisher } from "../../../services/shared/kafka/producer.ts";
import { ensureTopics } from "../../../services/shared/kafka/topics.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { readAll } from "../../support/read-all.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const TOPIC = TOPICS.customerChanged.name;
const MADE = { name: TOPIC, replicationFactor: 1, settings: settingsOf(TOPICS.customerChanged) };
const TENANTS = Array.from({ length: 16 }, (_, number) => `tenant-${number}`);

/** Deletes the topic and makes it again with so many partitions, as a platform team or a mirror does. */
async function makeAnew(world: World, partitions: number): Promise<void> {
  await withAdmin(world.kafka, (admin) => admin.deleteTopics({ topics: [world.topicPrefix + TOPIC] }));
  await until(
    "the end of the topic",
    async () => !(await clusterIds(world.kafka, [TOPIC])).topicIds.has(TOPIC),
  );
  await ensureTopics(world.kafka, [{ ...MADE, partitions, partitionsAtFirst: partitions }]);
}

/** By a producer of its own: it knows how many partitions there are now. */
async function change(world: World, name: string): Promise<void> {
  const encoder = await world.avro.encoder<object>(TOPIC, "customer-changed");
  const publisher = await createPublisher(
    world.kafka,
    createKafkaTelemetry(createTelemetry("test", "error"), []),
  );
  await publisher.publish(
    TENANTS.map((tenantId) => ({
      topic: TOPIC,
      key: `${tenantId}/K`,
      value: encoder.encode(customerChanged(tenantId, "K", { revision: 5, name })),
    })),
  );
  await publisher.close();
}

const namesAre = (world: World, name: string) =>
  until(
    `rows of ${name}`,
    async () =>
      (await world.pool.query("select from simon.customers where name = $1", [name])).rowCount ===
      TENANTS.length,
    60_000,
  );

type Stored = { partition: number; elder: number | null; keys_among: number | null; next_offset: number };
const stored = async (world: World): Promise<readonly Stored[]> =>
  (
    await world.pool.query<Stored>(
      "select partition, elder, keys_among, next_offset::int from simon.positions where topic = $1 order by 1",
      [TOPIC],
    )
  ).rows;

/** Everything that stands in the topic was read, and nothing but what was sent stands there. */
async function assertQuiet(world: World, sent: number): Promise<void> {
  await until("the end of the topic", async () => {
    const read = (await stored(world)).reduce((sum, one) => sum + one.next_offset, 0);
    return read >= sent;
  });
  const records = await readAll(world.kafka, TOPIC);
  assert.equal(records.length, sent);
}

for (const { before, after, raised } of [
  { before: 12, after: 3, raised: 6 },
  { before: 4, after: 6, raised: 12 },
])
  test(`O31, M16: a topic of ${before} partitions that is made anew with ${after} is read once, has no strays, and finds elders when it gets ${raised}`, async (t) => {
    const world = await createWorld(t, { partitions: before });
    const first = await world.start("simon-projector");
    await change(world, "old");
    await namesAre(world, "old");
    assert.equal(await first.stop(), 0);
    // As the end of a raise from a fourth of them leaves it.
    await world.pool.query(
      "update simon.positions set keys_among = $1 where topic = $2 and partition < $1 / 4",
      [before, TOPIC],
    );

    await makeAnew(world, after);
    const second = await world.start("simon-projector");
    await change(world, "new");
    await namesAre(world, "new");
    await assertQuiet(world, TENANTS.length);
    assert.equal(await second.metric("simon_topics_made_anew_total", { reason: "topic" }), 1);
    const positions = await stored(world);
    assert.equal(positions.length, after);
    assert.ok(positions.every(({ elder, keys_among }) => elder === null && keys_among === null));
    assert.equal(await second.stop(), 0);

    await ensureTopics(world.kafka, [
      { ...MADE, partitions: after, partitionsAtFirst: after, raiseTo: raised },
    ]);
    const third = await world.start("simon-projector");
    await until("the new partitions", async () => (await stored(world)).length === raised);
    for (const { partition, elder } of await stored(world))
      assert.equal(elder, partition < after ? null : partition % after, `partition ${partition}`);
    assert.equal(await third.metric("simon_topics_made_anew_total"), 0);
  });

test("M16: keys spread among more partitions than a topic has say nothing of strays", async (t) => {
  const world = await createWorld(t, { partitions: 3 });
  const first = await world.start("simon-projector");
  await change(world, "old");
  await namesAre(world, "old");
  assert.equal(await first.stop(), 0);
  // As a release leaves it that begins a topic anew and knows of no raise.
  await world.pool.query("update simon.positions set keys_among = 12 where topic = $1", [TOPIC]);
  await world.start("simon-projector");
  await change(world, "new");
  await namesAre(world, "new");
  await assertQuiet(world, 2 * TENANTS.length);
});

test("O31: a publisher that runs while a topic is made anew with fewer partitions gives up in time, and then goes on", async (t) => {
  const world = await createWorld(t);
  await makeAnew(world, 12);
  const publisher = await createPublisher(
    world.kafka,
    createKafkaTelemetry(createTelemetry("test", "silent"), []),
  );
  t.after(() => publisher.close());
  const publish = () =>
    publisher.publish(TENANTS.map((tenantId) => ({ topic: TOPIC, key: `${tenantId}/K`, value: null })));
  await publish();
  await makeAnew(world, 1);
  await assert.rejects(publish(), { code: "KAFKA_UNAVAILABLE" });
  await publish();
  const ends = await withAdmin(world.kafka, (admin) => admin.fetchTopicOffsets(world.topicPrefix + TOPIC));
  assert.equal(ends.length, 1);
  assert.ok(Number(ends[0]?.high) >= TENANTS.length);
});
