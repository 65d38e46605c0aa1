import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Administration } from "../../../../../infra/sandbox/multivers/administration/administration.ts";
import {
  ACTIVATED_ADMINISTRATIONS,
  DEMO_ADMINISTRATIONS,
} from "../../../../../infra/sandbox/multivers/administration/demo-administrations.ts";
import { LINDE, linde, startMultivers } from "./start.ts";

const ORDER = { customerId: "10001", orderDate: "05-03-2026", paymentConditionId: "14", reference: "WB-1" };

test("sandbox: every change outlives a process that is killed, a cut-off last line is dropped", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = open(dataDir);
  first.patchCustomer("17", { name: "Veranderd" });
  first.deleteCustomer("0017");
  first.putProduct({ productId: "NIEUW", description: "Nieuw" });
  first.deleteProduct("ARBEID");
  first.putProductGroup({ name: "99", value: "Nieuw" });
  first.putInvoiceAddress(57, { street1: "Postbus 9" });
  const journal = join(dataDir, `${LINDE}.jsonl`);
  await appendFile(journal, '{"do":"customer-deleted","id":"1');

  // The first one is not closed: that is what a kill leaves behind.
  const second = open(dataDir);
  assert.equal(second.customers.get("17")?.name, "Veranderd");
  assert.equal(second.customers.has("0017"), false);
  assert.equal(second.customers.size, 39);
  assert.equal(second.products.get("NIEUW")?.description, "Nieuw");
  assert.equal(second.products.has("ARBEID"), false);
  assert.equal(second.productGroups.get("99")?.value, "Nieuw");
  assert.equal(second.invoiceAddress(57)?.street1, "Postbus 9");
  second.deleteCustomer("10001");
  const lines = (await readFile(journal, "utf8")).trimEnd().split("\n");
  for (const line of lines) assert.doesNotThrow(() => JSON.parse(line), line);
  assert.equal(open(dataDir).customers.has("10001"), false);
});

test("sandbox: a journal with a line that is not JSON is refused by name and line", async (t) => {
  const dataDir = await temporaryFolder(t);
  await appendFile(join(dataDir, `${LINDE}.jsonl`), "onzin\n");
  assert.throws(() => open(dataDir), { code: "JOURNAL_UNREADABLE", message: /MVL00042\.jsonl, line 1 / });
});

test("sandbox: an administration that was added later is there at the next start, beside the data of the others", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await startMultivers(t, { dataDir, administrations: ACTIVATED_ADMINISTRATIONS });
  await before.postOrder(ORDER);
  assert.equal((await before.call("api/MVL00108/CustomerNVL", { as: "vos" })).status, 404);
  await before.multivers.close();

  const { call, multivers } = await startMultivers(t, { dataDir, administrations: DEMO_ADMINISTRATIONS });
  assert.equal(multivers.administration(LINDE).orders.length, 1);
  assert.equal((await call("api/MVL00108/CustomerNVL", { as: "vos" })).status, 200);
  assert.equal(multivers.administration("MVL00108").customers.size, 40);
});

test("W13: orders outlive a restart, and the number of a deleted order is not given out again", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await startMultivers(t, { dataDir });
  await before.postOrder(ORDER);
  await before.postOrder(ORDER);
  before.multivers.administration(LINDE).deleteOrder("20260002");
  await before.multivers.close();

  const { postOrder, multivers } = await startMultivers(t, { dataDir });
  assert.equal((await postOrder(ORDER)).json.orderId, "20260003");
  assert.deepEqual(
    multivers.administration(LINDE).orders.map((order) => order.orderId),
    ["20260001", "20260003"],
  );
});

test("sandbox: the data of all sizes keep to the lengths of the API and hold the awkward rows", () => {
  const { customers, products } = new Administration({ ...ONE, size: "normal" }, { dataDir: null, now: NOW });
  const [rows, articles] = [[...customers.values()], [...products.values()]];
  assert.equal(customers.size, 1_200);
  assert.equal(products.size, 1_200);
  const longest = (field: "name" | "shortName" | "street1" | "city" | "email") =>
    Math.max(...rows.map((row) => row[field].length));
  assert.equal(longest("name"), 40);
  for (const [field, maximum] of [
    ["shortName", 8],
    ["street1", 40],
    ["city", 30],
    ["email", 60],
  ] as const)
    assert.ok(longest(field) <= maximum, field);
  assert.equal(Math.max(...articles.map((row) => row.description.length)), 60);
  assert.equal(
    articles.every(
      (row) => row.productId.length <= 14 && row.unit.length <= 6 && row.productGroupId.length <= 3,
    ),
    true,
  );
  for (const id of ["17", "0017", "KB16/2-BR", "ARBEID", "REISTIJD", "VOORRIJ"])
    assert.ok(products.has(id), id);
  assert.ok(customers.has("17") && customers.has("0017"));
  const passive = rows.filter((row) => row.customerStateId === "P").length;
  assert.ok(passive > 12 && passive < 72, `${passive} passive customers`);
  for (const state of [0, 1, 2, 9])
    assert.ok(
      articles.some((row) => row.productState === state),
      `state ${state}`,
    );
  assert.ok(rows.some((row) => row.dateChanged === ""));
});

test("O16: a change gets the date of today in Amsterdam, whatever the hour", () => {
  const administration = new Administration(ONE, {
    dataDir: null,
    now: () => new Date("2026-03-31T22:16:00Z"),
  });
  assert.equal(administration.patchCustomer("17", { telephone: "1" }).dateChanged, "1-4-2026");
  assert.equal(administration.patchProduct("17", { priceExclVat: 2 }).lastUpdate, "1-4-2026");
  assert.equal(administration.patchCustomer("17", { dateChanged: "2-2-2020" }).dateChanged, "2-2-2020");
});

test("O17: an interception answers in place of the server, which then did nothing", async (t) => {
  const { call, postOrder, multivers } = await startMultivers(t);
  multivers.intercept = () => ({
    headers: { "content-type": "text/html" },
    body: "<!DOCTYPE html>Onderhoud",
  });
  const page = await call(linde("CustomerInfoList"));
  assert.deepEqual([page.status, page.text], [200, "<!DOCTYPE html>Onderhoud"]);
  await postOrder(ORDER);
  assert.deepEqual(multivers.administration(LINDE).orders, []);
  multivers.intercept = ({ path }) => (path.startsWith("/oauth/") ? { status: 503 } : null);
  assert.equal((await call("OAuth/Token", { method: "POST" })).status, 503);
  assert.equal((await call(linde("CustomerNVL"))).status, 200);
});

test("O01: with commitFirst the order is stored and only the answer is lost", async (t) => {
  const { postOrder, multivers } = await startMultivers(t);
  const orders = () => multivers.administration(LINDE).orders.length;
  multivers.intercept = () => ({ commitFirst: true, status: 504, body: "<html>" });
  assert.equal((await postOrder(ORDER)).status, 504);
  assert.equal(orders(), 1);
  multivers.intercept = () => ({ commitFirst: true, destroy: true });
  await assert.rejects(postOrder(ORDER), TypeError);
  assert.equal(orders(), 2);
  multivers.intercept = () => ({ destroy: true });
  await assert.rejects(postOrder(ORDER), TypeError);
  assert.equal(orders(), 2);
  assert.deepEqual(
    multivers.requests.map((request) => request.status),
    [504, null, null],
  );
});

test("sandbox: a delay alone only delays, and closing does not wait for it", async (t) => {
  const { call, multivers } = await startMultivers(t);
  multivers.intercept = () => ({ delayMs: 1 });
  assert.equal((await call(linde("CustomerNVL"))).status, 200);
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  multivers.intercept = () => {
    arrived();
    return { delayMs: 3_600_000 };
  };
  const waiting = assert.rejects(call(linde("CustomerNVL")), TypeError);
  await arrival;
  await multivers.close();
  await waiting;
});

const ONE = {
  database: LINDE,
  name: "De Linde",
  portalUser: "linde",
  portalPassword: "demo",
  size: "small",
} as const;
const NOW = () => new Date("2026-11-25T10:00:00Z");

function open(dataDir: string): Administration {
  return new Administration(ONE, { dataDir, now: NOW });
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "multivers-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
