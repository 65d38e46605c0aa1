import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAgo, type PastScan, withScan } from "../../../services/unit4-poller/domain/list-history.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.UTC(2026, 10, 27, 10);

/** The history after scans of which each took so many rows away. */
function after(
  scans: readonly { readonly at: number; readonly gone: number }[],
  first = 40,
): readonly PastScan[] {
  let known = first;
  let history: readonly PastScan[] = [{ at: NOW - 30 * DAY_MS, known, gone: 0 }];
  for (const { at, gone } of scans) {
    known -= gone;
    history = withScan(history, { at, known, gone });
  }
  return history;
}

test("O51: what went is counted over a day, from the number of a day ago", () => {
  const history = after([
    { at: NOW - 3 * DAY_MS, gone: 5 },
    { at: NOW - 23 * HOUR_MS, gone: 4 },
    { at: NOW - 60_000, gone: 6 },
  ]);
  assert.deepEqual(dayAgo(history, { at: NOW, known: 25 }), { known: 35, gone: 10 });
  assert.deepEqual(dayAgo(history, { at: NOW + 2 * HOUR_MS, known: 25 }), { known: 31, gone: 6 });
  assert.deepEqual(dayAgo(history, { at: NOW + 2 * DAY_MS, known: 25 }), { known: 25, gone: 0 });
});

test("O51: scans of every minute for days lose nothing of a day, and their history stays short", () => {
  const scans = Array.from({ length: 3 * 24 * 60 }, (_, minute) => ({ at: NOW + minute * 60_000, gone: 1 }));
  const history = after(scans, 10_000);
  const end = NOW + scans.length * 60_000;
  const { known, gone } = dayAgo(history, { at: end, known: 10_000 - scans.length });
  assert.ok(history.length < 110, `${history.length} entries`);
  assert.ok(gone >= 24 * 60 - 16 && gone <= 24 * 60 + 16, `${gone} rows`);
  assert.ok(known - (10_000 - scans.length) >= 24 * 60 - 16, `${known} rows`);
});

test("O51: a list that is not known for a day is measured from its first scan, a new one from what it has", () => {
  const history = withScan([{ at: NOW - HOUR_MS, known: 40, gone: 0 }], {
    at: NOW - 60_000,
    known: 36,
    gone: 4,
  });
  assert.deepEqual(dayAgo(history, { at: NOW, known: 36 }), { known: 40, gone: 4 });
  assert.deepEqual(dayAgo([], { at: NOW, known: 36 }), { known: 36, gone: 0 });
  assert.deepEqual(dayAgo([{ at: NOW, known: 0, gone: 0 }], { at: NOW, known: 36 }), { known: 36, gone: 0 });
});

test("O51: what an open question counted is kept for as long as it is open", () => {
  const halted = after([{ at: NOW - HOUR_MS, gone: 4 }]);
  let history = halted;
  for (let day = 1; day <= 5; day += 1)
    history = withScan(history, { at: NOW + day * DAY_MS, known: 36, gone: 0 }, NOW);
  assert.deepEqual(dayAgo(history, { at: NOW, known: 36 }), { known: 40, gone: 4 });
});
