import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { decide, dutch, RECORD_AT, refusedFor } from "../../support/order-decision.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test("O35: an archiving far ahead of its record or far behind it is told, not sent", () => {
  const at = (archivedAt: number, retry: WorkorderArchived["retry"] = null) =>
    decide({ workorder: { archivedAt, retry }, recordTimestampMs: RECORD_AT });
  for (const archivedAt of [RECORD_AT + DAY_MS + 1, RECORD_AT + 400 * DAY_MS, RECORD_AT - 367 * DAY_MS]) {
    const decision = at(archivedAt);
    assert.deepEqual(refusedFor(decision), ["WORKORDER_TIME_IMPLAUSIBLE"]);
    assert.match(dutch(decision), /gearchiveerd, maar kwam op 24-11-2026 binnen/);
  }
  for (const archivedAt of [RECORD_AT + DAY_MS, RECORD_AT + 5 * HOUR_MS, RECORD_AT - 365 * DAY_MS])
    assert.equal(at(archivedAt).kind, "requested");
  // Who sends it again has seen that it is long ago; what is ahead stays so.
  const retry = { id: "x", at: RECORD_AT, by: "kantoor" };
  assert.equal(at(RECORD_AT - 367 * DAY_MS, retry).kind, "requested");
  assert.equal(at(RECORD_AT + 2 * DAY_MS, retry).kind, "refused");
});
