import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { makeTopics } from "../../../infra/deploy/topics.ts";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { partitionFor } from "../../../services/shared/domain/partitioner.ts";
import { consumeIntoPostgres } from "../../../services/shared/kafka/consume-into-postgres.ts";
import { createDeadLetters } from "../../../services/shared/kafka/dead-letter.ts";
import { findRecords } from "../../../services/shared/kafka/find-records.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { route } from "../../../services/shared/kafka/postgres-route.ts";
import { createPublisher } from "../../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { readAll } from "../../support/read-all.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const TOPIC = TOPICS.customerChanged.name;
const [BEFORE, AFTER] = [12, 48];
/** Of publishers: all use the new number by then. */
const CHANGED_OVER_MS = 60_000;

const partitionAmong = (tenantId: string, count: number): number =>
  partitionFor(Buffer.from(tenantId), count);
const moves = (tenantId: string): boolean =>
  partitionAmong(tenantId, BEFORE) !== partitionAmong(tenantId, AFTER);

async function raise(world: World, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  await makeTopics({
    config: world.config,
    partitions: BEFORE,
    raiseTo: new Map([[TOPIC, count]]),
    report: (line) => lines.push(line),
  });
  return lines;
}

/** A consumer that notes what it sees, in the order in which it commits; partitions of before wait for `released`. */
async function noting(t: TestContext, world: World, released: Promise<void>) {
  const kafkaTelemetry = createKafkaTelemetry(createTelemetry("test", "error"), [TOPIC]);
  const crashes: Error[] = [];
  const changes = route<CustomerChanged>({
    topic: TOPIC,
    decoder: world.avro.decoder("customer-changed"),
    tombstones: true,
    check: () => null,
    apply: async (tx, records) => {
      await tx.query(
        "insert into noted.seen (tenant, revision, partition, place) select * from unnest($1::text[], $2::int[], $3::int[], $4::bigint[])",
        [
          records.map(({ tenantId }) => tenantId),
          records.map(({ value }) => value?.revision ?? 0),
          records.map(({ partition }) => partition),
          records.map(({ place }) => place),
        ],
      );
      return [];
    },
  });
  const consumer = consumeIntoPostgres({
    kafka: world.kafka,
    group: "noting",
    pool: world.pool,
    positionsTable: "noted.positions",
    telemetry: kafkaTelemetry,
    deadLetters: createDeadLetters(world.publisher, kafkaTelemetry, Date.now),
    messages: { records: () => [] },
    publisher: world.publisher,
    onCrash: (failure) => crashes.push(failure),
    chunkRecords: 20,
    partitionsAtOnce: AFTER,
    routes: [
      {
        topic: TOPIC,
        prepare: async (records) => {
          if ((records[0]?.partition ?? 0) < BEFORE) await released;
          return changes.prepare(records);
        },
      },
    ],
  });
  await consumer.start();
  t.after(() => consumer.stop());
  return crashes;
}

test("M14, L6: 12 partitions become 48 under load: nothing is lost, nothing comes twice, and each tenant's order is kept", async (t) => {
  const world = await createWorld(t, { partitions: BEFORE });
  await world.pool.query(`create schema noted; create table noted.positions (like simon.positions including all);
    create table noted.seen (id bigserial, tenant text, revision int, partition int, place bigint)`);
  const second = await createPublisher(
    world.kafka,
    createKafkaTelemetry(createTelemetry("test", "error"), []),
  );
  t.after(() => second.close());
  const publishers = [world.publisher, second];
  const encoder = await world.avro.encoder<CustomerChanged>(TOPIC, "customer-changed");
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const crashes = [await noting(t, world, released), await noting(t, world, released)];

  const tenants = Array.from({ length: 40 }, (_, number) => `tenant-${number}`);
  assert.ok(tenants.some(moves) && !tenants.every(moves));
  const sent = new Map<string, number>();
  let isOver = false;
  /** One after the other, each by the other of two processes: whoever sends one knows those before it. */
  const load = tenants.map(async (tenantId) => {
    for (let revision = 1; !isOver; revision += 1) {
      const value = encoder.encode(customerChanged(tenantId, "K", { revision }));
      const publisher = publishers[revision % 2];
      await publisher?.publish([{ topic: TOPIC, key: `${tenantId}/K`, value }]);
      sent.set(tenantId, revision);
    }
  });
  const inNew = async (): Promise<number> =>
    (await readAll(world.kafka, TOPIC)).filter(({ partition }) => partition >= BEFORE).length;
  await until("some load", () => [...sent.values()].every((revision) => revision >= 20), 60_000);
  assert.deepEqual(await raise(world, AFTER), [
    `topic ${world.topicPrefix}${TOPIC}: partitions ${BEFORE} → ${AFTER}`,
  ]);
  await until("records in new partitions", async () => (await inNew()) > 500, CHANGED_OVER_MS);
  release();
  const soFar = new Map(sent);
  await until(
    "more load",
    () => tenants.every((id) => (sent.get(id) ?? 0) > (soFar.get(id) ?? 0) + 20),
    60_000,
  );
  isOver = true;
  await Promise.all(load);
  const total = [...sent.values()].reduce((sum, one) => sum + one, 0);
  const seen = async () => (await world.pool.query("select * from noted.seen order by id")).rows;
  await until("all of it", async () => (await seen()).length >= total, 120_000);

  assert.deepEqual(crashes.flat(), []);
  const rows = await seen();
  for (const tenantId of tenants) {
    const own = rows.filter(({ tenant }) => tenant === tenantId);
    const all = Array.from({ length: sent.get(tenantId) ?? 0 }, (_, index) => index + 1);
    assert.deepEqual(
      own.map(({ revision }) => revision),
      all,
      `${tenantId}, from ${partitionAmong(tenantId, BEFORE)} to ${partitionAmong(tenantId, AFTER)}`,
    );
    // What completes a version rises too, wherever the record stands.
    const places = own.map(({ place }) => place);
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
    );
    if (moves(tenantId))
      assert.ok(
        own.some(({ partition }) => partition >= BEFORE),
        tenantId,
      );
  }
});

test("M16, A13: after a raise the newest of each key is its last record again, and nothing of it stays where it stood", async (t) => {
  const world = await createWorld(t, { partitions: BEFORE });
  const tenants = Array.from({ length: 16 }, (_, number) => `tenant-${number}`);
  const moved = tenants.filter(moves);
  assert.ok(moved.length > 3 && moved.length < tenants.length);
  const send = (tenantId: string, id: string, revision: number): Promise<void> =>
    world.send(
      "customerChanged",
      `${tenantId}/${id}`,
      customerChanged(tenantId, id, { revision, name: `${revision}` }),
    );
  const names = async () =>
    (
      await world.pool.query<{ tenant_id: string; customer_id: string; name: string }>(
        "select tenant_id, customer_id, name from simon.customers order by 1, 2",
      )
    ).rows.map(({ tenant_id, customer_id, name }) => `${tenant_id}/${customer_id}=${name}`);
  const wanted = tenants.flatMap((tenantId) => [`${tenantId}/changed=2`, `${tenantId}/still=1`]).sort();

  const projector = await world.start("simon-projector", { KAFKA_PRODUCERS_NOTICE_MS: "2000" });
  for (const tenantId of tenants) for (const id of ["changed", "still", "wiped"]) await send(tenantId, id, 1);
  await until("the first rows", async () => (await names()).length === tenants.length * 3);
  await raise(world, AFTER);
  for (const tenantId of tenants) {
    await send(tenantId, "changed", 2);
    await world.send("customerChanged", `${tenantId}/wiped`, null);
  }
  await until("the rows", async () => (await names()).join() === wanted.join(), CHANGED_OVER_MS);
  const standing = async () => {
    const last = new Map<string, { partition: number; isValue: boolean }>();
    for (const { partition, key, value } of await readAll(world.kafka, TOPIC))
      last.set(`${partition} ${key?.toString()}`, { partition, isValue: value !== null });
    return [...last]
      .filter(([, { isValue }]) => isValue)
      .map(([name]) => name)
      .sort();
  };
  const right = tenants
    .flatMap((id) => ["changed", "still"].map((own) => `${partitionAmong(id, AFTER)} ${id}/${own}`))
    .sort();
  await until("strays to be gone", async () => (await standing()).join() === right.join(), CHANGED_OVER_MS);
  assert.deepEqual(await names(), wanted);
  assert.equal(await projector.metric("simon_topics_made_anew_total"), 0);
  assert.equal(await projector.stop(), 0);

  // A rebuild from the topic ends in the same rows.
  await world.pool.query("truncate simon.customers, simon.positions");
  await world.start("simon-projector");
  await until("the rows again", async () => (await names()).join() === wanted.join(), 60_000);
});

test("W17: a record from before a raise is still found by its key; a number that would mix tenants up is refused", async (t) => {
  const world = await createWorld(t, { partitions: BEFORE });
  const tenantId = Array.from({ length: 20 }, (_, number) => `tenant-${number}`).find(moves) ?? "";
  await world.send("customerChanged", `${tenantId}/K`, customerChanged(tenantId, "K", {}));
  const [record] = await until("the record", () => readAll(world.kafka, TOPIC));
  assert.ok(record);
  await raise(world, AFTER);
  const found = await until("the record again", () =>
    findRecords(world.kafka, TOPIC, [{ key: `${tenantId}/K`, timestampMs: record.timestampMs }]),
  );
  assert.deepEqual(
    found.map(({ partition, offset }) => ({ partition, offset })),
    [{ partition: partitionAmong(tenantId, BEFORE), offset: 0 }],
  );
  await assert.rejects(
    raise(world, 60),
    (error) => isFailure(error, "DEPLOY_FAILED") && /multiple/.test(error.message),
  );
  await assert.rejects(raise(world, 24), (error) => isFailure(error, "DEPLOY_FAILED"));
  // Without being told, what a topic has is left.
  assert.deepEqual(await raise(world, AFTER), []);
});
