import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { createZstdCompress } from "node:zlib";
// biome-ignore lint/style/noRestrictedImports: batches that no producer of ours would send
import kafkajs, { CompressionTypes } from "kafkajs";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { partitionFor } from "../../../services/shared/domain/partitioner.ts";
import { partitionKey } from "../../../services/shared/domain/record-key.ts";
import { RECORD_LIMITS } from "../../../services/shared/domain/record-limits.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { findRecords } from "../../../services/shared/kafka/find-records.ts";
import { customerChanged, workorderArchived } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const MIB = 1024 * 1024;
const COUNT_IN_WORLD = 3;

/** A zstd batch of one record of 1.5 GB. */
async function gigabytes(): Promise<Buffer> {
  const packing = createZstdCompress();
  const packed = buffer(packing);
  const piece = Buffer.alloc(10 * MIB);
  const valueBytes = 150 * piece.length;
  // Its length, attributes, time, offset, key "a/huge", and the length of its value; the value ends with no headers.
  const body = Buffer.concat([Buffer.from([0, 0, 0, 12]), Buffer.from("a/huge"), varInt(valueBytes)]);
  packing.write(Buffer.concat([varInt(body.length + valueBytes + 1), body]));
  for (let times = 0; times < 150; times += 1) packing.write(piece);
  packing.end(Buffer.from([0]));
  return packed;
}

/** Literals only, as any snappy may be. */
function snappy(bytes: Buffer): Buffer {
  const length = Buffer.from([(bytes.length % 128) + 128, Math.floor(bytes.length / 128)]);
  const literal = Buffer.from([0xf4, (bytes.length - 1) % 256, Math.floor((bytes.length - 1) / 256)]);
  return Buffer.concat([length, literal, bytes]);
}

function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let left = value * 2;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

/** Sends one record in a batch of its own, packed as `pack` says, past the limits of our own producer. */
async function sendPacked(
  world: World,
  topic: "customerChanged" | "workorderArchived" | "deadLetter",
  record: { readonly key: string; readonly value: Buffer; readonly headers?: Record<string, string> },
  packing: { readonly type: CompressionTypes; readonly pack?: (bytes: Buffer) => Promise<Buffer> },
): Promise<void> {
  const codecs: Record<number, unknown> = kafkajs.CompressionCodecs;
  const usual = codecs[packing.type];
  const { pack } = packing;
  if (pack !== undefined)
    codecs[packing.type] = () => ({
      compress: ({ buffer: bytes }: { readonly buffer: Buffer }) => pack(bytes),
      decompress: () => Promise.reject(new Error("nothing is read here")),
    });
  const producer = world.kafka.kafka.producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await producer.send({
      topic: world.topicPrefix + TOPICS[topic].name,
      compression: packing.type,
      messages: [
        { ...record, partition: partitionFor(Buffer.from(partitionKey(record.key)), COUNT_IN_WORLD) },
      ],
    });
  } finally {
    codecs[packing.type] = usual;
    await producer.disconnect();
  }
}

test("O55: whatever one record or batch unpacks to, it is set aside by reference, costs only itself, and no process ends", async (t) => {
  const world = await createWorld(t);
  await activateTenant(world.pool, {
    tenantId: "a",
    name: "a",
    administration: "MVL00042",
    settings: settingsSchema.parse({}),
    by: "test",
  });
  const services = await Promise.all([
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("log-sink"),
  ]);
  const { GZIP, ZSTD } = CompressionTypes;
  const text = (bytes: number): Buffer => Buffer.alloc(bytes, "factuur ");
  const huge = await gigabytes();
  assert.ok(huge.length < MIB, `packed to ${huge.length} bytes`);

  for (const topic of ["customerChanged", "workorderArchived"] as const) {
    await sendPacked(world, topic, { key: "a/9", value: text(9 * MIB) }, { type: ZSTD });
    await sendPacked(
      world,
      topic,
      { key: "a/headers", value: text(1), headers: { x: "x".repeat(9 * MIB) } },
      { type: GZIP },
    );
    await sendPacked(world, topic, { key: "a/200", value: text(200 * MIB) }, { type: GZIP });
    await sendPacked(world, topic, { key: "a/huge", value: text(1) }, { type: ZSTD, pack: async () => huge });
    await sendPacked(
      world,
      topic,
      { key: "a/snappy", value: text(500) },
      { type: CompressionTypes.Snappy, pack: async (bytes) => snappy(bytes) },
    );
  }
  // The dead-letter topic itself, whose reader takes anything; 3 MiB of key leave no room for a letter with all its
  // bytes.
  await sendPacked(world, "deadLetter", { key: "a/9", value: text(9 * MIB) }, { type: ZSTD });
  await sendPacked(
    world,
    "customerChanged",
    { key: `a/${"k".repeat(3.5 * MIB)}`, value: text(8) },
    { type: ZSTD },
  );
  await world.send("customerChanged", "a/good", customerChanged("a", "good", {}));
  await world.send("workorderArchived", "a/good", workorderArchived("a", "good", {}));

  const here = async (sql: string): Promise<boolean> => (await world.pool.query(sql)).rowCount === 1;
  await until(
    "the row behind them",
    () => here("select from simon.customers where customer_id = 'good'"),
    60_000,
  );
  await until(
    "the message about the workorder behind them",
    async () => {
      const { rowCount } = await world.pool.query(
        "select from log.messages where record_id = 'good' and code like 'WORKORDER%'",
      );
      return (rowCount ?? 0) > 0;
    },
    60_000,
  );
  const { rows } = await until(
    "their letters",
    async () => {
      const found = await world.pool.query<{
        topic: string;
        reason: string;
        key: string;
        bytes: number;
        headers: Record<string, string>;
      }>(
        `select topic, reason, convert_from(key, 'UTF8') as key, length(value) as bytes, headers from log.dead_letters
       order by topic, partition, record_offset`,
      );
      return found.rowCount === 12 && found;
    },
    60_000,
  );

  for (const topic of ["customerChanged", "workorderArchived"] as const) {
    const letters = rows.filter(
      (row) => row.topic === TOPICS[topic].name && (row.key === null || row.key.length < 20),
    );
    assert.deepEqual(
      letters.map(({ key, reason, bytes, headers }) => [
        key,
        reason,
        bytes <= RECORD_LIMITS.firstBytes,
        headers["x-reference"],
      ]),
      [
        ["a/9", "TOO_LARGE", true, "first bytes"],
        ["a/headers", "TOO_LARGE", true, "first bytes"],
        ["a/200", "TOO_LARGE", true, "first bytes"],
        ["a/huge", "TOO_LARGE", true, "first bytes"],
        [null, "NOT_UNPACKED", true, "first bytes"],
      ],
    );
    assert.ok(Number(letters[2]?.headers["x-bytes"]) > 200 * MIB);
    assert.ok(Number(letters[3]?.headers["x-bytes"]) > 1.5e9);
  }
  const others = rows.filter(({ topic, key }) => topic === TOPICS.deadLetter.name || (key ?? "").length > 20);
  assert.deepEqual(
    others.map(({ topic, reason, headers }) => [topic, reason, headers["x-reference"]]),
    [
      [TOPICS.deadLetter.name, "TOO_LARGE", "first bytes"],
      [TOPICS.customerChanged.name, "WRONG_MAGIC", "first bytes"],
    ].sort(),
  );
  for (const { lines, healthUrl, metric } of services) {
    assert.ok(!lines.some((line) => line.includes("service_failed")));
    assert.equal((await fetch(`${healthUrl}/health/live`)).status, 200);
    assert.ok((await metric("process_resident_memory_bytes")) < 512 * MIB);
  }
  // Whoever looks for a record by its key passes those by.
  const [good] = (await world.records("workorderArchived")).filter(({ key }) => key === "a/good");
  assert.ok(good);
  assert.deepEqual(
    await findRecords(world.kafka, TOPICS.workorderArchived.name, [{ key: "a/9", timestampMs: 1 }]),
    [],
  );
});
