import assert from "node:assert/strict";
import { test } from "node:test";
import { LINDE, startMultivers } from "./start.ts";

test("sandbox: the pages show what is there, escaped", async (t) => {
  const { url, multivers, postOrder } = await startMultivers(t);
  multivers.administration(LINDE).patchCustomer("10001", { name: `<b>"O'Brien" & Zn.</b>` });
  await postOrder({
    customerId: "10001",
    orderDate: "5-3-2026",
    paymentConditionId: "14",
    reference: "<i>WB</i>",
  });
  const page = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'self'/);
    return response.text();
  };
  assert.match(await page("/"), /40 debiteuren/);
  for (const path of ["customers?q=o%27brien", "customers/one?id=10001", "orders"]) {
    const markup = await page(`/sandbox/${LINDE}/${path}`);
    assert.ok(markup.includes("&lt;b&gt;&quot;O&#39;Brien&quot; &amp; Zn.&lt;/b&gt;"), path);
    assert.ok(!markup.includes("<b>") && !markup.includes("<i>"), path);
  }
  assert.match(await page(`/sandbox/${LINDE}/products?q=kb16`), /KB16\/2-BR/);
  assert.equal((await fetch(`${url}/style.css`)).headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal((await fetch(`${url}/sandbox/MVL99999/customers`)).status, 404);
});

test("sandbox: the forms add, change, make passive and delete, and lead back to a page", async (t) => {
  const { url, multivers } = await startMultivers(t);
  const administration = multivers.administration(LINDE);
  const post = async (path: string, form: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/sandbox/${LINDE}/${path}`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams(form),
    });
    return response.status;
  };
  const customer = { customerId: "N/1", name: "Nieuw", shortName: "NIEUW", city: "Assen" };
  assert.equal(await post("customers/new", customer), 303);
  assert.equal(administration.customers.get("N/1")?.city, "Assen");
  assert.equal(await post("customers/new", customer), 422);
  assert.equal(await post("customers/change?id=N%2F1", { name: "Anders", shortName: "N" }), 303);
  assert.equal(administration.customers.get("N/1")?.city, "Assen");
  assert.equal(await post("customers/state?id=N%2F1", { state: "P" }), 303);
  assert.equal(administration.customers.get("N/1")?.customerStateId, "P");
  const organizationId = administration.customers.get("N/1")?.organizationId ?? 0;
  assert.equal(await post("customers/invoice-address?id=N%2F1", { street1: "Postbus 1" }), 303);
  assert.equal(administration.invoiceAddress(organizationId)?.street1, "Postbus 1");
  assert.equal(await post("customers/invoice-address?id=N%2F1", { remove: "1" }), 303);
  assert.equal(administration.invoiceAddress(organizationId), undefined);
  assert.equal(await post("customers/delete?id=N%2F1", {}), 303);
  assert.equal(await post("customers/delete?id=N%2F1", {}), 404);

  const article = {
    description: "Nieuw",
    priceExclVat: "1.250,75",
    vatCodeId: "1",
    quantityScale: "0",
    productType: "2",
    productState: "9",
    productGroupId: "10",
    unit: "st",
  };
  assert.equal(await post("products/new", { ...article, productId: "N/2" }), 303);
  const { priceExclVat, priceInclVat, productState } = administration.products.get("N/2") ?? {};
  assert.deepEqual([priceExclVat, priceInclVat, productState], [1250.75, 1513.41, 9]);
  assert.equal(await post("products/change?id=N%2F2", { ...article, priceExclVat: "2.5" }), 422);
  assert.equal(await post("products/delete?id=N%2F2", {}), 303);
});

test("sandbox: a form that another site posts is refused", async (t) => {
  const { url, multivers } = await startMultivers(t);
  const response = await fetch(`${url}/sandbox/${LINDE}/customers/delete?id=17`, {
    method: "POST",
    headers: { origin: "https://elders.example" },
  });
  assert.equal(response.status, 403);
  assert.ok(multivers.administration(LINDE).customers.has("17"));
});
