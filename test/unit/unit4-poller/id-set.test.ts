import assert from "node:assert/strict";
import { test } from "node:test";
import { IdSet } from "../../../services/unit4-poller/domain/id-set.ts";

test("O13: a set of ids tells each id once, through every growth", () => {
  const ids = new IdSet();
  const many = Array.from({ length: 50_000 }, (_, index) => String(index).padStart(8, "0"));
  assert.ok(many.every((id) => ids.add(id)));
  assert.ok(many.every((id) => !ids.add(id)));
  assert.equal(ids.size, 50_000);
});

test("O05: ids that differ in zeros or case are different", () => {
  const ids = new IdSet();
  assert.deepEqual(
    ["17", "0017", "kb", "KB", "", "17"].map((id) => ids.add(id)),
    [true, true, true, true, true, false],
  );
});
