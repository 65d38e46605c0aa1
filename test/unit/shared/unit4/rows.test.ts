import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArticles } from "../../../../services/shared/unit4/master-data/articles.ts";
import { parseCustomers } from "../../../../services/shared/unit4/master-data/customers.ts";

const article = (more: object): object => ({
  productId: "2001",
  description: "Koffie",
  productType: 0,
  productState: 0,
  quantityScale: 2,
  priceExclVat: 12.5,
  priceInclVat: 15.125,
  ...more,
});

const customer = (more: object): object => ({
  customerId: "10001",
  organizationId: 57,
  name: "Hotel De Linde",
  customerStateId: "A",
  chargeVatTypeId: 1,
  dateChanged: "24-2-2024",
  ...more,
});

const articles = (...rows: readonly unknown[]) => parseArticles(Buffer.from(JSON.stringify(rows)));
const customers = (...rows: readonly unknown[]) => parseCustomers(Buffer.from(JSON.stringify(rows)));

test("O05: article codes stay text, character for character, in the order of the answer", () => {
  const list = articles(
    article({ productId: "KB16/2-BR" }),
    article({ productId: "0017" }),
    article({ productId: "17" }),
  );
  assert.ok(list.kind === "rows");
  assert.deepEqual(
    list.rows.map(({ productId }) => productId),
    ["KB16/2-BR", "0017", "17"],
  );
});

test("O05: a code that came as a number has lost its zeros, so that row is malformed", () => {
  const list = articles(article({ productId: 17 }), article({ productId: "0017" }));
  assert.ok(list.kind === "rows");
  assert.deepEqual(list.malformed, [{ index: 0, id: "", reason: "productId" }]);
  assert.equal(list.rows.length, 1);
});

test("F38: one bad row costs only itself and names its fields, not its values", () => {
  const list = customers(
    customer({}),
    null,
    "row",
    customer({ customerId: undefined }),
    customer({ customerId: "10002", chargeVatTypeId: "veel", organizationId: 1.5 }),
    customer({ customerId: "10003" }),
  );
  assert.ok(list.kind === "rows");
  assert.deepEqual(
    list.rows.map(({ customerId }) => customerId),
    ["10001", "10003"],
  );
  assert.deepEqual(list.malformed, [
    { index: 1, id: "", reason: "row" },
    { index: 2, id: "", reason: "row" },
    { index: 3, id: "", reason: "customerId" },
    { index: 4, id: "10002", reason: "organizationId, chargeVatTypeId" },
  ]);
});

test("F38: null texts are empty, harmless types are converted, unknown members are ignored", () => {
  const list = customers(
    customer({
      name: null,
      telephone: 31201234567,
      organizationId: "57",
      vatScenarioId: null,
      nieuw: { a: 1 },
    }),
  );
  assert.ok(list.kind === "rows");
  const [row] = list.rows;
  assert.deepEqual(
    [row?.name, row?.telephone, row?.organizationId, row?.vatScenarioId, row?.street2],
    ["", "31201234567", 57, null, ""],
  );
  assert.ok(row !== undefined && !("nieuw" in row));
});

test("M15: prices become plain decimal text whatever their notation", () => {
  const priceOf = (priceExclVat: unknown): string => {
    const list = articles(article({ priceExclVat }));
    return list.kind === "rows" ? (list.rows[0]?.priceExclVat ?? "malformed") : list.kind;
  };
  assert.deepEqual([12.5, 12.0, -3.1, 0, 1e-7, "7.50", null, undefined, "1,50", {}].map(priceOf), [
    "12.5",
    "12",
    "-3.1",
    "0",
    "0.0000001",
    "7.5",
    "0",
    "0",
    "malformed",
    "malformed",
  ]);
});

test("F38: something else than a list is unusable", () => {
  assert.deepEqual(parseCustomers(Buffer.from("null")), { kind: "unusable", reason: "WRONG_SHAPE" });
  assert.deepEqual(parseCustomers(Buffer.from('[{"customerId":"1"},{"cust')), {
    kind: "unusable",
    reason: "CUT_OFF",
  });
  assert.deepEqual(parseCustomers(Buffer.from("[]")), { kind: "rows", rows: [], malformed: [] });
});
