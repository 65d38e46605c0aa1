import assert from "node:assert/strict";
import { test } from "node:test";
import { BLANK_CUSTOMER } from "../../../infra/sandbox/multivers/rows/customer-row.ts";
import { BLANK_PRODUCT } from "../../../infra/sandbox/multivers/rows/product-row.ts";
import { resolveArticleFilter } from "../../../services/shared/domain/article-filter.ts";
import { parseArticles } from "../../../services/shared/unit4/master-data/articles.ts";
import { parseCustomers } from "../../../services/shared/unit4/master-data/customers.ts";
import { changeDate } from "../../../services/unit4-poller/unit4-answers.ts";
import { observeArticle } from "../../../services/unit4-poller/unit4-articles.ts";
import { observeCustomer } from "../../../services/unit4-poller/unit4-customers.ts";

const ALL = resolveArticleFilter({ articleGroups: [], articleTypes: [0, 2, 3, 4] }, [], null);

function articles(rows: readonly object[]) {
  const list = parseArticles(Buffer.from(JSON.stringify(rows.map((row) => ({ ...BLANK_PRODUCT, ...row })))));
  assert.equal(list.kind, "rows");
  return list.kind === "rows" ? list.rows.map((row) => observeArticle(row, ALL)) : [];
}

function customers(rows: readonly object[]) {
  const list = parseCustomers(
    Buffer.from(JSON.stringify(rows.map((row) => ({ ...BLANK_CUSTOMER, ...row })))),
  );
  assert.equal(list.kind, "rows");
  return list.kind === "rows" ? list.rows.map((row) => observeCustomer(row, true)) : [];
}

test("O05: article codes stay text, character for character, in the order of Unit4's answer", () => {
  const seen = articles([
    { productId: "KB16/2-BR", description: "Koppeling" },
    { productId: "0017", description: "Pakking" },
    { productId: "17", description: "Kraan" },
  ]);
  assert.deepEqual(
    seen.map(({ id, value }) => [id, value.articleId, value.description]),
    [
      ["KB16/2-BR", "KB16/2-BR", "Koppeling"],
      ["0017", "0017", "Pakking"],
      ["17", "17", "Kraan"],
    ],
  );
});

test("O15: states of customers: A is present, P inactive, anything else unknown and kept with its code", () => {
  const seen = customers(
    ["A", "P", "B", ""].map((customerStateId, i) => ({ customerId: `K${i}`, customerStateId })),
  );
  assert.deepEqual(
    seen.map(({ change, stateCode }) => [change, stateCode]),
    [
      ["present", "A"],
      ["inactive", "P"],
      ["unknown", "B"],
      ["unknown", ""],
    ],
  );
});

test("O15: states of articles: active and expiring are present, passive is inactive, 9 is unknown", () => {
  const seen = articles([0, 1, 2, 9].map((productState, i) => ({ productId: `A${i}`, productState })));
  assert.deepEqual(
    seen.map(({ change, stateCode }) => [change, stateCode]),
    [
      ["present", "0"],
      ["inactive", "1"],
      ["present", "2"],
      ["unknown", "9"],
    ],
  );
});

test("M15: the EAN code comes over", () => {
  assert.equal(articles([{ productId: "A1", eanCode: "8712345678906" }])[0]?.value.eanCode, "8712345678906");
});

const DATES = [
  ["5-3-2024", "2024-03-05", 0],
  ["13-6-2024", "2024-06-13", 0],
  ["31-2-2024", null, 1],
  ["", null, 0],
  ["2024-03-05T00:00:00", "2024-03-05", 0],
  ["05-03-2024 0:00:00", "2024-03-05", 0],
] as const;

for (const [text, changedOn, remarks] of DATES)
  test(`O08: "${text}" is ${changedOn ?? "no date"}${remarks === 0 ? "" : ", which is remarked"}`, () => {
    const read = changeDate(text);
    assert.equal(read.changedOn, changedOn);
    assert.equal(read.remarks.length, remarks);
  });
