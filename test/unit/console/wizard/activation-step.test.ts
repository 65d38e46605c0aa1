import assert from "node:assert/strict";
import { test } from "node:test";
import { loadProgress } from "../../../../services/console/loading/domain/load-progress.ts";
import {
  NO_ROWS_YET,
  nextCursor,
  rehearsedArticle,
  tallied,
} from "../../../../services/console/rehearsal/domain/rehearsal.ts";
import {
  type ActivationFacts,
  isOpen,
  nextStep,
} from "../../../../services/console/wizard/domain/activation-step.ts";

const DONE: ActivationFacts = {
  isActive: false,
  isBegun: true,
  isEmptyingChosen: true,
  isEmptyingFinished: true,
  isConnected: true,
  isChecked: true,
};

test("A1: the next step is the first one whose work is not done", () => {
  const cases: readonly (readonly [Partial<ActivationFacts>, string])[] = [
    [{ isBegun: false }, "start"],
    [{ isEmptyingChosen: false }, "empty"],
    [{ isEmptyingFinished: false }, "empty"],
    [{ isConnected: false }, "connect"],
    [{ isChecked: false }, "settings"],
    [{}, "rehearsal"],
    [{ isActive: true, isBegun: false }, "on"],
  ];
  for (const [facts, step] of cases) assert.equal(nextStep({ ...DONE, ...facts }), step);
});

test("a person may look back at earlier steps, not ahead", () => {
  assert.equal(isOpen("empty", "settings"), true);
  assert.equal(isOpen("rehearsal", "settings"), false);
});

test("M11: rate and time left follow from what is done, and the end has none", () => {
  const startedAt = new Date(0);
  const noted = { done: 500, total: 2_000, startedAt, updatedAt: startedAt, finishedAt: null };
  assert.deepEqual(loadProgress(noted, 10_000), {
    isFinished: false,
    done: 500,
    total: 2_000,
    perSecond: 50,
    leftMs: 30_000,
  });
  assert.equal(loadProgress({ ...noted, total: null }, 10_000).leftMs, null);
  assert.equal(loadProgress(noted, 500).perSecond, null, "too early to say");
  assert.equal(loadProgress({ ...noted, total: 400 }, 10_000).total, 500, "more than was thought");
  const finished = loadProgress({ ...noted, done: 2_000, finishedAt: new Date(20_000) }, 99_000);
  assert.deepEqual([finished.isFinished, finished.leftMs, finished.perSecond], [true, null, 100]);
});

test("A10: an article is skipped for its type, its group or its state, each counted with examples", () => {
  const filter = { groups: { Onderdelen: ["10"] }, types: [0, 2] };
  const article = {
    productId: "A1",
    description: "Kraan",
    productGroupId: "10",
    productType: 2,
    productState: 0,
  };
  const rows = [
    article,
    { ...article, productType: 1 },
    { ...article, productGroupId: "20" },
    { ...article, productState: 1 },
    { ...article, productState: 7 },
  ].map((row) => rehearsedArticle(row, filter));
  const tally = tallied(tallied(NO_ROWS_YET, rows), rows);
  assert.equal(tally.over, 2);
  assert.deepEqual(
    Object.entries(tally.skipped).map(([reason, one]) => [reason, one.count, one.examples.length]),
    [
      ["type-not-chosen", 2, 2],
      ["group-not-chosen", 2, 2],
      ["inactive", 2, 2],
      ["unknown-state", 2, 2],
    ],
  );
});

test("A10: a list ends with an empty page, or with the page before once more", () => {
  const at = { entity: "customers", skip: 1_000, firstId: "K1" } as const;
  assert.deepEqual(nextCursor(at, { rows: 1_000, firstId: "K1001" }), {
    ...at,
    skip: 2_000,
    firstId: "K1001",
  });
  assert.deepEqual(nextCursor(at, { rows: 0, firstId: "" }), { entity: "articles", skip: 0, firstId: "" });
  assert.equal(nextCursor({ ...at, entity: "articles" }, { rows: 1_000, firstId: "K1" }), null);
});
