import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MessageLogged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { type LogEntry, logEntry } from "../../../services/log-sink/domain/log-entry.ts";
import { storeMessages } from "../../../services/log-sink/message-store.ts";
import { removeOldRows } from "../../../services/log-sink/retention.ts";
import { messageLogged, type NewMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const AT = Date.parse("2026-11-24T10:00:00Z");

const refused = (overrides: Partial<NewMessage> = {}): MessageLogged =>
  messageLogged({
    tenantId: "a",
    code: "WORKORDER_WITHOUT_CUSTOMER",
    params: { number: "WB-173" },
    recordId: "173",
    recordName: "WB-173",
    at: AT,
    service: "workorder-archived",
    occurrence: overrides.at ?? AT,
    ...overrides,
  });

const written = (overrides: Partial<NewMessage> = {}): MessageLogged =>
  refused({
    code: "ORDER_WRITTEN",
    params: { number: "WB-173", orderId: "20260038" },
    closes: ["WORKORDER_WITHOUT_CUSTOMER"],
    ...overrides,
  });

const say = (world: World, message: MessageLogged): Promise<void> =>
  world.send("messageLogged", `${message.tenantId}/${message.messageId}`, message);

const store = (world: World, messages: readonly MessageLogged[]) =>
  inTransaction(world.pool, (tx) => storeMessages(tx, messages.map(logEntry)));

async function messagesIn(world: World) {
  const { rows } = await world.pool.query<{
    tenant_id: string;
    code: string;
    record_id: string;
    n: number;
    first_at: Date;
    last_at: Date;
    closed_at: Date | null;
    closed_by_code: string | null;
  }>(
    `select tenant_id, code, record_id, occurrence_count as n, first_at, last_at, closed_at, closed_by_code
     from log.messages order by tenant_id, record_id, code, first_at`,
  );
  return rows.map((row) => [
    `${row.tenant_id}/${row.record_id} ${row.code} ×${row.n}`,
    row.first_at.getTime() - AT,
    row.last_at.getTime() - AT,
    row.closed_at === null ? null : row.closed_at.getTime() - AT,
    row.closed_by_code,
  ]);
}

/** Every row of the log with the transaction that wrote it: equal when nothing was changed. */
async function fingerprint(world: World): Promise<unknown> {
  const { rows } = await world.pool.query(
    `select (select json_agg(row order by row::text) from (select xmin::text, * from log.occurrences) as row) as occurrences,
            (select json_agg(row order by row::text) from (select xmin::text, * from log.messages) as row) as messages,
            (select json_agg(row order by row::text) from (select xmin::text, * from log.dead_letters) as row) as letters`,
  );
  return rows[0];
}

const stored = async (world: World, table: string): Promise<number> =>
  (await world.pool.query(`select count(*) as n from log.${table}`)).rows[0].n;

test("L5: repeats are counted, a closing message ends them, and what comes after begins anew", async (t) => {
  const world = await createWorld(t);
  await world.start("log-sink");
  for (const message of [
    refused(),
    refused(),
    refused({ at: AT + 1_000 }),
    refused({ tenantId: "b" }),
    refused({ recordId: "174" }),
    written({ at: AT + 2_000 }),
    refused({ at: AT + 3_000 }),
  ])
    await say(world, message);
  await until("all of them", async () => (await stored(world, "occurrences")) === 6);
  assert.deepEqual(await messagesIn(world), [
    ["a/173 ORDER_WRITTEN ×1", 2_000, 2_000, null, null],
    ["a/173 WORKORDER_WITHOUT_CUSTOMER ×2", 0, 1_000, 2_000, "ORDER_WRITTEN"],
    ["a/173 WORKORDER_WITHOUT_CUSTOMER ×1", 3_000, 3_000, null, null],
    ["a/174 WORKORDER_WITHOUT_CUSTOMER ×1", 0, 0, null, null],
    ["b/173 WORKORDER_WITHOUT_CUSTOMER ×1", 0, 0, null, null],
  ]);
});

test("L5: a message that arrives after the one that closes it is closed when it comes", async (t) => {
  const world = await createWorld(t);
  await store(world, [written({ at: AT + 2_000 })]);
  await store(world, [refused({ at: AT + 1_000 })]);
  await store(world, [refused({ at: AT + 2_000 }), refused({ at: AT + 2_001 })]);
  assert.deepEqual((await messagesIn(world)).slice(1), [
    ["a/173 WORKORDER_WITHOUT_CUSTOMER ×2", 1_000, 2_000, 2_000, "ORDER_WRITTEN"],
    ["a/173 WORKORDER_WITHOUT_CUSTOMER ×1", 2_001, 2_001, null, null],
  ]);
});

test("L5: whatever the order and the batches of arrival, the same is open and every occurrence is counted once", async (t) => {
  const world = await createWorld(t);
  const event = fc.record({
    closes: fc.boolean(),
    at: fc.integer({ min: 0, max: 6 }),
    record: fc.constantFrom("1", "2"),
  });
  const arrivals = fc.array(fc.tuple(event, fc.boolean()), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(arrivals, async (given) => {
      await world.pool.query("truncate log.occurrences, log.messages");
      const messages = given.map(([{ closes, at, record }]) => {
        const overrides = { at: AT + at, recordId: record };
        return closes ? written(overrides) : refused(overrides);
      });
      const batch: MessageLogged[] = [];
      for (const [index, message] of messages.entries()) {
        batch.push(message);
        if (given[index]?.[1] === true) await store(world, batch.splice(0));
      }
      await store(world, batch);
      const errors = new Map(
        messages.filter(({ kind }) => kind === "error").map((one) => [one.messageId, one]),
      );
      const openRecords = [...errors.values()]
        .filter(
          (error) =>
            !messages.some(
              (one) => one.kind === "info" && one.recordId === error.recordId && one.at >= error.at,
            ),
        )
        .map(({ recordId }) => recordId);
      const { rows } = await world.pool.query(
        `select coalesce(sum(occurrence_count), 0)::integer as counted,
                array_agg(record_id order by record_id) filter (where closed_at is null) as open
         from log.messages where kind = 'error'`,
      );
      assert.deepEqual(rows[0], {
        counted: errors.size,
        open: openRecords.length === 0 ? null : [...new Set(openRecords)].sort(),
      });
    }),
    { numRuns: 60 },
  );
});

test("L5: a folded message shows the parameters of its latest occurrence", async (t) => {
  const world = await createWorld(t);
  await store(world, [refused({ at: AT + 5, params: { number: "later" } })]);
  await store(world, [refused({ at: AT, params: { number: "earlier" } })]);
  const { rows } = await world.pool.query(
    "select params->>'number' as number, occurrence_count as n from log.messages",
  );
  assert.deepEqual(rows, [{ number: "later", n: 2 }]);
});

test("O21: poison on the message topic and anything on the dead-letter topic is kept, told once, and never loops", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("log-sink");
  await world.send("messageLogged", "a/poison", Buffer.from([0, 0]));
  await world.send("messageLogged", "a/other", refused());
  await world.send("deadLetter", "a/K9", Buffer.from("anything"));
  await world.send("deadLetter", "no tenant here", null, { "x-orig-offset": "x\u0000" });
  await world.send("deadLetter", "b/K9", Buffer.from([1, 2, 3]), {
    traceparent: "00-1\u0000",
    "x-orig-topic": "unit4.customer-changed.v1",
    "x-orig-partition": "0",
    "x-orig-offset": "103",
    "x-error-class": "BODY_UNREADABLE",
    "x-group": "simon-projector",
  });
  await say(world, refused({ recordName: "Bakkerij\u0000 Smit" }));
  await until("five letters", async () => (await stored(world, "dead_letters")) === 5);
  await until("the good message", async () => (await stored(world, "occurrences")) === 5);
  const { rows } = await world.pool.query(
    `select topic, consumer_group as group, tenant_id as tenant, reason, encode(value, 'hex') as value
     from log.dead_letters order by topic, reason, value`,
  );
  assert.deepEqual(rows, [
    {
      topic: "integration.message-logged.v1",
      group: "log-sink",
      tenant: "a",
      reason: "MEANINGLESS",
      value: rows[0].value,
    },
    {
      topic: "integration.message-logged.v1",
      group: "log-sink",
      tenant: "a",
      reason: "TOO_SHORT",
      value: "0000",
    },
    {
      topic: "pipeline.dead-letter.v1",
      group: "",
      tenant: "a",
      reason: "UNKNOWN",
      value: "616e797468696e67",
    },
    { topic: "pipeline.dead-letter.v1", group: "", tenant: null, reason: "UNKNOWN", value: null },
    {
      topic: "unit4.customer-changed.v1",
      group: "simon-projector",
      tenant: "b",
      reason: "BODY_UNREADABLE",
      value: "010203",
    },
  ]);
  const told = (await messagesIn(world)).map(([what]) => what);
  assert.deepEqual(told, [
    "a/173 WORKORDER_WITHOUT_CUSTOMER ×1",
    "a/K9 RECORD_SET_ASIDE ×1",
    "a/other RECORD_SET_ASIDE ×1",
    "a/poison RECORD_SET_ASIDE ×1",
    "b/K9 RECORD_SET_ASIDE ×1",
  ]);
  assert.equal((await world.records("deadLetter")).length, 5);
  assert.equal(await service.metric("simon_dead_letters_stored_total"), 5);
  assert.equal(await service.metric("simon_messages_stored_total", { kind: "error" }), 5);
});

test("M14: reading both topics from the start again changes no row", async (t) => {
  const world = await createWorld(t);
  const first = await world.start("log-sink");
  for (let index = 0; index < 50; index += 1) {
    await say(world, refused({ at: AT + index, recordId: String(index % 7) }));
    if (index % 5 === 0)
      await say(world, written({ at: AT + index, recordId: String(index % 7), occurrence: index }));
    await world.send("deadLetter", `a/K${index}`, Buffer.from([index]));
  }
  await until("all of them", async () => (await stored(world, "occurrences")) === 110);
  assert.equal(await first.stop(), 0);
  const before = await fingerprint(world);
  await world.pool.query("update log.positions set next_offset = 0");
  const second = await world.start("log-sink");
  await until("the replay", async () => (await second.metric("simon_records_consumed_total")) >= 110);
  await until("the repeats", async () => (await second.metric("simon_messages_repeated_total")) >= 110);
  assert.deepEqual(await fingerprint(world), before);
});

test("L5: after 90 days closed messages, infos, occurrences and dead letters go; what is open stays", async (t) => {
  const world = await createWorld(t);
  const daysAgo = (days: number): number => Date.now() - days * 86_400_000;
  await store(world, [
    refused({ at: daysAgo(92), recordId: "closed long ago" }),
    written({ at: daysAgo(91), recordId: "closed long ago" }),
    refused({ at: daysAgo(92), recordId: "closed lately" }),
    written({ at: daysAgo(89), recordId: "closed lately" }),
    refused({ at: daysAgo(400), recordId: "open" }),
  ]);
  await world.pool.query(
    `insert into log.dead_letters (topic, partition, record_offset, consumer_group, reason, detail, headers, failed_at)
     select 't', 0, days, 'g', 'R', '', '{}', now() - make_interval(days => days) from unnest(array[89, 91]) as days`,
  );
  assert.deepEqual(await removeOldRows(world.pool, 90, () => true), {
    occurrences: 4,
    messages: 2,
    deadLetters: 1,
  });
  assert.deepEqual(
    (await messagesIn(world)).map(([what]) => what),
    [
      "a/closed lately ORDER_WRITTEN ×1",
      "a/closed lately WORKORDER_WITHOUT_CUSTOMER ×1",
      "a/open WORKORDER_WITHOUT_CUSTOMER ×1",
    ],
  );
});

test("L5: the service removes old rows by itself, as its own role", async (t) => {
  const world = await createWorld(t);
  const old: LogEntry = logEntry(refused({ at: Date.now() - 100 * 86_400_000 }));
  await inTransaction(world.pool, (tx) => storeMessages(tx, [old]));
  const service = await world.start("log-sink");
  await until("the removal", async () => (await stored(world, "occurrences")) === 0);
  const counted = (): Promise<number> =>
    service.metric("simon_log_rows_removed_total", { what: "occurrences" });
  await until("its count", async () => (await counted()) > 0);
  assert.equal(await counted(), 1);
});

test("L6: killed in the middle and started again, every message is kept and counted once", async (t) => {
  const world = await createWorld(t);
  const messages = Array.from({ length: 5_000 }, (_, index) =>
    refused({ recordId: String(index % 500), at: AT + index, occurrence: index }),
  );
  const { name: topic, schema } = TOPICS.messageLogged;
  const encoder = await world.avro.encoder<MessageLogged>(topic, schema);
  const first = await world.start("log-sink");
  const sending = world.publisher.publish(
    messages.map((message) => ({
      topic,
      key: `a/${message.messageId}`,
      value: encoder.encode(message),
    })),
  );
  await until("some messages", async () => (await stored(world, "occurrences")) > 0);
  await first.kill9();
  await sending;
  await world.start("log-sink");
  await until("all of them", async () => (await stored(world, "occurrences")) === messages.length);
  const { rows } = await world.pool.query(
    "select count(*) as n, min(occurrence_count) as least, max(occurrence_count) as most from log.messages",
  );
  assert.deepEqual(rows, [{ n: 500, least: 10, most: 10 }]);
});
