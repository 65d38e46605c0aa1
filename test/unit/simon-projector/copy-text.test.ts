import assert from "node:assert/strict";
import { test } from "node:test";
import { copyText } from "../../../services/simon-projector/copy-rows.ts";

test("O06: what COPY takes for a sign of its own is escaped", () => {
  const text = 'tab\there, line\nbreak\r, back\\slash, \\N, \\., "quote" {brace}, 🔧';
  assert.equal(
    copyText([[text]]).toString(),
    'tab\\there, line\\nbreak\\r, back\\\\slash, \\\\N, \\\\., "quote" {brace}, 🔧\n',
  );
});

test("M14: null, empty text, numbers and truth values stand apart", () => {
  assert.equal(
    copyText([
      ["a", null, "", 0, 2 ** 40, true, false],
      ["b", 1.5, null, -1, 0, false, true],
    ]).toString(),
    "a\t\\N\t\t0\t1099511627776\ttrue\tfalse\nb\t1.5\t\\N\t-1\t0\tfalse\ttrue\n",
  );
});
