import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isFailure } from "../../../../services/shared/domain/failure.ts";
import {
  KAFKA_IMPLEMENTATIONS,
  numbered,
  numbersIn,
  startMember,
  startPublisher,
  TOPIC,
} from "../../../support/kafka-contract.ts";
import { startOwnKafka } from "../../../support/own-kafka.ts";
import { readAll } from "../../../support/read-all.ts";
import { until } from "../../../support/until.ts";
import { createWorld } from "../../../support/world.ts";

const BATCH = 100;
/** Source: Kafka's record batch, magic 2: attributes stand at byte 21, their lowest three bits are the packing. */
const [ATTRIBUTES_AT, PACKING_BITS, ZSTD] = [21, 7, 4];
/** A publisher tries for 30 s before it gives up. */
const GIVEN_UP_WITHIN_MS = 60_000;
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
/** Each at its first place: what was sent twice stands behind. */
const firsts = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)];

for (const implementation of KAFKA_IMPLEMENTATIONS) {
  const { name } = implementation;

  test(`${name}: callers at the same time: each record is written once, in the order of its caller`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    await Promise.all(
      [0, 1, 2].flatMap((partition) =>
        Array.from({ length: 20 }, (_, call) =>
          publisher.publish(numbered(partition, call * BATCH, (call + 1) * BATCH)),
        ),
      ),
    );
    const records = await readAll(world.kafka, TOPIC);
    for (const partition of [0, 1, 2]) assert.deepEqual(numbersIn(records, partition), upTo(20 * BATCH));
  });

  test(`${name}: what is too large, or after the end, is refused before anything is sent`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    const large = { topic: TOPIC, key: "t/large", value: Buffer.alloc(5 * 1024 * 1024), partition: 0 };
    await assert.rejects(publisher.publish([...numbered(0, 0, 10), large]), (error) =>
      isFailure(error, "RECORD_TOO_LARGE"),
    );
    await publisher.close();
    await assert.rejects(publisher.publish(numbered(0, 0, 1)), (error) =>
      isFailure(error, "KAFKA_UNAVAILABLE"),
    );
    assert.equal((await readAll(world.kafka, TOPIC)).length, 0);
  });

  test(`${name}: where a part of a send cannot be written its caller hears of it, and the next ones go through`, async (t) => {
    const world = await createWorld(t);
    const publisher = await startPublisher(t, world, implementation);
    const nowhere = { topic: TOPIC, key: "t/nowhere", value: Buffer.from("x"), partition: 99 };
    const begin = performance.now();
    await assert.rejects(publisher.publish([...numbered(0, 0, 10), nowhere]), (error) =>
      isFailure(error, "KAFKA_UNAVAILABLE"),
    );
    assert.ok(performance.now() - begin < GIVEN_UP_WITHIN_MS);
    await publisher.publish(numbered(0, 10, 20));
    const numbers = numbersIn(await readAll(world.kafka, TOPIC), 0);
    // The caller was told that some may have been written.
    assert.deepEqual(firsts(numbers.filter((number) => number >= 10)), upTo(20).slice(10));
  });

  test(`F12, ${name}: the broker dies while records go in and out: none is lost, none is overtaken, and the group goes on`, async (t) => {
    const kafka = await startOwnKafka(t);
    const world = await createWorld(t, { kafka });
    const publisher = await startPublisher(t, world, implementation);
    const member = await startMember(t, world, implementation, { group: "killed" });
    let sent = 0;
    let isOver = false;
    const sending = (async () => {
      for (; !isOver; sent += BATCH) await publisher.publish(numbered(0, sent, sent + BATCH));
    })();
    for (let kill = 1; kill <= 2; kill += 1) {
      const before = member.records.length;
      await until("records on their way", () => member.records.length > before + BATCH);
      await kafka.kill();
      const after = sent;
      await until("records afterwards", () => sent > after + BATCH);
    }
    isOver = true;
    await sending;
    await until("all records", () => new Set(numbersIn(member.records, 0)).size === sent);
    assert.deepEqual(firsts(numbersIn(await readAll(world.kafka, TOPIC), 0)), upTo(sent));
    assert.deepEqual(firsts(numbersIn(member.records, 0)), upTo(sent));
    assert.deepEqual(member.crashes, []);

    const segment = join(kafka.storage, `${world.topicPrefix}${TOPIC}-0`, "00000000000000000000.log");
    const attributes = (await readFile(segment)).readInt16BE(ATTRIBUTES_AT);
    assert.equal(attributes & PACKING_BITS, ZSTD);
    // Before the broker goes, which the end of the test would have the other way round.
    await member.consumer.stop();
    await publisher.close();
  });
}
