import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { MessageLogged } from "../../../schemas/records.ts";
import {
  type DeadLetter,
  deadLetterEntry,
  setAsideEntry,
} from "../../../services/log-sink/domain/dead-letter-entry.ts";
import { checkMessage, logEntry } from "../../../services/log-sink/domain/log-entry.ts";
import { messageLogged } from "../../../services/shared/domain/message-catalogue.ts";
import { packHeaders, textHeader } from "../../../services/shared/domain/record-headers.ts";

const AT = Date.parse("2026-11-24T10:00:00.123Z");

const message = (overrides: Partial<MessageLogged> = {}): MessageLogged => ({
  ...messageLogged({
    tenantId: "a",
    code: "ORDER_WRITTEN",
    params: { number: "WB-1", orderId: "20260038" },
    recordId: "173",
    recordName: "WB-1",
    closes: ["ORDER_REFUSED"],
    at: AT,
    service: "order-writer",
    occurrence: 1,
  }),
  ...overrides,
});

const letter = (
  headers: Readonly<Record<string, string>>,
  overrides: Partial<DeadLetter> = {},
): DeadLetter => ({
  topic: "pipeline.dead-letter.v1",
  partition: 2,
  offset: 41,
  key: Buffer.from("a/K9"),
  value: Buffer.from([0, 0]),
  headerBytes: packHeaders(Object.entries(headers).map(([name, value]) => textHeader(name, value))),
  timestampMs: AT,
  ...overrides,
});

const HEADERS = {
  traceparent: "00-1",
  "x-orig-topic": "unit4.customer-changed.v1",
  "x-orig-partition": "7",
  "x-orig-offset": "103",
  "x-orig-timestamp": String(AT - 5_000),
  "x-orig-key-base64": Buffer.from("a/K9").toString("base64"),
  "x-error-class": "BODY_UNREADABLE",
  "x-error-message": "the body is cut off",
  "x-failed-at": String(AT - 1_000),
  "x-group": "simon-projector",
};

test("L1: a message becomes a row with everything that people filter by", () => {
  const { messageId, ...rest } = message();
  assert.deepEqual(logEntry({ ...rest, messageId }), {
    message_id: messageId,
    tenant_id: "a",
    code: "ORDER_WRITTEN",
    kind: "info",
    record_table: "workorder",
    record_id: "173",
    record_name: "WB-1",
    params: { number: "WB-1", orderId: "20260038" },
    service: "order-writer",
    correlation_id: "",
    closes: ["ORDER_REFUSED"],
    at: "2026-11-24T10:00:00.123Z",
  });
  assert.equal(logEntry(message({ closes: [] })).closes, null);
});

test("O44: a parameter shows what could not be kept, and a far too long one is cut and says so", () => {
  const kept = logEntry(message({ params: { reason: "Let\0op", detail: "x".repeat(40_000) } }));
  assert.deepEqual(kept.params, { reason: "Let\uFFFDop", detail: `${"x".repeat(9_991)}… [40000]` });
});

test("O06: a NUL character or half a pair anywhere in a message never reaches Postgres", () => {
  const odd = fc.string({ unit: fc.constantFrom("a", "\u0000", "\ud83d", "\udd27", "é") });
  fc.assert(
    fc.property(odd, odd, odd, (recordName, name, value) => {
      const entry = logEntry(
        message({ recordName, params: { [name]: value }, correlationId: value, closes: [name] }),
      );
      const written = JSON.stringify(entry);
      assert.ok(!written.includes("\\u0000") && !/\\ud[89a-f]/i.test(written), written);
    }),
  );
});

test("O21: a message that could not be found again, or that Postgres could not index, is meaningless", () => {
  const { messageId } = message();
  const key = `a/${messageId}`;
  assert.equal(checkMessage(message(), key), null);
  const long = "x".repeat(201);
  const cases: readonly (readonly [MessageLogged | null, string, RegExp])[] = [
    [null, key, /no message/],
    [message(), `b/${messageId}`, /key/],
    [message({ code: "" }), key, /code/],
    [message({ recordId: long }), key, /recordId/],
    [message({ messageId: long }), `a/${long}`, /messageId/],
    [message({ at: 0 }), key, /at/],
    [message({ at: Date.UTC(10_000, 0) }), key, /at/],
  ];
  for (const [value, itsKey, reason] of cases) assert.match(checkMessage(value, itsKey) ?? "", reason);
});

test("O21: a dead letter keeps its bytes, its own headers, its position and the reason", () => {
  assert.deepEqual(deadLetterEntry(letter(HEADERS)), {
    topic: "unit4.customer-changed.v1",
    partition: 7,
    recordOffset: 103,
    consumerGroup: "simon-projector",
    tenantId: "a",
    reason: "BODY_UNREADABLE",
    detail: "the body is cut off",
    key: Buffer.from("a/K9"),
    value: Buffer.from([0, 0]),
    headers: { traceparent: "00-1" },
    headerBytes: packHeaders([textHeader("traceparent", "00-1")]),
    recordedAt: "2026-11-24T09:59:55.123Z",
    failedAt: "2026-11-24T09:59:59.123Z",
    attempt: 0,
    foundAt: null,
  });
});

test("O21: anything on the dead-letter topic has a place, headers missing or not", () => {
  const own = { topic: "pipeline.dead-letter.v1", partition: 2, recordOffset: 41 };
  const cases: readonly Readonly<Record<string, string>>[] = [
    {},
    { ...HEADERS, "x-orig-topic": "" },
    { ...HEADERS, "x-orig-partition": "99999999999" },
    { ...HEADERS, "x-orig-offset": "-1" },
    { ...HEADERS, "x-orig-offset": "1e3" },
  ];
  for (const headers of cases) {
    const { topic, partition, recordOffset } = deadLetterEntry(letter(headers));
    assert.deepEqual({ topic, partition, recordOffset }, own);
  }
  const bare = deadLetterEntry(letter({}, { key: null, value: null }));
  assert.deepEqual([bare.tenantId, bare.key, bare.value, bare.reason], [null, null, null, "UNKNOWN"]);
  assert.equal(bare.failedAt, "2026-11-24T10:00:00.123Z");
});

test("O21: whatever the headers hold, Postgres can take the row", () => {
  const odd = fc.string({ unit: fc.constantFrom("9", "\u0000", "\ud83d", "é", "-"), maxLength: 400 });
  const anyHeaders = fc.record(
    Object.fromEntries([...Object.keys(HEADERS), "own\u0000name"].map((name) => [name, odd])),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anyHeaders, (headers) => {
      const entry = deadLetterEntry(letter(headers as Record<string, string>));
      const texts = [
        entry.topic,
        entry.consumerGroup,
        entry.reason,
        entry.detail,
        JSON.stringify(entry.headers),
      ];
      assert.ok(
        texts.every((text) => !text.includes("\0") && !text.includes("\\u0000") && text.isWellFormed()),
      );
      assert.ok(entry.topic.length <= 249 && entry.consumerGroup.length <= 249);
      assert.ok(
        entry.partition >= 0 && entry.partition < 2 ** 31 && Number.isSafeInteger(entry.recordOffset),
      );
      assert.ok(!Number.isNaN(Date.parse(entry.failedAt)));
    }),
  );
});

test("L6: the tenant that the key names is told, with the position and the reason", () => {
  const told = setAsideEntry(deadLetterEntry(letter(HEADERS)));
  assert.deepEqual(
    [told?.tenant_id, told?.code, told?.kind, told?.record_id, told?.params],
    [
      "a",
      "RECORD_SET_ASIDE",
      "error",
      "K9",
      { reason: "BODY_UNREADABLE", position: "unit4.customer-changed.v1/7/103" },
    ],
  );
  assert.equal(told?.message_id, setAsideEntry(deadLetterEntry(letter(HEADERS, { offset: 99 })))?.message_id);
});

test("L6: a key that names no tenant tells nobody, a stand-in for a missing key neither", () => {
  const keyless = { ...HEADERS, "x-orig-key-base64": "" };
  assert.equal(setAsideEntry(deadLetterEntry(letter(keyless, { key: Buffer.from("topic/7/103") }))), null);
  for (const key of ["no-tenant", "/K9", "A B/K9", "unit4.customer-changed.v1/7"])
    assert.equal(setAsideEntry(deadLetterEntry(letter({}, { key: Buffer.from(key) }))), null, key);
});
