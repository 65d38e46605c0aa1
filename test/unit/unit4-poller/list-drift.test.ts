import assert from "node:assert/strict";
import { test } from "node:test";
import { driftOf } from "../../../services/unit4-poller/reconcile/domain/list-drift.ts";

const row = (id: string, state = "active") => ({ id, state });

test("O77: the same ids have one checksum, in whatever order, and nothing differs", () => {
  const drift = driftOf(["2", "1", "10"], [row("1"), row("10", "inactive"), row("2", "unknown")]);
  assert.deepEqual([drift.listed, drift.standing, drift.missing, drift.extra], [3, 3, 0, 0]);
  assert.equal(drift.listedChecksum, drift.standingChecksum);
});

test("O77: what Simon lacks and what the list lacks is counted and named", () => {
  const drift = driftOf(["1", "2", "3"], [row("1"), row("3", "gone"), row("4"), row("5", "gone")]);
  assert.deepEqual(
    [drift.missingIds, drift.extraIds],
    [["2", "3"], ["4"]],
    "one that is gone stands for nothing",
  );
  assert.notEqual(drift.listedChecksum, drift.standingChecksum);
  const many = driftOf(
    Array.from({ length: 50 }, (_, number) => String(number)),
    [],
  );
  assert.deepEqual([many.missing, many.missingIds.length], [50, 20]);
});

test("O77: what the cleaning removed is no difference, whether the list still has it or not", () => {
  const drift = driftOf(["1", "2"], [row("1"), row("2", "removed"), row("3", "removed")]);
  assert.deepEqual([drift.missing, drift.extra, drift.listed, drift.standing], [0, 0, 1, 1]);
  assert.equal(drift.listedChecksum, drift.standingChecksum);
});
