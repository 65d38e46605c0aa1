import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { partitionFor } from "../../../../services/shared/domain/partitioner.ts";
import { partitionKey } from "../../../../services/shared/domain/record-key.ts";

/** kafkajs's own choice, which equals the Java client's. */
function defaultPartition(key: Buffer, count: number): number {
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return Partitioners.DefaultPartitioner()({
    topic: "any",
    partitionMetadata,
    message: { key, value: null },
  });
}

test("a key goes to the partition that every other Kafka client chooses", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(1, 3, 4, 12, 64), (bytes, count) => {
      const key = Buffer.from(bytes);
      assert.equal(partitionFor(key, count), defaultPartition(key, count));
    }),
    { numRuns: 2_000 },
  );
});

test("all records of a tenant share a partition, whatever their own ids", () => {
  assert.equal(partitionKey("tenant-a/KB16/2-BR"), partitionKey("tenant-a/0017"));
  assert.equal(partitionKey("no-tenant"), "no-tenant");
});
