import assert from "node:assert/strict";
import { test } from "node:test";
import {
  narrowed,
  nextTotalStep,
  type TotalRange,
} from "../../../services/unit4-poller/domain/total-search.ts";

function search(length: number, exactTo: number, filled = 1_000) {
  let range: TotalRange = { filled, empty: null };
  for (let looks = 0; ; looks += 1) {
    const step = nextTotalStep(range, exactTo);
    if (step.kind !== "look") return { ...step, looks };
    range = narrowed(range, step.skip, step.skip < length);
  }
}

test("M11: the length of a list is found to within a page with few looks", () => {
  for (const length of [1_001, 1_500, 2_000, 2_001, 24_999, 25_000, 1_000_000]) {
    const found = search(length, 1_000);
    assert.equal(found.kind, "known");
    assert.ok(found.kind === "known" && found.total >= length && found.total - length < 1_000, `${length}`);
    assert.ok(found.looks <= 22, `${found.looks} looks for ${length} rows`);
  }
});

test("M11: the exact length is found where it is asked for", () => {
  const found = search(1_234, 1);
  assert.ok(found.kind === "known" && found.total === 1_234);
});

test("M11: a server that gives a row at every offset is not asked for ever", () => {
  const found = search(Number.POSITIVE_INFINITY, 1_000);
  assert.equal(found.kind, "hopeless");
  assert.ok(found.looks < 20);
});
