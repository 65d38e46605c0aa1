import assert from "node:assert/strict";
import { test } from "node:test";
import {
  KAFKA_IMPLEMENTATIONS,
  numbered,
  numbersIn,
  startMember,
  startPublisher,
  TOPIC,
  takeAll,
} from "../../../support/kafka-contract.ts";
import { until } from "../../../support/until.ts";
import { createWorld, PARTITIONS } from "../../../support/world.ts";

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

for (const implementation of KAFKA_IMPLEMENTATIONS) {
  const { name } = implementation;

  test(`F02, ${name}: members share all partitions, each told before the first record of it, and take over what others leave`, async (t) => {
    const world = await createWorld(t);
    const first = await startMember(t, world, implementation, { group: "shared" });
    await until("all of them", () => first.joins.at(-1)?.length === PARTITIONS);
    const second = await startMember(t, world, implementation, { group: "shared" });
    await until("some of them each", () => {
      const both = [...(first.joins.at(-1) ?? []), ...(second.joins.at(-1) ?? [])].sort((a, b) => a - b);
      return second.joins.length > 0 && both.join() === ALL.join();
    });
    const publisher = await startPublisher(t, world, implementation);
    await publisher.publish(ALL.flatMap((partition) => numbered(partition, 0, 10)));
    await until("all records", () => first.records.length + second.records.length === 10 * PARTITIONS);
    const ofSecond = new Set(second.joins.at(-1));
    assert.ok(second.records.every(({ partition }) => ofSecond.has(partition)));

    await second.consumer.stop();
    await until("all of them again", () => first.joins.at(-1)?.length === PARTITIONS);
    assert.deepEqual([...first.crashes, ...second.crashes], []);
  });

  test(`${name}: a partition that is paused at its assignment gives nothing until it is resumed, and then from where it was put`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    await publisher.publish([0, 1].flatMap((partition) => numbered(partition, 0, 100)));
    const member = await startMember(t, world, implementation, {
      group: "paused",
      onAssigned: (assigned, controls) => {
        controls.pause(assigned);
        controls.resume(assigned.filter(({ partition }) => partition === 1));
      },
    });
    await until("the other partition", () => numbersIn(member.records, 1).length === 100);
    assert.deepEqual(numbersIn(member.records, 0), []);
    member.controls().seek({ topic: TOPIC, partition: 0 }, 40);
    member.controls().resume([{ topic: TOPIC, partition: 0 }]);
    await until("the rest of it", () => numbersIn(member.records, 0).length >= 60);
    assert.deepEqual(numbersIn(member.records, 0), upTo(100).slice(40));
    // Back, while it runs.
    member.controls().seek({ topic: TOPIC, partition: 0 }, 90);
    await until("the end once more", () => numbersIn(member.records, 0).length >= 70);
    assert.deepEqual(numbersIn(member.records, 0).slice(60), upTo(100).slice(90));
  });

  test(`${name}: what was not called done comes again, to whoever has the partition then`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    await publisher.publish(numbered(0, 0, 10));
    const told: string[] = [];
    const member = await startMember(t, world, implementation, {
      group: "lost",
      onBatch: async (batch, self) => {
        if (told.length > 0 || batch.partition !== 0) return takeAll(batch, self);
        told.push("holds");
        try {
          // Until another one joins and this generation is over.
          for (;;) {
            await batch.heartbeat();
            if (!batch.isRunning()) break;
            await new Promise(setImmediate);
          }
        } catch (error) {
          told.push("is told");
          throw error;
        }
      },
    });
    await until("the batch that is held", () => told.length > 0);
    const other = await startMember(t, world, implementation, { group: "lost" });
    await until(
      "all records from the first one",
      () => numbersIn([...member.records, ...other.records], 0).length >= 10,
    );
    assert.deepEqual([...new Set(numbersIn([...member.records, ...other.records], 0))], upTo(10));
    assert.deepEqual([...member.crashes, ...other.crashes], []);
  });

  test(`${name}: a place that the partition does not have is no standstill: it is read from its first record`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    await publisher.publish(numbered(0, 0, 20));
    const member = await startMember(t, world, implementation, {
      group: "beyond",
      onAssigned: (_, controls) => controls.seek({ topic: TOPIC, partition: 0 }, 1_000_000),
    });
    await until("all records", () => numbersIn(member.records, 0).length >= 20);
    assert.deepEqual(numbersIn(member.records, 0), upTo(20));
    assert.deepEqual(member.crashes, []);
  });

  test(`O21, ${name}: bytes come as they were sent, whatever they mean, and none hold up the next`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    const values = [
      null,
      Buffer.alloc(0),
      Buffer.from([0, 255, 254]),
      Buffer.alloc(100_000, 7),
      Buffer.from("ok"),
    ];
    await publisher.publish(
      values.map((value, index) => ({
        ...{ topic: TOPIC, key: `t/é-${index}`, value, partition: 0 },
        headers: { traceparent: `00-${index}`, empty: "" },
      })),
    );
    const member = await startMember(t, world, implementation, { group: "poison" });
    await until("all records", () => member.records.length === values.length);
    for (const [index, record] of member.records.entries()) {
      assert.deepEqual(record.value, values[index]);
      assert.equal(record.key?.toString(), `t/é-${index}`);
      assert.equal(String(record.headers["traceparent"]), `00-${index}`);
      assert.equal(record.offset, index);
      assert.ok(Math.abs(Date.now() - record.timestampMs) < 600_000);
    }
  });

  test(`${name}: a large partition comes whole and in order, and its offsets can be committed for tools`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    const count = 20_000;
    await publisher.publish(numbered(0, 0, count));
    const member = await startMember(t, world, implementation, {
      group: "large",
      onBatch: async (batch, self) => {
        self.records.push(
          ...batch.records.map((one) => ({ ...one, value: one.value && Buffer.from(one.value) })),
        );
        const last = batch.records.at(-1);
        if (last !== undefined) batch.resolve(last.offset);
      },
    });
    await until("all of them", () => member.records.length >= count);
    assert.deepEqual(numbersIn(member.records, 0), upTo(count));
    assert.ok(member.records.every(({ offset }, index) => offset === index));
    await member.controls().commit([{ topic: TOPIC, partition: 0, nextOffset: count }], "note");
    const admin = world.kafka.kafka.admin();
    await admin.connect();
    t.after(() => admin.disconnect());
    const [offsets] = await admin.fetchOffsets({
      groupId: `${world.topicPrefix}large`,
      topics: [world.topicPrefix + TOPIC],
    });
    const stored = offsets?.partitions.find(({ partition }) => partition === 0);
    assert.deepEqual([stored?.offset, stored?.metadata], [String(count), "note"]);
  });
}
