import assert from "node:assert/strict";
import { test } from "node:test";
import { isStorable } from "../../../../services/console/parts/domain/text-input.ts";

const nested = (depth: number): unknown => (depth === 0 ? "x" : { in: nested(depth - 1) });

const VALUES: readonly (readonly [string, unknown, boolean])[] = [
  ["plain text", "Café 't Hoekje\r\n\t", true],
  ["an emoji", "😀", true],
  ["a NUL character", "a\0b", false],
  ["half a surrogate pair", "a\ud83d", false],
  ["a NUL character in a list", ["a", ["b\0"]], false],
  ["a NUL character in a member's name", { "a\0": 1 }, false],
  ["numbers, null, undefined and booleans", [1, null, undefined, true], true],
  ["what is nested as forms are", nested(5), true],
  ["what is nested deeper than anything we take", nested(40), false],
  ["what is nested far too deep to look at", JSON.parse("[".repeat(50_000) + "]".repeat(50_000)), false],
];
for (const [what, value, expected] of VALUES)
  test(`${what} is ${expected ? "taken" : "refused"}`, () => assert.equal(isStorable(value), expected));
