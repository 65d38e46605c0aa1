import assert from "node:assert/strict";
import { test } from "node:test";
import { type EndsLook, lagsOf, lookAtEnds } from "../../../../services/shared/kafka/domain/partition-lag.ts";

const NONE: ReadonlyMap<string, number> = new Map();
const at = (offset: number): ReadonlyMap<string, number> => new Map([["t/0", offset]]);
const look = (earlier: EndsLook | null, askedAtMs: number, end: number, position: number): EndsLook =>
  lookAtEnds(earlier, { askedAtMs, ends: at(end) }, at(position));

test("O33: lag is the end less the position, and its age grows by itself", () => {
  const first = look(null, 10_000, 300, 0);
  assert.deepEqual(lagsOf(first, at(0), NONE, 10_000), [{ name: "t/0", records: 300, seconds: 0 }]);
  const second = look(first, 15_000, 400, 0);
  assert.deepEqual(lagsOf(second, at(0), NONE, 17_000), [{ name: "t/0", records: 400, seconds: 7 }]);
  // What is at hand says how old it is.
  assert.deepEqual(lagsOf(second, at(0), at(2_000), 17_000), [{ name: "t/0", records: 400, seconds: 15 }]);
});

test("O33: a position that moved begins a new age, and one at the end has none", () => {
  const moved = look(look(null, 10_000, 300, 0), 15_000, 300, 100);
  assert.deepEqual(lagsOf(moved, at(100), NONE, 16_000), [{ name: "t/0", records: 200, seconds: 1 }]);
  assert.deepEqual(lagsOf(moved, at(300), NONE, 16_000), [{ name: "t/0", records: 0, seconds: 0 }]);
  // Processed further than the ends that were asked for.
  assert.deepEqual(lagsOf(moved, at(310), NONE, 16_000), [{ name: "t/0", records: 0, seconds: 0 }]);
});

test("O33: what is not known is absent, never an old figure", () => {
  const seen = look(null, 10_000, 0, 0);
  assert.deepEqual(lagsOf(null, at(0), NONE, 10_000), [], "before the first look");
  assert.deepEqual(lagsOf(seen, NONE, NONE, 10_000), [], "no position yet");
  assert.deepEqual(lagsOf(seen, new Map([["t/1", 0]]), NONE, 10_000), [], "no end");
  assert.equal(lagsOf(seen, at(0), NONE, 25_000).length, 1);
  assert.deepEqual(lagsOf(seen, at(0), NONE, 25_001), [], "the ends are too old");
});
