import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Brake,
  judgeMissing,
  type ListCount,
  oneMissMore,
  planDeletions,
} from "../../../services/unit4-poller/domain/deletion-brake.ts";

const COUNT = { kind: "count", resumed: false } as const;
const HALT = { kind: "halt", told: false } as const;
const brake = (overrides: Partial<Brake> = {}): Brake => ({
  revision: 5,
  haltedAt: 0,
  missing: 600,
  decision: null,
  most: 0,
  ...overrides,
});

/** Counts of a list from which nothing went in the last day. */
const counted = (count: Omit<ListCount, "dayAgo">, dayAgo = { known: count.known, gone: 0 }): ListCount => ({
  ...count,
  dayAgo,
});

const LISTS = [
  { known: 0, listed: 0, missing: 0, verdict: COUNT, why: "nothing was known" },
  { known: 1_200, listed: 1_200, missing: 0, verdict: COUNT, why: "nothing is missing" },
  {
    known: 1,
    listed: 0,
    missing: 1,
    verdict: HALT,
    why: "an empty list deletes nothing, however few are known",
  },
  { known: 1_200, listed: 0, missing: 1_200, verdict: HALT, why: "an empty list deletes nothing" },
  { known: 2, listed: 1, missing: 1, verdict: COUNT, why: "O51: one row is always few" },
  { known: 8, listed: 1, missing: 7, verdict: HALT, why: "O51: more than one row and more than 20 %" },
  { known: 12, listed: 2, missing: 10, verdict: HALT, why: "O51: more than one row and more than 20 %" },
  { known: 27, listed: 17, missing: 10, verdict: HALT, why: "O51: more than one row and more than 20 %" },
  { known: 3, listed: 1, missing: 2, verdict: HALT, why: "O51: two rows of three" },
  { known: 10, listed: 8, missing: 2, verdict: COUNT, why: "O51: two rows of ten are 20 %" },
  { known: 9, listed: 7, missing: 2, verdict: HALT, why: "O51: two rows of nine are more" },
  { known: 12, listed: 1, missing: 11, verdict: HALT, why: "11 rows of 12 are more than 20 %" },
  { known: 55, listed: 44, missing: 11, verdict: COUNT, why: "exactly 20 % is not more than 20 %" },
  { known: 54, listed: 43, missing: 11, verdict: HALT, why: "more than 20 %" },
  {
    known: 25_000,
    listed: 24_000,
    missing: 1_000,
    verdict: COUNT,
    why: "1,000 rows are not more than 1,000",
  },
  { known: 25_000, listed: 23_999, missing: 1_001, verdict: HALT, why: "1,001 rows are many of any number" },
];

for (const { verdict, why, ...count } of LISTS)
  test(`M12: ${count.missing} of ${count.known} missing, ${count.listed} listed: ${why}`, () => {
    assert.deepEqual(judgeMissing(counted(count), null), verdict);
  });

test("M12: an open question is told once and closed by a list that is whole again", () => {
  const short = { known: 1_200, listed: 600, missing: 600 };
  assert.deepEqual(judgeMissing(counted(short), brake()), { kind: "halt", told: true });
  assert.deepEqual(judgeMissing(counted({ known: 1_200, listed: 1_199, missing: 1 }), brake()), {
    kind: "count",
    resumed: true,
  });
});

test("M12: a dismissed question is asked again only when it has become another one", () => {
  const dismissed = brake({ decision: "dismissed" });
  assert.deepEqual(judgeMissing(counted({ known: 1_200, listed: 590, missing: 610 }), dismissed), {
    kind: "halt",
    told: true,
  });
  assert.deepEqual(judgeMissing(counted({ known: 1_200, listed: 0, missing: 1_200 }), dismissed), HALT);
});

test("O14: a confirmation lets at most the number go that the person saw", () => {
  const confirmed = brake({ decision: "confirmed", most: 3 });
  const verdict = judgeMissing(counted({ known: 1_200, listed: 0, missing: 1_200 }), confirmed);
  assert.deepEqual(verdict, { kind: "confirmed", most: 3 });
  const missing = [4, 0, 2, 0, 1].map((misses, index) => ({ index, misses }));
  const plan = planDeletions(missing, verdict, 100);
  assert.deepEqual(
    plan.lookUp.map((row) => row.index),
    [1, 3, 4],
    "rows that were not tried before come first",
  );
});

test("M13: a row is looked up when a second list in a row lacks it, not before", () => {
  const missing = [0, 1, 2, 3, 4].map((misses, index) => ({ index, misses }));
  const plan = planDeletions(missing, COUNT, 100);
  assert.deepEqual(
    plan.lookUp.map((row) => row.misses),
    [1, 3],
  );
  assert.deepEqual(
    plan.countOnly.map((row) => row.misses),
    [0, 2, 4],
  );
});

test("M13: rows beyond the budget of look-ups keep their count", () => {
  const missing = [1, 1, 1].map((misses, index) => ({ index, misses }));
  const plan = planDeletions(missing, COUNT, 2);
  assert.deepEqual(
    [...plan.lookUp, ...plan.countOnly].map((row) => row.index),
    [0, 1],
  );
});

test("M12: while deletions are halted no row counts as missing", () => {
  assert.deepEqual(planDeletions([{ index: 0, misses: 1 }], { kind: "halt", told: true }, 100), {
    lookUp: [],
    countOnly: [],
  });
});

test("M13: the count of misses stays within a byte and keeps reaching look-ups", () => {
  let misses = 0;
  const lookedUpAt: number[] = [];
  for (let list = 1; list <= 600; list += 1) {
    const plan = planDeletions([{ index: 0, misses }], COUNT, 1);
    misses = oneMissMore(misses);
    assert.ok(misses <= 255);
    if (plan.lookUp.length > 0) lookedUpAt.push(list);
  }
  assert.deepEqual(lookedUpAt.slice(0, 7), [2, 4, 8, 16, 32, 64, 128]);
  assert.ok((lookedUpAt.at(-1) ?? 0) > 256, "look-ups never cease");
});

test("O51: rows that went earlier that day count, however many scans it took", () => {
  const later = { known: 36, listed: 30, missing: 6 };
  assert.deepEqual(judgeMissing(counted(later), null), COUNT);
  assert.deepEqual(judgeMissing(counted(later, { known: 40, gone: 4 }), null), HALT);
  assert.deepEqual(
    judgeMissing(counted({ known: 38, listed: 37, missing: 1 }, { known: 40, gone: 2 }), null),
    COUNT,
  );
});
