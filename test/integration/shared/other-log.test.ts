import assert from "node:assert/strict";
import { test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { createOrderWorld } from "../../support/order-world.ts";
import { startOwnKafka } from "../../support/own-kafka.ts";
import { customerChanged } from "../../support/records.ts";
import type { RunningService } from "../../support/running-service.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

/** One error line and one count, of this topic for this reason, and the process lives. */
async function assertAlarm(
  service: RunningService,
  topic: "customerChanged" | "orderRequested",
  reason: "cluster" | "log",
): Promise<void> {
  const labels = { topic: TOPICS[topic].name, reason };
  await until("the count", async () => (await service.metric("simon_topics_made_anew_total", labels)) === 1);
  assert.equal(await service.metric("simon_topics_made_anew_total", { topic: labels.topic }), 1);
  const lines = service.lines.filter(
    (line) => line.includes('"topic_made_anew"') && line.includes(labels.topic),
  );
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", new RegExp(`"level":50.*"reason":"${reason}"`));
  assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
}

/** All of one scan, so that only the place in the topic says which record is newer. */
const change = (world: World, number: number, name: string): Promise<void> =>
  world.send("customerChanged", `a/K${number}`, customerChanged("a", `K${number}`, { revision: 5, name }));

const namesAre = (world: World, count: number, name: string) =>
  until(`${count} rows of ${name}`, async () => {
    const { rowCount } = await world.pool.query("select from simon.customers where name = $1", [name]);
    return rowCount === count;
  });

const positionIs = (world: World, next: number) =>
  until(`position ${next}`, async () => {
    const { rows } = await world.pool.query("select max(next_offset)::int as next from simon.positions");
    return rows[0].next === next;
  });

test("O31, R4: in another cluster, whose offsets are smaller, rows take what is newer, and each record is read", async (t) => {
  const first = await createWorld(t);
  const second = await createWorld(t, { kafka: await startOwnKafka(t), databaseUrl: first.databaseUrl });
  for (let number = 0; number < 20; number += 1) await change(first, number, "old");
  const there = await first.start("simon-projector");
  await namesAre(first, 20, "old");
  assert.equal(await there.stop(), 0);

  // In reverse, so that some stand before and some behind the place where their key stood in the first cluster.
  for (let number = 24; number >= 5; number -= 1) await change(second, number, "new");
  const here = await second.start("simon-projector");
  await namesAre(second, 20, "new");
  await namesAre(second, 5, "old");
  await assertAlarm(here, "customerChanged", "cluster");
  assert.equal(await here.stop(), 0);
  // The cluster is known from now on: the next start goes on without an alarm.
  const again = await second.start("simon-projector");
  await change(second, 30, "newer");
  await namesAre(second, 1, "newer");
  assert.equal(await again.metric("simon_topics_made_anew_total"), 0);
});

test("O31, W13: a mirror with other offsets has old requests and new ones: each is one order", async (t) => {
  const { world, unit4, administration, request, send, startWriter } = await createOrderWorld(t);
  const mirror = await createWorld(t, { kafka: await startOwnKafka(t), databaseUrl: world.databaseUrl });
  await unit4.connect({ tenantId: "a", database: "MVL00042" });
  const ordersAre = (count: number) =>
    until(`${count} orders`, () => administration.orders.length === count, 60_000);
  const requests = Array.from({ length: 9 }, (_, index) => request(String(index + 1)));
  for (const one of requests.slice(0, 5)) await send(one);
  const there = await startWriter();
  await ordersAre(5);
  assert.equal(await there.stop(), 0);

  for (const one of requests.slice(3)) await mirror.send("orderRequested", `a/${one.workorderId}`, one);
  const here = await mirror.start("order-writer", unit4.environment);
  await ordersAre(9);
  await assertAlarm(here, "orderRequested", "cluster");
  await until("the end of the topic", async () => {
    const { rows } = await world.pool.query(
      "select max(next_offset)::int as next from order_writer.positions",
    );
    return rows[0].next === 6;
  });
  assert.equal(administration.orders.length, 9);
});

test("R4: a cluster that came back as it was some time ago, and was filled again, is read from its beginning", async (t) => {
  const kafka = await startOwnKafka(t);
  const world = await createWorld(t, { kafka });
  for (let number = 0; number < 3; number += 1) await change(world, number, "kept");
  await kafka.keep();
  await until("the broker", () =>
    change(world, 3, "lost").then(
      () => true,
      () => false,
    ),
  );
  for (let number = 4; number < 8; number += 1) await change(world, number, "lost");
  const before = await world.start("simon-projector");
  await namesAre(world, 5, "lost");
  await positionIs(world, 8);
  assert.equal(await before.stop(), 0);

  await kafka.putBack();
  await until("the broker", () =>
    change(world, 7, "new").then(
      () => true,
      () => false,
    ),
  );
  // Beyond the stored position, under the same ids; some at the very offsets of records of before.
  for (let number = 6; number >= 1; number -= 1) await change(world, number, "new");
  const after = await world.start("simon-projector");
  await namesAre(world, 7, "new");
  await positionIs(world, 10);
  await assertAlarm(after, "customerChanged", "log");
  assert.equal(await after.metric("simon_offset_out_of_range_total"), 0);
  assert.equal(await after.stop(), 0);
  const again = await world.start("simon-projector");
  await change(world, 20, "newer");
  await namesAre(world, 1, "newer");
  assert.equal(await again.metric("simon_topics_made_anew_total"), 0);
});

/** What the release before this one does: it moves a position and knows of no time stamps. */
const moveAsBefore = (world: World, next: number) =>
  world.pool.query("update simon.positions set next_offset = $1 where topic = $2", [
    next,
    TOPICS.customerChanged.name,
  ]);

/** A start of this release reads on where the position is, without an alarm; then one more record. */
async function assertReadsOn(world: World, number: number): Promise<void> {
  const service = await world.start("simon-projector");
  await change(world, number, `after ${number}`);
  await namesAre(world, 1, `after ${number}`);
  assert.equal(await service.metric("simon_topics_made_anew_total"), 0);
  assert.equal(await service.stop(), 0);
}

test("L6, R4: what the release before read in between is no other log", async (t) => {
  const world = await createWorld(t, { partitions: 1 });
  await change(world, 0, "this release");
  await assertReadsOn(world, 1);
  for (const number of [2, 3]) await change(world, number, "the release before");
  await moveAsBefore(world, 4);
  await assertReadsOn(world, 4);
  await assertReadsOn(world, 5);
  await namesAre(world, 0, "the release before");
});

test("L6, R4: records of a clock that was ahead, read before positions knew of time stamps, are no other log", async (t) => {
  const world = await createWorld(t, { partitions: 1 });
  const producer = world.kafka.kafka.producer();
  await producer.connect();
  t.after(() => producer.disconnect());
  const value = (await world.avro.encoder<object>(TOPICS.customerChanged.name, "customer-changed")).encode(
    customerChanged("a", "K0", { name: "ahead" }),
  );
  await producer.send({
    topic: world.topicPrefix + TOPICS.customerChanged.name,
    messages: [{ key: "a/K0", value, timestamp: String(Date.now() + 600_000) }],
  });
  const first = await world.start("simon-projector");
  await namesAre(world, 1, "ahead");
  assert.equal(await first.stop(), 0);
  // As a migration of a database of before leaves it.
  await world.pool.query(
    "update simon.positions set latest_record_ms = null, latest_since = null, latest_until = null",
  );
  await assertReadsOn(world, 1);
  await assertReadsOn(world, 2);
});
