import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import fc from "fast-check";
import { deadLetterEntry } from "../../../../services/log-sink/domain/dead-letter-entry.ts";
import {
  headerTexts,
  packHeaders,
  type RecordHeader,
  unpackHeaders,
} from "../../../../services/shared/domain/record-headers.ts";
import { Unreadable } from "../../../../services/shared/domain/wire-format.ts";
import { createDeadLetters } from "../../../../services/shared/kafka/dead-letter.ts";
import type { RawRecord } from "../../../../services/shared/kafka/incoming.ts";
import { createKafkaTelemetry } from "../../../../services/shared/kafka/kafka-telemetry.ts";
import type { OutgoingRecord } from "../../../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../../../services/shared/telemetry.ts";
import "../../../../services/shared/kafka/kafkajs/patch.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const name = fc.oneof(
  bytes,
  fc.constantFrom("hop", "x-orig-topic", "x-group", "x-own-headers").map((text) => Buffer.from(text)),
);
const headers = fc.array(fc.record({ name, value: fc.option(bytes) }, { noNullPrototype: true }), {
  maxLength: 70,
});

test("O42: headers are read as they were packed, whatever their bytes; where they are cut off, those before it", () => {
  fc.assert(
    fc.property(headers, fc.nat(), (given, cut) => {
      const packed = packHeaders(given);
      assert.deepEqual(unpackHeaders(packed), given);
      const some = unpackHeaders(packed.subarray(0, cut % packed.length));
      assert.deepEqual(some, given.slice(0, some.length));
    }),
  );
  assert.deepEqual(unpackHeaders(null), []);
});

test("O42: from a record to its letter and from there to a row, key, value and headers stay byte for byte", async () => {
  const sent: OutgoingRecord[] = [];
  const publisher = {
    publish: async (records: readonly OutgoingRecord[]) => void sent.push(...records),
    close: async () => {},
  };
  const telemetry = createKafkaTelemetry(createTelemetry("test", "silent"), ["t.v1"]);
  const letters = createDeadLetters(publisher, telemetry, () => 5);
  await fc.assert(
    fc.asyncProperty(headers, fc.option(bytes), fc.option(bytes), async (given, key, value) => {
      const record = recordWith(given, { key, value });
      await letters.send("g", [{ record, error: new Unreadable("EMPTY", "there is no value") }]);
      const [letter] = sent.splice(0);
      assert.ok(letter?.headerBytes);
      const entry = deadLetterEntry({
        ...{ topic: letter.topic, partition: 0, offset: 0, timestampMs: 6, value: letter.value },
        key: Buffer.from(String(letter.key)),
        headerBytes: letter.headerBytes,
      });
      assert.deepEqual(
        [entry.topic, entry.partition, entry.recordOffset, entry.consumerGroup, entry.reason],
        ["t.v1", 2, 7, "g", "EMPTY"],
      );
      assert.deepEqual([entry.key, entry.value], [key, value]);
      assert.deepEqual(unpackHeaders(entry.headerBytes), given);
    }),
  );
});

test("O42: a record is written with its headers as they are packed", () => {
  const load = createRequire(import.meta.url);
  const encode = load("kafkajs/src/protocol/recordBatch/record/v0") as (record: object) => { buffer: Buffer };
  const record = { key: Buffer.from("a/K1"), value: Buffer.from("v"), offsetDelta: 3, timestampDelta: 9 };
  const own = { traceparent: "00-1", epoch: "4" };
  const same = Object.entries(own).map(([text, value]) => ({
    name: Buffer.from(text),
    value: Buffer.from(value),
  }));
  const ofKafkajs = encode({ ...record, headers: own });
  assert.deepEqual(encode({ ...record, headerBytes: packHeaders(same) }).buffer, ofKafkajs.buffer);
});

const recordWith = (
  given: readonly RecordHeader[],
  { key, value }: Pick<RawRecord, "key" | "value">,
): RawRecord => ({
  ...{ topic: "t.v1", partition: 2, offset: 7, place: 7, timestampMs: 1, key, value },
  headers: headerTexts(given),
  headerBytes: given.length === 0 ? null : packHeaders(given),
});
