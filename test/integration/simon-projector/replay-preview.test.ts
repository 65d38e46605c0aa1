import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TOPICS } from "../../../schemas/topics.ts";
import type { RawRecord } from "../../../services/shared/kafka/incoming.ts";
import type { StretchChunk } from "../../../services/shared/kafka/stretches/stretch-chunks.ts";
import type { PreviewedRows } from "../../../services/shared/operations/domain/replay-report.ts";
import { changeEncoders } from "../../../services/simon-projector/handler.ts";
import { SIMON_TABLES } from "../../../services/simon-projector/projection-tables.ts";
import { asRehearsedReplay, asReplay, createLane } from "../../../services/simon-projector/replay/lane.ts";
import { OVERLAY_TABLES } from "../../../services/simon-projector/replay/overlay.ts";
import { previewReplay } from "../../../services/simon-projector/replay/preview.ts";
import { REPLAYED_TABLES } from "../../../services/simon-projector/replay/replayed-table.ts";
import { judgeReplay } from "../../../services/simon-projector/replay/verdict.ts";
import { projector, type Row } from "../../support/projector-world.ts";
import { historyOf, type PastRecord, story } from "../../support/replay-history.ts";
import { createWorld } from "../../support/world.ts";

const { name: topic, schema } = TOPICS.customerChanged;
const table = REPLAYED_TABLES.customers;

test("O72: what a preview says is what the replay does, row by row: 200 random histories, ranges and tenants", async (t) => {
  const world = await createWorld(t);
  const live = await projector(t, world);
  const encoder = await world.avro.encoder<object>(topic, schema);
  const tools = { avro: world.avro, encoders: await changeEncoders(world.avro.encoder), now: Date.now };
  let cases = 0;

  const rawOf = ({ key, value, headers }: PastRecord, place: number): RawRecord => ({
    ...{ topic, partition: 0, offset: place, place, headers, headerBytes: null, timestampMs: 1 },
    key: Buffer.from(key),
    value: value === null ? null : encoder.encode(value),
  });
  const rowsOf = async (tenantIds: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    const { rows } = await live.pool.query<Row>("select * from simon.customers where tenant_id = any($1)", [
      tenantIds,
    ]);
    return new Map(rows.map((row) => [`${row["tenant_id"]}/${row["customer_id"]}`, row]));
  };

  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      cases += 1;
      const tenantIds = [`a${cases}`, `b${cases}`];
      const history = historyOf(told, tenantIds);
      const raw = history.map(rawOf);
      for (let at = 0; at < raw.length; at += told.liveChunk)
        await live.applyChunk(raw.slice(at, at + told.liveChunk));
      // Rows that somebody lost, or put back as they once were.
      await live.pool.query(
        "delete from simon.customers where tenant_id = any($1) and customer_id = any($2)",
        [tenantIds, told.lost],
      );
      await live.pool.query(
        `update simon.customers set revision = 1, record_offset = -1, name = 'Van vroeger', invoice_address = null
         where tenant_id = any($1) and customer_id = any($2) and epoch = 1`,
        [tenantIds, told.old],
      );
      const wanted = tenantIds.slice(0, told.tenants);
      const range = raw.filter(
        ({ place, key }) =>
          place >= Math.floor(told.from * raw.length) &&
          place < Math.ceil(told.to * raw.length) &&
          wanted.includes(key?.toString().split("/")[0] ?? ""),
      );

      const before = await rowsOf(tenantIds);
      const previewed = await asRehearsedReplay(live.pool, (tx) =>
        previewReplay(tx, {
          ...{ table, tenantIds: wanted, chunks: chunksOf(range, told.previewChunk) },
          ...{
            lane: createLane(tools, topic, OVERLAY_TABLES),
            mostRecords: 10_000,
            before: async () => true,
          },
        }),
      );
      assert.deepEqual(await rowsOf(tenantIds), before, "a preview changes nothing");

      const lane = createLane(tools, topic, { ...SIMON_TABLES, staging: "_replay" });
      for await (const { records } of chunksOf(range, told.runChunk))
        await asReplay(live.pool, (tx) => lane.apply(tx, records));
      const after = await rowsOf(tenantIds);
      assert.ok(previewed);
      assert.deepEqual(previewed.preview.rows, outcomes(range, before, after));
      assert.deepEqual(
        previewed.samples.map(({ tenantId, entityId, field }) => `${tenantId}/${entityId} ${field}`).sort(),
        differences(range, before, after),
      );

      const verdict = await asRehearsedReplay(live.pool, (tx) =>
        judgeReplay(tx, {
          ...{ table, tenantIds: wanted, chunks: chunksOf(range, told.previewChunk) },
          ...{ lane: createLane(tools, topic, OVERLAY_TABLES), before: async () => true },
        }),
      );
      assert.deepEqual([verdict?.isEqual, verdict?.differing], [true, []]);
      for (const one of verdict?.shown ?? []) assert.equal(one.rowsChecksum, one.topicChecksum);
    }),
    { numRuns: 200 },
  );
});

async function* chunksOf(records: readonly RawRecord[], size: number): AsyncGenerator<StretchChunk> {
  for (let at = 0; at < records.length; at += size) {
    const slice = records.slice(at, at + size);
    yield {
      records: slice,
      ...{ read: slice.length, bytes: 0, expired: 0, next: { stretch: 0, offset: at + size } },
    };
  }
}

const versionOf = (row: Row | undefined): string | null =>
  row === undefined ? null : [row["epoch"], row["revision"], row["record_offset"]].join("/");

/** What became of each row that the range has a record of, from the rows themselves. */
function outcomes(
  range: readonly RawRecord[],
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
): PreviewedRows {
  const counts = { inserted: 0, changed: 0, wiped: 0, older: 0, equal: 0, absent: 0 };
  for (const key of new Set(range.map((record) => record.key?.toString() ?? ""))) {
    const [was, now] = [before.get(key), after.get(key)];
    const isTold = range.some(
      ({ key: other, place }) => other?.toString() === key && place === was?.["record_offset"],
    );
    counts[outcomeOf(was, now, isTold)] += 1;
  }
  return counts;
}

function outcomeOf(was: Row | undefined, now: Row | undefined, isTold: boolean): keyof PreviewedRows {
  if (was === undefined) return now === undefined ? "absent" : "inserted";
  if (now === undefined) return "wiped";
  if (versionOf(was) !== versionOf(now)) return "changed";
  return isTold ? "equal" : "older";
}

/** Fields of rows that are others than before. */
function differences(
  range: readonly RawRecord[],
  before: ReadonlyMap<string, Row>,
  after: ReadonlyMap<string, Row>,
): readonly string[] {
  const keys = [...new Set(range.map((record) => record.key?.toString() ?? ""))];
  return keys
    .filter((key) => versionOf(before.get(key)) !== versionOf(after.get(key)))
    .flatMap((key) =>
      table.fields
        .filter(
          (field) =>
            JSON.stringify(before.get(key)?.[field] ?? null) !==
            JSON.stringify(after.get(key)?.[field] ?? null),
        )
        .map((field) => `${key} ${field}`),
    )
    .sort();
}
