import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReplayWords, replayWishOf } from "../../../../infra/ops/operations/replay-words.ts";

const NOW = Date.UTC(2026, 10, 27, 12);
const words = (changes: Partial<ReplayWords>): ReplayWords => ({
  ...{ entity: "customers", tenant: ["bos"], allTenants: false, preview: true },
  ...changes,
});

test("the words of a replay become a wish with fixed times", () => {
  assert.deepEqual(replayWishOf(words({ from: "2026-11-24T00:00+01:00", to: "3h", rate: "200" }), NOW), {
    entity: "customers",
    tenantIds: ["bos"],
    from: { atMs: Date.UTC(2026, 10, 23, 23) },
    to: { atMs: NOW - 3 * 3_600_000 },
    recordsPerSecond: 200,
    hasPreview: true,
  });
  const byOffset = replayWishOf(words({ fromOffset: "3:1200", toOffset: "3:1300", preview: false }), NOW);
  assert.deepEqual(
    [byOffset.from, byOffset.to, byOffset.hasPreview],
    [{ partition: 3, offset: 1200 }, { partition: 3, offset: 1300 }, false],
  );
  const { tenant: _, ...nobody } = words({ allTenants: true });
  assert.equal(replayWishOf(nobody, NOW).tenantIds, null);
});

test("words that make no sense are refused with what would", () => {
  const { entity: _, ...without } = words({});
  for (const [wrong, says] of [
    [without, /Which entity/],
    [words({ entity: "orders" }), /entity/],
    [words({ allTenants: true }), /Which tenants/],
    [words({ from: "gisteren" }), /is no time/],
    [words({ from: "2026-11-24" }), /with its zone/],
    [words({ from: "2026-13-41T00:00Z" }), /is no time/],
    [words({ from: "3d", fromOffset: "0:1" }), /two ways/],
    [words({ fromOffset: "12" }), /is no place/],
    [words({ fromOffset: "1:0", toOffset: "2:0" }), /one partition/],
    [words({ rate: "0" }), /no number/],
  ] as const)
    assert.throws(() => replayWishOf(wrong, NOW), says);
});
