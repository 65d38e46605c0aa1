import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { consumeIntoPostgres } from "../../../services/shared/kafka/consume-into-postgres.ts";
import { createDeadLetters } from "../../../services/shared/kafka/dead-letter.ts";
import type { Incoming } from "../../../services/shared/kafka/incoming.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { route } from "../../../services/shared/kafka/postgres-route.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { AFTER_POISON_MS } from "../../support/limits.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const TOPIC = TOPICS.customerChanged.name;

/** A consumer that keeps the names it sees in a table of its own. @param before called in each transaction, first */
async function namesConsumer(
  t: TestContext,
  world: World,
  before: (partition: number) => Promise<void> = async () => {},
) {
  await world.pool.query(`
    create schema if not exists names;
    create table if not exists names.positions (consumer_group text, topic text, partition integer,
      next_offset bigint not null, topic_id text, cluster_id text, latest_record_ms bigint, latest_since bigint, latest_until bigint,
      generation integer not null default 0, elder integer, elder_since timestamptz, keys_among integer, primary key (consumer_group, topic, partition));
    create table if not exists names.seen (customer_id text, name text, seen_offset bigint, seen_partition integer)`);
  const telemetry = createTelemetry("test", "error");
  const kafkaTelemetry = createKafkaTelemetry(telemetry, [TOPIC]);
  const crashes: Error[] = [];
  const consumer = consumeIntoPostgres({
    kafka: world.kafka,
    group: "names",
    pool: world.pool,
    positionsTable: "names.positions",
    telemetry: kafkaTelemetry,
    deadLetters: createDeadLetters(world.publisher, kafkaTelemetry, Date.now),
    messages: { records: () => [] },
    publisher: world.publisher,
    onCrash: (failure) => crashes.push(failure),
    chunkRecords: 50,
    routes: [
      route<CustomerChanged>({
        topic: TOPIC,
        decoder: world.avro.decoder("customer-changed"),
        tombstones: true,
        check: ({ value }) => (value !== null && value.revision <= 0 ? "revision is not positive" : null),
        apply: async (tx, records: readonly Incoming<CustomerChanged>[]) => {
          await before(records[0]?.partition ?? 0);
          await tx.query(
            "insert into names.seen select * from unnest($1::text[], $2::text[], $3::bigint[], $4::int[])",
            [
              records.map(({ entityId }) => entityId),
              records.map(({ value }) => value?.customer?.name ?? null),
              records.map(({ offset }) => offset),
              records.map(({ partition }) => partition),
            ],
          );
          return [];
        },
      }),
    ],
  });
  await consumer.start();
  t.after(() => consumer.stop());
  return { consumer, crashes };
}

const seenCount = async (world: World): Promise<number> =>
  (await world.pool.query("select count(*) as n from names.seen")).rows[0].n;

test("O21: poison of every kind becomes one dead letter each and the next record goes on", async (t) => {
  const world = await createWorld(t);
  const { crashes } = await namesConsumer(t, world);
  const good = (await world.avro.encoder<object>(TOPIC, "customer-changed")).encode(
    customerChanged("a", "K1", {}),
  );
  const unknownId = Buffer.concat([Buffer.from([0, 0, 15, 66, 63]), good.subarray(5)]);
  const poison: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    short: Buffer.from([0, 0, 0]),
    magic: Buffer.from("0100000007024 1".replace(" ", ""), "hex"),
    unknown: unknownId,
    truncated: good.subarray(0, Math.floor(good.length / 2)),
    trailing: Buffer.concat([good, Buffer.from([1])]),
    huge: Buffer.alloc(2 * 1024 * 1024, 7),
  };
  for (const [name, value] of Object.entries(poison)) await world.send("customerChanged", `a/${name}`, value);
  await world.send("customerChanged", "a/meaningless", customerChanged("a", "meaningless", { revision: 0 }));
  await world.send("customerChanged", "no-tenant", customerChanged("a", "K0", {}));
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", {}));
  await until("the good record", async () => (await seenCount(world)) === 1, AFTER_POISON_MS);
  const letters = await until("nine dead letters", async () => {
    const seen = await world.records("deadLetter");
    return seen.length >= 9 ? seen : null;
  });
  assert.equal(letters.length, 9);
  for (const [name, value] of Object.entries(poison)) {
    const letter = letters.find(({ key }) => key === `a/${name}`);
    assert.deepEqual(letter?.bytes, value, `${name} keeps its bytes`);
    assert.equal(letter?.headers["x-orig-topic"], TOPIC);
  }
  assert.equal(letters.find(({ key }) => key === "a/meaningless")?.headers["x-error-class"], "MEANINGLESS");
  assert.deepEqual(crashes, []);
});

test("O06: a record that Postgres refuses costs only itself", async (t) => {
  const world = await createWorld(t);
  await namesConsumer(t, world);
  const customers = Array.from({ length: 120 }, (_, index) => `K${index}`);
  for (const id of customers) {
    const name = id === "K57" ? "Bakkerij\u0000 Smit" : `Klant ${id}`;
    await world.send("customerChanged", `a/${id}`, customerChanged("a", id, { name }));
  }
  await until("all but one", async () => (await seenCount(world)) === customers.length - 1);
  const letters = await until("the dead letter", async () => {
    const seen = await world.records("deadLetter");
    return seen.length > 0 ? seen : null;
  });
  assert.deepEqual(
    letters.map(({ key, headers }) => [key, headers["x-error-class"]]),
    [["a/K57", "REFUSED_BY_POSTGRES"]],
  );
});

test("W2: what is slow in one partition does not hold up the others of a fetch", async (t) => {
  const world = await createWorld(t);
  const value = await world.avro.encoder<object>(TOPIC, "customer-changed");
  const count = 40;
  await world.publisher.publish(
    Array.from({ length: count }, (_, index) => ({
      topic: TOPIC,
      key: `t${index}/K1`,
      value: value.encode(customerChanged(`t${index}`, "K1", {})),
    })),
  );
  const begun = new Set<number>();
  await namesConsumer(t, world, async (partition) => {
    begun.add(partition);
    await until("another partition to begin", () => begun.size > 1);
  });
  await until("all of it", async () => (await seenCount(world)) === count);
});

test("F02: two members that come and go leave no gap and no duplicate", async (t) => {
  const world = await createWorld(t);
  const first = await namesConsumer(t, world);
  const send = async (from: number, to: number) => {
    const value = await world.avro.encoder<object>(TOPIC, "customer-changed");
    await world.publisher.publish(
      Array.from({ length: to - from }, (_, index) => ({
        topic: TOPIC,
        key: `t${(from + index) % 20}/K${from + index}`,
        value: value.encode(customerChanged(`t${(from + index) % 20}`, `K${from + index}`, {})),
      })),
    );
  };
  await send(0, 1_000);
  const second = await namesConsumer(t, world);
  await send(1_000, 2_000);
  await first.consumer.stop();
  await send(2_000, 3_000);
  await until("3,000 records", async () => (await seenCount(world)) >= 3_000);
  const { rows } = await world.pool.query(
    "select count(distinct customer_id) as customers, count(*) as n, count(distinct (seen_partition, seen_offset)) as places from names.seen",
  );
  assert.deepEqual(rows[0], { customers: 3_000, n: 3_000, places: 3_000 });
  assert.deepEqual([...first.crashes, ...second.crashes], []);
});
