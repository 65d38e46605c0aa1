import assert from "node:assert/strict";
import { test } from "node:test";
import { silenceAllowedMs } from "../../../services/unit4-poller/domain/patience.ts";
import { createSilentCalls } from "../../../services/unit4-poller/domain/silent-calls.ts";

test("O54: a tenant that failed lately may be silent for 5 s, twice as long each time, and as long as any in the end", () => {
  assert.equal(silenceAllowedMs(0), null);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 500].map(silenceAllowedMs), [
    ...[5_000, 10_000, 20_000, 40_000, 80_000],
    ...[80_000, 80_000],
  ]);
});

test("O54: silent calls make room for others up to their number; of those beyond it the oldest are given up after 10 s", () => {
  let now = 0;
  let entered = 0;
  const givenUp: number[] = [];
  const silent = createSilentCalls({
    most: 2,
    now: () => now,
    onEntered: () => {
      entered += 1;
    },
  });
  const leaves = [0, 1, 2, 3].map((call) => {
    now = call * 1_000;
    return silent.enter(() => {
      givenUp.push(call);
      leaves[call]?.();
    });
  });
  assert.equal(entered, 4);
  assert.equal(silent.count(), 2);
  silent.thinOut();
  assert.deepEqual(givenUp, [], "none has waited for 10 s");
  now = 10_500;
  silent.thinOut();
  assert.deepEqual(givenUp, [0]);
  now = 60_000;
  silent.thinOut();
  assert.deepEqual(givenUp, [0, 1], "two are allowed");
  leaves[2]?.();
  assert.equal(silent.count(), 1);
});
