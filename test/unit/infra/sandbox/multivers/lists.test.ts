import assert from "node:assert/strict";
import { test } from "node:test";
import { BLANK_CUSTOMER } from "../../../../../infra/sandbox/multivers/rows/customer-row.ts";
import { BLANK_PRODUCT } from "../../../../../infra/sandbox/multivers/rows/product-row.ts";
import { BOS, LINDE, linde, startMultivers } from "./start.ts";

test("sandbox: lists are bare arrays with every field of the API, numbers as numbers, dates d-M-yyyy or empty", async (t) => {
  const { call } = await startMultivers(t);
  const customers = (await call(linde("CustomerInfoList"))).rows;
  const products = (await call(linde("ProductInfoList"))).rows;
  assert.equal(customers.length, 40);
  assert.equal(products.length, 40);
  for (const row of customers) {
    assert.deepEqual(Object.keys(row).sort(), Object.keys(BLANK_CUSTOMER).sort());
    assert.match(row.dateChanged, /^([1-9]\d?-[1-9]\d?-\d{4})?$/);
    assert.ok(row.vatScenarioId === null || typeof row.vatScenarioId === "number");
  }
  for (const row of products) assert.deepEqual(Object.keys(row).sort(), Object.keys(BLANK_PRODUCT).sort());
});

test("sandbox: routing minds neither case, version, a slash at the end nor a .json suffix", async (t) => {
  const { url, multivers } = await startMultivers(t);
  const authorization = `Bearer ${multivers.tokens.issueTokens("linde").access_token}`;
  for (const path of [
    `V22/api/${LINDE}/CustomerInfoList`,
    "v110/API/mvl00042/customerinfolist/",
    `API_1_9_3/api/${LINDE}/CustomerInfoList.json`,
    `api/${LINDE}/CUSTOMERINFOLIST`,
  ]) {
    const response = await fetch(`${url}/${path}`, { headers: { authorization } });
    assert.equal(response.status, 200, path);
    assert.equal(JSON.parse(await response.text()).length, 40, path);
  }
});

test("O05: ids are text, and reach the server as %XX and as !_XX", async (t) => {
  const { call, multivers } = await startMultivers(t);
  multivers.administration(LINDE).putProduct({ productId: "é/50% !_x", description: "Lastig" });
  for (const [path, productId] of [
    ["KB16!_2F2-BR", "KB16/2-BR"],
    ["KB16%2F2-BR", "KB16/2-BR"],
    ["KB16%2f2-BR.json", "KB16/2-BR"],
    ["50!_25!_20GLYCOL", "50% GLYCOL"],
    ["!_C3!_A9!_2F50!_25!_20!!_5Fx", "é/50% !_x"],
    ["0017", "0017"],
    ["17", "17"],
  ]) {
    const reply = await call(linde(`ProductInfo/${path}`));
    assert.equal(reply.json?.productId, productId, path);
  }
  assert.equal((await call(linde("ProductInfo/00017"))).status, 404);
});

test("sandbox: pages in the order of the ids join up to the whole list, without doubles", async (t) => {
  const { call } = await startMultivers(t);
  const all = (await call(linde("ProductInfoList"))).rows.map((row) => row.productId);
  const paged: string[] = [];
  for (let skip = 0; ; skip += 7) {
    const query = { $orderby: "ProductId", $top: "7", $skip: String(skip) };
    const page = (await call(linde("ProductInfoList", query))).rows;
    if (page.length === 0) break;
    paged.push(...page.map((row) => row.productId));
  }
  assert.deepEqual(paged, all.toSorted());
  const descending = (
    await call(linde("ProductInfoList", { $orderby: "ProductId desc", $select: "ProductId" }))
  ).rows;
  assert.deepEqual(
    descending.flatMap((row) => Object.values(row)),
    all.toSorted().reverse(),
  );
});

test("O13: what is added and deleted between two pages shifts the rest, as it does at the real server", async (t) => {
  const { call, multivers } = await startMultivers(t, { administrations: [emptyAdministration()] });
  const administration = multivers.administration(LINDE);
  for (const customerId of ["K1", "K2", "K3", "K4", "K5", "K6", "K7"])
    administration.putCustomer({ customerId });
  const page = async (skip: number) => {
    const query = { $orderby: "CustomerId", $top: "3", $skip: String(skip), $select: "CustomerId" };
    return (await call(linde("CustomerInfoList", query))).rows.map((row) => Object.values(row)[0]);
  };
  assert.deepEqual(await page(0), ["K1", "K2", "K3"]);
  administration.deleteCustomer("K2");
  assert.deepEqual(await page(3), ["K5", "K6", "K7"]);
  administration.putCustomer({ customerId: "K0" });
  assert.deepEqual(await page(0), ["K0", "K1", "K3"]);
});

test("sandbox: a maximum page size cuts lists off without a word", async (t) => {
  const { call } = await startMultivers(t, { maximumPageSize: 10 });
  assert.equal((await call(linde("CustomerInfoList"))).rows.length, 10);
  assert.equal((await call(linde("CustomerInfoList", { $top: "25" }))).rows.length, 10);
  assert.equal((await call(linde("CustomerInfoList", { $top: "3" }))).rows.length, 3);
});

const FILTERS: readonly (readonly [filter: string, ids: readonly string[]])[] = [
  ["CustomerId eq 'C1'", ["C1"]],
  ["Name eq 'D''Hondt'", ["C2"]],
  ["CustomerStateId ne 'A'", ["C3"]],
  ["OrganizationId gt 101 and OrganizationId le 103", ["C2", "C3"]],
  ["not (OrganizationId ge 102) or City eq 'Assen'", ["C1", "C3"]],
  ["CreditLimit eq 12.50", ["C2"]],
  ["UsesUBLInvoice eq true", ["C1"]],
  ["UsesUBLInvoice and CustomerId lt 'C2'", ["C1"]],
  ["VatScenarioId eq null", ["C1", "C3"]],
  ["VatScenarioId gt 0", ["C2"]],
  ["tolower(Email) eq 'info@voorbeeld.nl'", ["C1"]],
  ["indexof(Name,'Hondt') gt -1", ["C2"]],
  ["startswith(Name,'Café') eq true", ["C1"]],
  ["endswith(Name, 'eef')", ["C3"]],
  ["substringof('afé D', Name)", ["C1"]],
  ["CustomerStateId eq 'A' and (City eq 'Assen' or City eq 'Tiel')", ["C2"]],
];

test("sandbox: $filter knows the operators, functions and literals of OData 3", async (t) => {
  const { call, multivers } = await startMultivers(t, { administrations: [emptyAdministration()] });
  const administration = multivers.administration(LINDE);
  const shared = { organizationId: 101, usesUBLInvoice: false };
  administration.putCustomer({
    ...shared,
    customerId: "C1",
    name: "Café De Pomp",
    email: "Info@Voorbeeld.nl",
    usesUBLInvoice: true,
  });
  administration.putCustomer({
    ...shared,
    customerId: "C2",
    name: "D'Hondt",
    city: "Tiel",
    organizationId: 102,
    vatScenarioId: 6,
    creditLimit: 12.5,
  });
  administration.putCustomer({
    ...shared,
    customerId: "C3",
    name: "Van der Neef",
    city: "Assen",
    organizationId: 103,
    customerStateId: "P",
  });
  for (const [filter, ids] of FILTERS) {
    const reply = await call(linde("CustomerInfoList", { $filter: filter, $orderby: "CustomerId" }));
    assert.equal(reply.status, 200, `${filter}: ${reply.text}`);
    assert.deepEqual(
      reply.rows.map((row) => row.customerId),
      ids,
      filter,
    );
  }
});

test("sandbox: a query with a fault is refused with a message, so that a client's mistake shows", async (t) => {
  const { call } = await startMultivers(t);
  for (const query of [
    { $filter: "customerId eq '17'" },
    { $filter: "Klant eq '17'" },
    { $filter: "CustomerId eq 17" },
    { $filter: "CustomerId eq '17" },
    { $filter: "CustomerId = '17'" },
    { $filter: "contains(Name,'x')" },
    { $filter: "Name" },
    { $filter: "(Name eq 'x'" },
    { $filter: "Name eq 'x' Name" },
    { $filter: "DateChanged gt datetime'2024-01-01'" },
    { $orderby: "customerId" },
    { $orderby: "CustomerId up" },
    { $select: "CustomerId,naam" },
    { $top: "-1" },
    { $skip: "x" },
    { $count: "true" },
  ]) {
    const reply = await call(linde("CustomerInfoList", query));
    assert.equal(reply.status, 400, JSON.stringify(query));
    assert.equal(reply.json.messages[0]?.messageType, "Error");
  }
});

test("M9: article groups and the other lookups are names with values, and can be filtered", async (t) => {
  const { call } = await startMultivers(t);
  const groups = (await call(linde("ProductGroupNVL"))).rows;
  assert.ok(groups.some((row) => JSON.stringify(row) === '{"name":"10","value":"Installatiemateriaal"}'));
  assert.equal((await call(linde("ProductGroupNVL", { $filter: "Name eq 'Ovg'" }))).rows.length, 1);
  for (const list of [
    "ProductTypeNVL",
    "PaymentConditionNVL",
    "SalesVatScenarioNVL",
    "OrderTypeNVL",
    "OrderStateNVL",
    "OrderLineTypeNVL",
    "VatCodeNVL",
    "CustomerNVL",
    "ProductNVL",
  ])
    assert.ok((await call(linde(list))).rows.length > 0, list);
});

test("W10: the memo field of sales orders can be found among the custom fields", async (t) => {
  const { call } = await startMultivers(t);
  const fields = (await call(linde("CustomFieldDefinitionInfoList/1"))).rows;
  const memo = fields.filter((field) => field.appliedToEntity === 1 && field.type === 5);
  assert.deepEqual(
    memo.map((field) => `${field.groupName}.${field.name}`),
    ["ORDER.OPMERKINGEN"],
  );
});

test("M7: invoice addresses hang on the organisation and appear, change and go", async (t) => {
  const { call, multivers } = await startMultivers(t);
  const administration = multivers.administration(LINDE);
  const { organizationId } = administration.putCustomer({ customerId: "NIEUW", name: "Nieuw" });
  const addresses = async () => (await call(linde(`AddressInfoList/${organizationId}`))).rows;
  assert.deepEqual(await addresses(), []);
  administration.putInvoiceAddress(organizationId, {
    name: "Nieuw",
    street1: "Postbus 1",
    zipCode: "9700 AA",
    city: "Groningen",
  });
  administration.putInvoiceAddress(organizationId, { street1: "Postbus 2" });
  const [row, ...more] = await addresses();
  assert.deepEqual(more, []);
  assert.equal(row?.addressType, 1);
  assert.equal(row?.fullAddress, "Nieuw\r\nPostbus 2\r\n9700 AA  Groningen");
  administration.deleteInvoiceAddress(organizationId);
  assert.deepEqual(await addresses(), []);
});

test("M2: whoever writes customers or articles is refused and put on record", async (t) => {
  const { call, multivers } = await startMultivers(t);
  for (const [method, resource] of [
    ["POST", "Customer"],
    ["PUT", "Customer/17"],
    ["DELETE", "Product/17"],
  ] as const)
    assert.equal(
      (await call(linde(resource), { method, ...(method === "DELETE" ? {} : { body: "{}" }) })).status,
      405,
    );
  assert.deepEqual(
    multivers.requests.map((request) => `${request.method} ${request.path} ${request.status}`),
    [
      `POST /api/${LINDE}/Customer 405`,
      `PUT /api/${LINDE}/Customer/17 405`,
      `DELETE /api/${LINDE}/Product/17 405`,
    ],
  );
});

test("sandbox: the full customer and article differ from the flat ones the way they do in the API", async (t) => {
  const { call } = await startMultivers(t);
  const customer: object = (await call(linde("Customer/17"))).json;
  assert.ok("person" in customer && !("contactPerson" in customer) && "messages" in customer);
  const product: object = (await call(linde("Product/ARBEID", { $expand: "Stocks" }))).json;
  const names = ["priceVatExcl", "projectEntryType", "stocks", "components", "priceExclVat"];
  const values = names.map((name) => Reflect.get(product, name));
  assert.deepEqual(values, [68, 6, [], null, undefined]);
});

test("O23: the same ids stand for other rows in another administration, and each run makes the same ones", async (t) => {
  const [first, second] = [await startMultivers(t), await startMultivers(t)];
  const list = (started: typeof first, database: string, as: string) =>
    started.call(`api/${database}/CustomerInfoList`, { as });
  const one = await list(first, LINDE, "linde");
  assert.equal(one.text, (await list(second, LINDE, "linde")).text);
  const other = await list(first, BOS, "bos");
  assert.deepEqual(
    other.rows.map((row) => row.customerId),
    one.rows.map((row) => row.customerId),
  );
  assert.notEqual(other.text, one.text);
});

function emptyAdministration() {
  return {
    database: LINDE,
    name: "Leeg",
    portalUser: "linde",
    portalPassword: "demo",
    size: "empty",
  } as const;
}
