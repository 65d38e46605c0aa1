import assert from "node:assert/strict";
import { test } from "node:test";
import { addressChecksDue } from "../../../services/unit4-poller/domain/address-checks.ts";
import {
  nextTurnInMs,
  type Pace,
  politeTurnInMs,
} from "../../../services/unit4-poller/domain/poll-interval.ts";

const INTERVAL_MS = 300_000;
const NOW = Date.UTC(2026, 10, 25, 10, 2, 3);
const turn = (pace: Pace, tenantId = "linde", now = NOW) =>
  nextTurnInMs({ pace, tenantId, intervalMs: INTERVAL_MS, busyPart: 0.05, now, random: 0.5 });

test("M1: a tenant is polled every 5 minutes on average, whenever its turns begin and however long they take", () => {
  let now = NOW;
  const startedAt = now;
  const turns = 1_000;
  for (let done = 0; done < turns; done += 1) {
    const waited = turn({ kind: "done", busyMs: 800 }, "linde", now);
    assert.ok(waited >= INTERVAL_MS / 2);
    now += waited + (done % 7) * 3_000;
  }
  const averageMs = (now - startedAt) / turns;
  assert.ok(Math.abs(averageMs - INTERVAL_MS) < INTERVAL_MS * 0.02, `average ${averageMs} ms`);
});

test("M1: thousands of tenants are spread over the interval", () => {
  const buckets = new Array<number>(10).fill(0);
  for (let tenant = 0; tenant < 10_000; tenant += 1) {
    const at = (NOW + turn({ kind: "done", busyMs: 0 }, `tenant-${tenant}`)) % INTERVAL_MS;
    const bucket = Math.floor((at / INTERVAL_MS) * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  for (const count of buckets)
    assert.ok(count > 850 && count < 1_150, `a tenth of the interval has ${count}`);
});

test("M1: at most 5 % of wall time is spent inside one tenant's ERP", () => {
  for (const busyMs of [10_000, 20_000, 60_000, 1_000_000]) {
    const restMs = turn({ kind: "done", busyMs });
    assert.ok(busyMs / (busyMs + restMs) <= 0.05, `${busyMs} ms of ${busyMs + restMs}`);
  }
});

test("M11: an unfinished first load is due at once", () => {
  assert.equal(turn({ kind: "unfinished" }), 0);
});

test("O75: a resync that is not finished goes on with the tenant's own beat, and before that while nobody is due", () => {
  const dueInMs = turn({ kind: "unfinished-backfill" });
  assert.ok(dueInMs >= INTERVAL_MS / 2 && dueInMs <= INTERVAL_MS * 1.5);
  assert.equal(politeTurnInMs({ pace: { kind: "unfinished-backfill" }, busyPart: 0.05, dueInMs }), 0);
});

test("O75: an extra turn comes when the part of the time allows it, and never at one that failed or is to rest", () => {
  const politely = (pace: Pace) => politeTurnInMs({ pace, busyPart: 0.05, dueInMs: turn(pace) });
  assert.equal(politely({ kind: "done", busyMs: 1_000 }), 19_000);
  for (const pace of [
    { kind: "failed", failures: 3 },
    { kind: "parked", until: NOW + 5_000 },
    { kind: "refused" },
  ] as const)
    assert.equal(politely(pace), turn(pace), pace.kind);
});

test("O17: failed turns are repeated soon at first and at last every half hour", () => {
  const waits = [1, 2, 3, 10, 50].map((failures) => turn({ kind: "failed", failures }));
  assert.deepEqual(waits, [15_000, 30_000, 60_000, 1_350_000, 1_350_000]);
});

test("O18: a parked tenant is due when the time has come that Unit4 gave, and not before", () => {
  assert.equal(turn({ kind: "parked", until: NOW + 86_400_000 }), 86_400_000);
  assert.equal(turn({ kind: "parked", until: NOW - 5 }), 0);
});

test("M1: an administration without rights is tried again every half hour", () => {
  assert.equal(turn({ kind: "refused" }), 1_800_000);
});

const WEEK_MS = 7 * 24 * 3_600_000;

test("M7: every customer's invoice address is looked at about once a week", () => {
  for (const rows of [3, 40, 1_200, 18_000]) {
    let lastAt = NOW;
    let checked = 0;
    for (let now = NOW; now <= NOW + WEEK_MS; now += INTERVAL_MS) {
      const due = addressChecksDue({ rows, lastAt, now });
      if (due === 0) continue;
      assert.ok(due <= 10);
      checked += due;
      lastAt = now;
    }
    assert.ok(Math.abs(checked - rows) <= 1 + rows * 0.01, `${checked} checks for ${rows} customers`);
  }
});

test("M7: a pause is not made up for with a burst of look-ups", () => {
  assert.equal(addressChecksDue({ rows: 25_000, lastAt: NOW - 4 * WEEK_MS, now: NOW }), 10);
  assert.equal(addressChecksDue({ rows: 0, lastAt: null, now: NOW }), 0);
  assert.equal(addressChecksDue({ rows: 25_000, lastAt: null, now: NOW }), 1);
});
