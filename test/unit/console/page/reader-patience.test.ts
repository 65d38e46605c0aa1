import assert from "node:assert/strict";
import { test } from "node:test";
import { longestWait, patienceLeft } from "../../../../services/console/page/domain/reader-patience.ts";

const LIMITS = { stallsAfterMs: 15_000, patienceMs: 60_000, leastBytesPerSecond: 1_000 };

test("P1: who takes as much as is asked keeps all patience, and gains none for later", () => {
  const slowest = patienceLeft(LIMITS, 60_000, { waitedMs: 10_000, bytes: 10_000 });
  assert.equal(slowest, 60_000);
  assert.equal(patienceLeft(LIMITS, 60_000, { waitedMs: 10, bytes: 1_000_000 }), 60_000);
});

test("P1: who takes half as much is waited for twice as long as there is patience, and no longer", () => {
  let leftMs = LIMITS.patienceMs;
  let waitedMs = 0;
  while (longestWait(LIMITS, leftMs).ms > 1_000) {
    leftMs = patienceLeft(LIMITS, leftMs, { waitedMs: 1_000, bytes: 500 });
    waitedMs += 1_000;
  }
  assert.equal(waitedMs, 118_000);
});

test("P1: one wait lasts until the reader has stalled, or until patience is at its end", () => {
  assert.deepEqual(longestWait(LIMITS, 60_000), { ms: 15_000, ends: "stalled" });
  assert.deepEqual(longestWait(LIMITS, 14_999.5), { ms: 15_000, ends: "slow" });
  assert.deepEqual(longestWait(LIMITS, -3), { ms: 0, ends: "slow" });
});
