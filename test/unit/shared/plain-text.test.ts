import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainText, plainTexts } from "../../../services/shared/domain/plain-text.ts";

const HALVES = ["\uD83D", "\uDD27", "\uD800", "\uDFFF"];

test("O44: code units that cannot be kept are replaced, each visibly, and nothing else changes", () => {
  for (const half of HALVES) {
    assert.equal(plainText(`a${half}b`, 100), "a\uFFFDb");
    assert.equal(plainText(`${half}${half}`, 100), "\uFFFD\uFFFD");
  }
  assert.equal(plainText("Naam\0met NUL", 100), "Naam\uFFFDmet NUL");
  assert.equal(plainText("\0", 100), "\uFFFD");
  for (const fine of ["", "Ketel 🔧 nagekeken", "regel\nregel", "é", "👩‍🔧"])
    assert.equal(plainText(fine, 100), fine);
});

test("O44: what is too long is cut between characters and says how long it was", () => {
  assert.equal(plainText("x".repeat(20), 20), "x".repeat(20));
  assert.equal(plainText("x".repeat(21), 20), `${"x".repeat(14)}… [21]`);
  assert.equal(plainText("x".repeat(40_000), 2_000), `${"x".repeat(1_991)}… [40000]`);
  // A mark of 7 leaves 13: the emoji would stand across the 13th.
  assert.equal(plainText(`${"x".repeat(12)}🔧${"y".repeat(100)}`, 20), `${"x".repeat(12)}… [114]`);
  assert.equal(plainText(`${"x".repeat(10)}🔧${"y".repeat(100)}`, 20), `${"x".repeat(10)}🔧y… [112]`);
});

test("O44: whatever comes in, what comes out is kept by Postgres, short enough, and stays as it is", () => {
  const units = fc.array(fc.oneof(fc.constantFrom(...HALVES, "\0", "🔧", "a"), fc.string()), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(units, fc.integer({ min: 20, max: 80 }), (parts, most) => {
      const result = plainText(parts.join(""), most);
      assert.ok(result.isWellFormed() && !result.includes("\0") && result.length <= most);
      assert.equal(plainText(result, most), result);
    }),
  );
});

test("O44: a map is plain in its names too", () => {
  assert.deepEqual(plainTexts({ "na\0me": "te\uD83Dxt" }, 100), { "na\uFFFDme": "te\uFFFDxt" });
});
