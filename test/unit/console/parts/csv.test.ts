import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvCell, csvLine } from "../../../../services/console/parts/domain/csv.ts";

test("no cell begins a formula, whatever a customer is called", () => {
  for (const text of [
    "=1+1",
    "+31612345678",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\u00a0=cmd|' /C calc'!A0",
    "%0A=1",
    "\n=1",
    "\u200b\u2060=1",
    "\u202e \u0001@x",
    "　＝1",
  ])
    assert.match(csvCell(text), /^"'/, JSON.stringify(text));
  for (const text of ["Garage Bos", "25-11-2026 10:00:00", "3 keer", "0017", ""])
    assert.equal(csvCell(text), `"${text}"`);
});

test("no text of any kind begins a formula, or ends its cell", () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom(..."=+-@＝\t\r\n \";'\u00a0\u200b"), fc.string()),
  });
  fc.assert(
    fc.property(text, (any) => {
      const cell = csvCell(any);
      const inside = cell.slice(1, -1);
      assert.ok(cell.startsWith('"') && cell.endsWith('"') && !inside.replaceAll('""', "").includes('"'));
      assert.doesNotMatch(inside.replaceAll('""', '"').replace(/^[\s\p{C}]+/u, ""), /^[=+\-@＝＋－＠]/);
    }),
  );
});

test("what comes out of a spreadsheet is what went in, but for the apostrophe", () => {
  const read = (line: string): string[] =>
    [...line.trimEnd().matchAll(/"((?:[^"]|"")*)"(?:;|$)/g)].map(([, cell]) =>
      (cell ?? "").replaceAll('""', '"'),
    );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 5 }), (cells) => {
      const safe = cells.map((cell) => cell.trimEnd());
      assert.deepEqual(
        read(csvLine(safe)).map((cell) => cell.replace(/^'/, "")),
        safe.map((cell) => cell.replace(/^'/, "")),
      );
    }),
  );
});
