import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logEntry } from "../../../services/log-sink/domain/log-entry.ts";
import { searchText } from "../../../services/log-sink/domain/search-text.ts";
import {
  MESSAGE_CATALOGUE,
  type MessageCode,
  messageLogged,
  renderMessage,
} from "../../../services/shared/domain/message-catalogue.ts";
import { codesFoundBy, ownSearchWords } from "../../../services/shared/domain/message-search.ts";
import { searchWords } from "../../../services/shared/domain/search-words.ts";

const CODES = Object.keys(MESSAGE_CATALOGUE) as MessageCode[];
const NAMES = ["number", "name", "id", "reason", "customer", "articles", "orderId"];

test("L2: whatever a person copies from the screen, in either language, finds the message", () => {
  const value = fc.oneof(fc.string(), fc.constantFrom("Bakkerij Ünal (Zn.)", "WB-173", "K1, K2", "order"));
  const message = fc.record({
    code: fc.constantFrom(...CODES),
    params: fc.dictionary(fc.constantFrom(...NAMES), value),
    recordId: value,
    recordName: value,
  });
  fc.assert(
    fc.property(
      message,
      fc.nat(400),
      fc.nat(40),
      fc.constantFrom("nl", "en"),
      (given, from, length, language) => {
        const { text, action } = renderMessage(given.code, given.params, language as "nl" | "en");
        const seen = [...[text, action, given.recordId, given.recordName].join("\n")];
        const typed = seen
          .slice(from % seen.length)
          .slice(0, length)
          .join("");
        const stored = ownSearchWords(given).join(" ");
        for (const word of searchWords(typed))
          assert.ok(stored.includes(word) || codesFoundBy(word).includes(given.code), word);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("L2: what is stored to search in is what the code alone does not give", () => {
  const words = ownSearchWords({
    code: "ORDER_WRITTEN",
    params: { number: "WB-173", orderId: "20260038" },
    recordId: "173",
    recordName: "WB-173",
  });
  assert.deepEqual(words, ["wb-173", "20260038.", "20260038", "173"]);
  assert.ok(codesFoundBy("werkb").includes("ORDER_WRITTEN"));
  assert.deepEqual(codesFoundBy("order_written_w"), ["ORDER_WRITTEN_WITH_REMARK"]);
  assert.deepEqual(codesFoundBy("{number}"), []);
  const unknown = ownSearchWords({ code: "OF_TOMORROW", params: {}, recordId: "", recordName: "" });
  assert.deepEqual(unknown, ["of_tomorrow"]);
});

test("L2: a text that no index entry takes loses no word", () => {
  const reason = Array.from({ length: 400 }, (_, i) => `fout${i}é`).join(" ");
  const entry = logEntry(
    messageLogged({
      tenantId: "a",
      code: "ORDER_REFUSED",
      params: { number: "WB-1", reason: `${"x".repeat(3_000)} ${reason}` },
      at: 1,
      service: "test",
      occurrence: 1,
    }),
  );
  const { text, more } = searchText(entry);
  assert.ok(Buffer.byteLength(text) <= 600);
  assert.match(text, /wb-1/);
  for (let i = 0; i < 400; i += 1) assert.ok(`${text} ${more}`.includes(`fout${i}e`));
  assert.ok(more?.includes("x".repeat(3_000)));
});
