import assert from "node:assert/strict";
import { test } from "node:test";
import { getResult } from "../../../../services/shared/unit4/http/call-result.ts";
import { messagesOfBody } from "../../../../services/shared/unit4/http/erp-messages.ts";
import type { HttpAnswer } from "../../../../services/shared/unit4/http/http.ts";
import { readJson, whyUnusable } from "../../../../services/shared/unit4/http/json-answer.ts";

const answer = (body: string | Buffer, more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  kind: "answer",
  status: 200,
  headers: {},
  body: Buffer.from(body),
  ...more,
});

const HTML = "<!DOCTYPE html><title>Onderhoud</title>";
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const LIST = '[{"customerId":"10001"}]';

test("O17: an HTML page, nothing at all and a cut-off list are no list, whatever the status", () => {
  assert.equal(whyUnusable(answer(HTML)), "HTML_ANSWER");
  assert.equal(whyUnusable(answer("")), "EMPTY_ANSWER");
  assert.equal(whyUnusable(answer(LIST.slice(0, 12))), "CUT_OFF");
  assert.equal(whyUnusable(answer("null")), "WRONG_SHAPE");
  assert.equal(whyUnusable(answer('{"messages":[]}')), "WRONG_SHAPE");
  assert.equal(whyUnusable(answer(LIST, { headers: { "content-encoding": "gzip" } })), "ENCODED_ANSWER");
});

test("O17: a byte order mark, white space and an empty list are fine", () => {
  assert.equal(whyUnusable(answer(Buffer.concat([BOM, Buffer.from(LIST)]))), null);
  assert.equal(whyUnusable(answer(` \r\n${LIST}\r\n`)), null);
  assert.equal(whyUnusable(answer("[]")), null);
  assert.deepEqual(readJson(Buffer.concat([BOM, Buffer.from(LIST)])), {
    kind: "json",
    value: [{ customerId: "10001" }],
  });
});

test("O17: what reading finds wrong has a reason, never a piece of the answer", () => {
  const reasonOf = (body: string | Buffer) => {
    const json = readJson(Buffer.from(body));
    return json.kind === "json" ? "json" : json.reason;
  };
  assert.equal(reasonOf(HTML), "HTML_ANSWER");
  assert.equal(reasonOf(""), "EMPTY_ANSWER");
  assert.equal(reasonOf('[{"a":1},{"b'), "CUT_OFF");
  assert.equal(reasonOf('[{"a":1},{"b"]'), "NOT_JSON");
  assert.equal(reasonOf("Service Unavailable"), "NOT_JSON");
  assert.equal(reasonOf(Buffer.from([0x5b, 0x22, 0xe9, 0x22, 0x5d])), "NOT_UTF8");
});

test("F37: every status has one meaning for a GET", () => {
  const kindOf = (status: number) => {
    const result = getResult(answer("", { status }));
    return result.kind === "unavailable" ? result.reason : result.kind;
  };
  const kinds = [200, 204, 302, 400, 401, 403, 404, 409, 422, 500, 502, 503, 504].map(kindOf);
  assert.deepEqual(kinds, [
    "ok",
    "ok",
    "HTTP_302",
    "refused",
    "forbidden",
    "forbidden",
    "not-found",
    "refused",
    "refused",
    "HTTP_500",
    "HTTP_502",
    "HTTP_503",
    "HTTP_504",
  ]);
});

test("W17: both error shapes are read, keys in any case, lines included, HTML never", () => {
  const rules = {
    Messages: [
      { Message: "OrderDate is verplicht.", MessageType: "Error", Path: "/orderDate" },
      { message: "Let op.\u0000\r\nRegel 2", messageType: "Warning", path: "/" },
    ],
    orderLines: [
      { messages: [] },
      { messages: [{ message: "Passief.", messageType: "Info", path: "/productId" }] },
    ],
  };
  assert.deepEqual(messagesOfBody(Buffer.from(JSON.stringify(rules))), [
    { kind: "error", text: "OrderDate is verplicht.", path: "/orderDate" },
    { kind: "warning", text: "Let op.\uFFFD Regel 2", path: "/" },
    { kind: "info", text: "Passief.", path: "/orderLines/1/productId" },
  ]);
  const framework = {
    Message: "The request is invalid.",
    ModelState: { "order.orderDate": ["Error converting value."] },
    StackTrace: "at X",
  };
  assert.deepEqual(
    messagesOfBody(Buffer.from(JSON.stringify(framework))).map(({ text }) => text),
    ["The request is invalid.", "Error converting value."],
  );
  assert.deepEqual(messagesOfBody(Buffer.from(HTML)), []);
  assert.deepEqual(messagesOfBody(Buffer.from("")), []);
  const long = { messages: [{ message: "x".repeat(2_000), messageType: "Error", path: "/" }] };
  assert.equal(messagesOfBody(Buffer.from(JSON.stringify(long)))[0]?.text.length, 500);
});

test("O44: what Unit4 says is in whole characters, and a long text says how long it was", () => {
  const said = (message: string) =>
    messagesOfBody(Buffer.from(JSON.stringify({ messages: [{ message, messageType: "Error" }] })))[0]?.text;
  assert.equal(said("Debiteur 10001 is passief. \uD83D"), "Debiteur 10001 is passief. \uFFFD");
  const across = said(`${"x".repeat(492)}🔧${"y".repeat(206)}`);
  assert.equal(across, `${"x".repeat(492)}… [700]`);
});
