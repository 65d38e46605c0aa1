import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { createZstdCompress, gzipSync, zstdCompressSync } from "node:zlib";
import { RECORD_LIMITS } from "../../../../services/shared/domain/record-limits.ts";
import { recordsOf } from "../../../../services/shared/kafka/fetched/record-batches.ts";
import { batchOf, type PackedBatch, recordBytes, TIMESTAMP_MS } from "../../../support/record-batch.ts";

const MIB = 1024 * 1024;
const text = (bytes: number): Buffer => Buffer.alloc(bytes, "factuur ");
const zstd = (records: readonly Buffer[], more: Partial<PackedBatch> = {}): Buffer =>
  batchOf({ records, packing: "zstd", pack: zstdCompressSync, ...more });

test("O55: records of every packing that we know come as they were sent, over any number of batches", async () => {
  const records = [
    recordBytes({ offsetDelta: 0, key: "a/1", value: Buffer.from("one"), headers: { "x-of": "1" } }),
    recordBytes({ offsetDelta: 1, key: "a/2", value: null }),
  ];
  const fetched = Buffer.concat([
    batchOf({ records, firstOffset: 10 }),
    zstd(records, { firstOffset: 12 }),
    batchOf({ records, firstOffset: 14, packing: "gzip", pack: gzipSync }),
    // The last one of a fetch may be cut off.
    zstd(records, { firstOffset: 16 }).subarray(0, 80),
  ]);
  const read = await recordsOf(fetched);
  assert.deepEqual(
    read.map(({ offset, key, value, headers, cut }) => [
      String(offset),
      key?.toString(),
      value?.toString(),
      headers["x-of"],
      cut,
    ]),
    [10, 12, 14].flatMap((offset) => [
      [String(offset), "a/1", "one", "1", undefined],
      [String(offset + 1), "a/2", undefined, undefined, undefined],
    ]),
  );
});

for (const bytes of [9 * MIB, 200 * MIB])
  test(`O55: a record of ${bytes / MIB} MiB is a reference, and those around it come whole`, async () => {
    const records = [0, 1, 2].map((offsetDelta) =>
      recordBytes({ offsetDelta, key: `a/${offsetDelta}`, value: offsetDelta === 1 ? text(bytes) : text(3) }),
    );
    const read = await recordsOf(zstd(records));
    assert.deepEqual(
      read.map(({ offset, key, cut }) => [String(offset), key?.toString(), cut !== undefined]),
      [
        ["0", "a/0", false],
        ["1", "a/1", true],
        ["2", "a/2", false],
      ],
    );
    const cutBytes = read[1]?.cut?.bytes ?? 0;
    assert.ok(cutBytes > bytes && cutBytes < bytes + 100, `${cutBytes} bytes`);
    assert.deepEqual(read[1]?.value, text(bytes).subarray(0, RECORD_LIMITS.firstBytes));
  });

test("O55: a batch of some hundred KiB that unpacks to 1.5 GB is looked through to its limit, the rest is one reference", async () => {
  const before = process.memoryUsage().rss;
  const one = recordBytes({ offsetDelta: 0, key: "a/0", value: text(100 * MIB) });
  const packing = createZstdCompress();
  const packed = buffer(packing);
  for (let times = 0; times < 15; times += 1) packing.write(one);
  packing.end();
  const read = await recordsOf(
    batchOf({ records: Array<Buffer>(15).fill(one), packed: await packed, packing: "zstd" }),
  );
  assert.ok(read.length < 6, `${read.length} references`);
  assert.equal(read.at(-1)?.offset, 14);
  assert.match(read.at(-1)?.cut?.why ?? "", /more than 268435456 bytes; .* offsets 0 to 14/);
  assert.ok(process.memoryUsage().rss - before < 500 * MIB);
});

test("O55: what no batch of ours is packed with, and what is damaged, is one reference for its batch; the next comes", async () => {
  const records = [0, 1].map((offsetDelta) =>
    recordBytes({ offsetDelta, key: "a/1", value: Buffer.from("one") }),
  );
  const same = (bytes: Buffer): Buffer => bytes;
  for (const [packing, pack, why] of [
    ["lz4", same, /packed with lz4/],
    ["snappy", same, /packed with snappy/],
    ["zstd", same, /cannot be unpacked/],
    ["gzip", (bytes: Buffer) => gzipSync(bytes).subarray(0, 20), /cannot be unpacked/],
    ["zstd", () => zstdCompressSync(Buffer.alloc(9, 0xff)), /damaged/],
  ] as const) {
    const read = await recordsOf(
      Buffer.concat([batchOf({ records, packing, pack }), zstd(records, { firstOffset: 2 })]),
    );
    assert.deepEqual(
      read.map(({ offset, cut }) => [String(offset), cut !== undefined]),
      [
        ["1", true],
        ["2", false],
        ["3", false],
      ],
    );
    assert.match(read[0]?.cut?.why ?? "", why);
    assert.equal(read[0]?.cut?.bytes, null);
  }
});

test("O55: a record with more headers than any has is a reference; so is one whose inside is damaged", async () => {
  const headers = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`h${index}`, ""]));
  const damaged = recordBytes({ offsetDelta: 1, key: "a/1", value: Buffer.from("one") });
  // Claims a value that is longer than the record.
  damaged.writeUInt8(120, damaged.length - 5);
  const read = await recordsOf(
    zstd([recordBytes({ offsetDelta: 0, key: "a/0", value: null, headers }), damaged]),
  );
  assert.deepEqual(
    read.map(({ offset, cut }) => [String(offset), cut?.why]),
    [
      ["0", "1001 headers are too many"],
      ["1", "the record is damaged"],
    ],
  );
});

test("O55: a fetch holds so many whole batches, and at least one; the others are fetched again", async () => {
  const batch = (firstOffset: number): Buffer =>
    zstd([recordBytes({ offsetDelta: 0, key: "a/1", value: text(3 * MIB) })], { firstOffset });
  const read = await recordsOf(Buffer.concat([0, 1, 2, 3, 4].map(batch)));
  assert.deepEqual(
    read.map(({ offset }) => String(offset)),
    ["0", "1", "2"],
  );
});

test("O55, R4: what stands for records that nobody can read is as late as the latest of its batch", async () => {
  const maxTimestampMs = TIMESTAMP_MS + 5_000;
  const read = await recordsOf(
    Buffer.concat([
      batchOf({ records: [Buffer.alloc(3)], packing: "lz4", maxTimestampMs }),
      // The length of the record is right, its inside is not.
      batchOf({ records: [Buffer.from([4, 0, 0x80])], firstOffset: 1, maxTimestampMs }),
    ]),
  );
  assert.deepEqual(
    read.map(({ offset, timestampMs, cut }) => [offset, timestampMs, cut !== undefined]),
    [
      [0, maxTimestampMs, true],
      [1, maxTimestampMs, true],
    ],
  );
});
