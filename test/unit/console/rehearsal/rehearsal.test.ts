import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FIRST_PAGE,
  isListEnd,
  NO_ROWS_YET,
  nextCursor,
  rehearsedArticle,
  rehearsedCustomer,
  tallied,
} from "../../../../services/console/rehearsal/domain/rehearsal.ts";
import { plain } from "../../../support/plain.ts";

const ARTICLE = {
  productId: "17",
  description: "Kraan",
  productGroupId: "10",
  productType: 2,
  productState: 0,
};
const FILTER = { groups: { Sanitair: ["10"] }, types: [0, 2] };

const ARTICLES: readonly (readonly [string, Partial<typeof ARTICLE>, string | null])[] = [
  ["of a chosen group and type", {}, null],
  ["that expires", { productState: 2 }, null],
  ["that is passive", { productState: 1 }, "inactive"],
  ["in a state that nobody knows", { productState: 9 }, "unknown-state"],
  ["of another group", { productGroupId: "20" }, "group-not-chosen"],
  ["of another type", { productType: 1 }, "type-not-chosen"],
  ["of another group and type", { productGroupId: "20", productType: 1 }, "type-not-chosen"],
  ["of another group that is passive", { productGroupId: "20", productState: 1 }, "group-not-chosen"],
];

for (const [what, overrides, reason] of ARTICLES)
  test(`A10: an article ${what} ${reason === null ? "comes over" : `does not come over: ${reason}`}`, () =>
    assert.deepEqual(rehearsedArticle({ ...ARTICLE, ...overrides }, FILTER), { reason, label: "17 Kraan" }));

test("A10: a customer comes over when it is active", () => {
  const reasonOf = (customerStateId: string) =>
    rehearsedCustomer({ customerId: "1", name: "", customerStateId }).reason;
  assert.deepEqual(["A", "P", "X", ""].map(reasonOf), [null, "inactive", "unknown-state", "unknown-state"]);
});

test("A10: rows are counted by reason, with twenty of each by name, page after page", () => {
  const page = (from: number) =>
    Array.from({ length: 15 }, (_, i) => ({ reason: "inactive", label: plain(`K${from + i}`) }) as const);
  const over = Array.from({ length: 1_000 }, () => ({ reason: null, label: plain("") }));
  const first = tallied(NO_ROWS_YET, page(0));
  const second = tallied(first, [...page(15), ...over, { reason: "unreadable", label: plain("K99") }]);
  assert.equal(second.over, 1_000);
  assert.deepEqual(second.skipped.unreadable, { count: 1, examples: ["K99"] });
  assert.equal(second.skipped.inactive?.count, 30);
  assert.deepEqual(
    second.skipped.inactive?.examples,
    Array.from({ length: 20 }, (_, i) => `K${i}`),
  );
  assert.equal(first.skipped.inactive?.count, 15, "the tally before is left as it was");
});

test("O44: a row is named by what can be kept", () => {
  assert.equal(
    rehearsedCustomer({ customerId: "10001", name: "Smit\0\uD83D", customerStateId: "P" }).label,
    "10001 Smit\uFFFD\uFFFD",
  );
});

test("A10: a list ends with an empty page, and with the page before once more", () => {
  const second = nextCursor(FIRST_PAGE, { rows: 1_000, firstId: "10001" });
  assert.deepEqual(second, { entity: "customers", skip: 1_000, firstId: "10001" });
  assert.ok(second !== null);
  assert.deepEqual(
    nextCursor(second, { rows: 7, firstId: "11001" })?.skip,
    1_007,
    "a short page is not the last",
  );
  for (const last of [
    { rows: 0, firstId: "" },
    { rows: 1_000, firstId: "10001" },
  ]) {
    assert.ok(isListEnd(second, last));
    const articles = nextCursor(second, last);
    assert.deepEqual(articles, { ...FIRST_PAGE, entity: "articles" });
    assert.ok(articles !== null && !isListEnd(articles, { rows: 5, firstId: "" }));
  }
  assert.equal(nextCursor({ ...second, entity: "articles" }, { rows: 0, firstId: "" }), null);
});
