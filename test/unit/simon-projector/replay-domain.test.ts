import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TOPICS } from "../../../schemas/topics.ts";
import {
  notHeld,
  type PartitionNow,
  recordsIn,
  stretchesOf,
} from "../../../services/shared/kafka/stretches/domain/stretch-plan.ts";
import {
  adjustedPace,
  firstPace,
  overBar,
  type Pace,
  paceAfter,
} from "../../../services/simon-projector/replay/domain/pace.ts";
import {
  NOTHING_REPLAYED,
  progressAfter,
} from "../../../services/simon-projector/replay/domain/replay-progress.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const partition: PartitionNow = {
  ...{ partition: 3, low: 10, high: 100, live: 90, generation: 0, keysAmong: null },
  ...{ from: null, to: null },
};

test("O72: the end of a replay is frozen where live work is; a range behind the last record is empty", () => {
  const ends = (changes: Partial<PartitionNow>) =>
    stretchesOf([{ ...partition, ...changes }]).map(({ from, to }) => [from, to]);
  assert.deepEqual(ends({}), [[10, 90]]);
  assert.deepEqual(ends({ from: 5, to: 20 }), [[10, 20]]);
  assert.deepEqual(ends({ from: 40, to: 400 }), [[40, 90]]);
  assert.deepEqual(ends({ from: 100 }), []);
  assert.deepEqual(ends({ live: 10 }), []);
  assert.equal(recordsIn(stretchesOf([partition, { ...partition, partition: 4, low: 89 }])), 81);
});

test("O72: a range says what the topic no longer holds, by what it keeps", () => {
  const nowMs = 100 * DAY_MS;
  const state = (fromMs: number | null) =>
    notHeld(TOPICS.customerChanged, { fromMs, nowMs, hasExpired: false });
  assert.deepEqual(state(nowMs - 8 * DAY_MS), { kind: "all-but-the-newest", beforeMs: nowMs - 7 * DAY_MS });
  assert.equal(state(nowMs - 6 * DAY_MS), null);
  assert.equal(state(null)?.kind, "all-but-the-newest");
  const fact = (fromMs: number | null, hasExpired: boolean) =>
    notHeld(TOPICS.orderSettled, { fromMs, nowMs, hasExpired });
  assert.equal(fact(null, false), null);
  assert.deepEqual(fact(null, true), { kind: "everything", beforeMs: nowMs - 90 * DAY_MS });
  assert.equal(fact(nowMs - 91 * DAY_MS, true)?.kind, "everything");
  assert.equal(fact(nowMs - 89 * DAY_MS, true), null);
});

test("O72: the rate rises to its ceiling while live work is well, halves while it is not, and never goes beyond or to nothing", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.array(fc.record({ over: fc.constantFrom(null, "freshness" as const, "commit" as const) }), {
        maxLength: 50,
      }),
      (ceiling, seconds) => {
        let pace: Pace = firstPace(ceiling, 0);
        for (const [index, { over }] of seconds.entries()) {
          const next = adjustedPace(pace, over, { ceiling, nowMs: (index + 1) * 1_000 });
          if (over === null) assert.ok(next.recordsPerSecond >= Math.min(pace.recordsPerSecond, ceiling));
          else assert.ok(next.recordsPerSecond <= Math.max(pace.recordsPerSecond / 2, Math.min(20, ceiling)));
          assert.ok(next.recordsPerSecond > 0 && next.recordsPerSecond <= Math.max(1, ceiling));
          pace = next;
        }
      },
    ),
  );
  let pace = firstPace(1_000, 0);
  for (let second = 1; second <= 9; second += 1)
    pace = adjustedPace(pace, null, { ceiling: 1_000, nowMs: second * 1_000 });
  assert.equal(pace.recordsPerSecond, 1_000);
  assert.equal(adjustedPace(pace, "commit", { ceiling: 1_000, nowMs: 9_500 }), pace, "once a second");
});

test("O72: what is over its bar is named, and nothing seen is no reason to wait", () => {
  const bars = { freshnessMs: 1_000, commitMs: 50 };
  assert.equal(overBar({ freshnessP99Ms: null, commitMs: null }, bars), null);
  assert.equal(overBar({ freshnessP99Ms: 1_001, commitMs: 90 }, bars), "freshness");
  assert.equal(overBar({ freshnessP99Ms: 10, commitMs: 51 }, bars), "commit");
});

test("records wait for those before them, and unused time is not made up for", () => {
  const first = paceAfter({ recordsPerSecond: 100, dueAtMs: 0, adjustedAtMs: 0 }, 50, 1_000);
  assert.equal(first.waitMs, 0);
  assert.equal(paceAfter(first.pace, 50, 1_200).waitMs, 300);
  assert.equal(paceAfter(first.pace, 50, 9_000).pace.dueAtMs, 9_500);
});

test("progress counts over stretches, and says how long the rest takes", () => {
  const stretches = [
    { partition: 0, from: 100, to: 200, generation: 0, keysAmong: null },
    { partition: 1, from: 0, to: 300, generation: 0, keysAmong: null },
  ];
  const step = {
    ...{ records: 90, bytes: 9, matched: 5, poison: 1, rowsWritten: 3, rowsWiped: 0, expired: 0 },
    ...{ waitedSeconds: 0.5, yieldedSeconds: 0, seconds: 2 },
  };
  const first = progressAfter(NOTHING_REPLAYED, step, stretches, { stretch: 1, offset: 0 });
  assert.deepEqual(
    [first.passed, first.ofRecords, first.recordsPerSecond, first.secondsLeft],
    [100, 400, 50, 6],
  );
  const second = progressAfter(first, step, stretches, { stretch: 2, offset: 0 });
  assert.deepEqual([second.passed, second.secondsLeft, second.matched, second.rowsWritten], [400, 0, 10, 6]);
});
