import assert from "node:assert/strict";
import { test } from "node:test";
import { LINDE, linde, startMultivers } from "./start.ts";

const ORDER = {
  customerId: "10001",
  orderDate: "05-03-2026",
  paymentConditionId: "14",
  reference: "WB-2026-000173",
};

test("W2: an order is numbered by its year, priced, summed, and given back whole", async (t) => {
  const { postOrder } = await startMultivers(t);
  const reply = await postOrder({
    ...ORDER,
    orderLines: [
      {
        orderLineType: 0,
        productId: "REISTIJD",
        quantityOrdered: 0.25,
        autoCalculatePrice: true,
        price: 999,
      },
      { orderLineType: 4, productId: "KB16/2-BR", quantityOrdered: 3, price: 1.1, discount: 0.5 },
      { orderLineType: 3, description: "Ketel nagekeken" },
    ],
  });
  assert.equal(reply.status, 200, reply.text);
  const { orderId, orderType, approved, blocked, orderDate, vatScenarioId } = reply.json;
  assert.deepEqual(
    { orderId, orderType, approved, blocked, orderDate, vatScenarioId },
    {
      orderId: "20260001",
      orderType: 0,
      approved: false,
      blocked: false,
      orderDate: "5-3-2026",
      vatScenarioId: 6,
    },
  );
  assert.deepEqual(
    reply.json.orderLines.map((line) => [
      line.orderLineId,
      line.quantityDelivered,
      line.price,
      line.orderLineAmount,
    ]),
    [
      [1, 0.25, 52.5, 13.13],
      [2, 3, 1.1, 1.65],
      [3, 0, 0, 0],
    ],
  );
  const { totalGoodsAmount, totalVatAmount, totalOrderAmount } = reply.json;
  assert.deepEqual([totalGoodsAmount, totalVatAmount, totalOrderAmount], [14.78, 3.1, 17.88]);
  assert.equal((await postOrder({ ...ORDER, orderDate: "1-1-2027" })).json.orderId, "20270001");
  assert.equal((await postOrder(ORDER)).json.orderId, "20260002");
});

test("sandbox: names are read in any case, unknown ones are ignored", async (t) => {
  const { postOrder } = await startMultivers(t);
  const reply = await postOrder({
    CustomerID: "10001",
    ORDERDATE: "5-3-2026 0:00:00",
    PaymentConditionId: "14",
    Fantasie: 1,
    OrderLines: [{ PRODUCTID: "ARBEID", QuantityOrdered: 1 }],
  });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.orderLines[0]?.productId, "ARBEID");
});

test("sandbox: all faults of an order are reported at once, each with its path, and nothing is stored", async (t) => {
  const { postOrder, multivers } = await startMultivers(t);
  const reply = await postOrder({
    customerId: "99999",
    reference: "x".repeat(61),
    orderType: 7,
    customProperties: { "ORDER.FANTASIE": "x" },
    orderLines: [
      { productId: "NIETS", quantityOrdered: 1 },
      { orderLineType: 0, productId: "KB16/2-BR", quantityOrdered: 0.125 },
      { orderLineType: 3, description: "x".repeat(255), deliveryDate: "2026-03-05" },
      { orderLineType: 0 },
    ],
  });
  assert.equal(reply.status, 400);
  assert.deepEqual(reply.json.messages.map((message) => message.path).sort(), [
    "/customProperties/ORDER.FANTASIE",
    "/customerId",
    "/orderDate",
    "/orderLines/0/productId",
    "/orderLines/1/orderLineType",
    "/orderLines/1/quantityOrdered",
    "/orderLines/2/deliveryDate",
    "/orderLines/2/description",
    "/orderLines/3/productId",
    "/orderType",
    "/paymentConditionId",
    "/reference",
  ]);
  assert.equal(
    reply.json.messages.every((message) => message.messageType === "Error"),
    true,
  );
  assert.deepEqual(multivers.administration(LINDE).orders, []);
});

test("W14: quantities are exact decimals up to the scale of the article", async (t) => {
  const { postOrder } = await startMultivers(t);
  for (const [productId, quantityOrdered, status] of [
    ["ARBEID", 0.17, 200],
    ["ARBEID", 0.29, 200],
    ["ARBEID", -1.1, 200],
    ["ARBEID", 0.171, 400],
    ["ARBEID", 1e-7, 400],
    ["50% GLYCOL", 0.5, 200],
    ["50% GLYCOL", 0.25, 400],
  ] as const) {
    const orderLineType = productId === "ARBEID" ? 0 : 4;
    const reply = await postOrder({ ...ORDER, orderLines: [{ productId, orderLineType, quantityOrdered }] });
    assert.equal(reply.status, status, `${productId} ${quantityOrdered}`);
    if (status === 200) assert.equal(reply.json.orderLines[0]?.quantityOrdered, quantityOrdered);
  }
});

test("O07: half an emoji is no text, a body that is no order is refused without messages", async (t) => {
  const { call, postOrder } = await startMultivers(t);
  const half = await postOrder({ ...ORDER, orderLines: [{ orderLineType: 3, description: "x\ud83d" }] });
  assert.equal(half.status, 400);
  assert.ok("order.orderLines[0].description" in half.json.ModelState);
  const number = await postOrder({ ...ORDER, customerId: 10001 });
  assert.deepEqual(Object.keys(number.json.ModelState), ["order.customerId"]);
  for (const body of ["", "{", "[]", "3"]) {
    const reply = await call(linde("Order"), { method: "POST", body });
    assert.deepEqual([reply.status, reply.json], [400, { Message: "The request is invalid." }], body);
  }
});

test("O15: a passive customer or article is an error, a warning or nothing, as set", async (t) => {
  for (const [passivePolicy, status, types] of [
    ["error", 400, ["Error", "Error"]],
    ["warning", 200, ["Warning", "Warning"]],
    ["silent", 200, []],
  ] as const) {
    const { postOrder, multivers } = await startMultivers(t, { passivePolicy });
    multivers.administration(LINDE).patchCustomer("10001", { customerStateId: "P" });
    const reply = await postOrder({
      ...ORDER,
      orderLines: [{ productId: "OUD-1", orderLineType: 4, quantityOrdered: 1 }],
    });
    assert.equal(reply.status, status, reply.text);
    assert.deepEqual(
      reply.json.messages.map((message) => message.messageType),
      types,
    );
  }
});

test("sandbox: the VAT scenario is required only where the administration says so", async (t) => {
  const { postOrder } = await startMultivers(t, { requireVatScenario: true });
  assert.equal((await postOrder(ORDER)).json.messages[0]?.path, "/vatScenarioId");
  assert.equal((await postOrder({ ...ORDER, vatScenarioId: 6 })).status, 200);
});

test("O02: an order is found by customer, year and reference, and leaves the open ones when it is invoiced", async (t) => {
  const { call, postOrder, multivers } = await startMultivers(t);
  await postOrder(ORDER);
  await postOrder({ ...ORDER, reference: "WB-2026-0001730", orderDate: "31-12-2025" });
  await postOrder({ ...ORDER, customerId: "10002" });
  const ids = async (resource: string, query = {}) =>
    (await call(linde(resource, query))).rows.map((row) => row.orderId);
  assert.deepEqual(await ids("OrderInfoList/10001"), ["20260001", "20250001"]);
  assert.deepEqual(await ids("OrderInfoList/10001", { fiscalYear: "2026" }), ["20260001"]);
  assert.deepEqual(await ids("OrderInfoList/10001/2025"), ["20250001"]);
  assert.deepEqual(await ids("OrderInfoList/10001", { $filter: "Reference eq 'WB-2026-000173'" }), [
    "20260001",
  ]);
  assert.deepEqual(await ids("OrderInfoList/10001", { minDate: "1-1-2026", maxDate: "31-12-2026" }), [
    "20260001",
  ]);
  assert.deepEqual(await ids("OrderInfoList/OpenOrders", { customerId: "10002" }), ["20260002"]);
  multivers.administration(LINDE).invoiceOrder("20260001");
  assert.deepEqual(await ids("OrderInfoList/OpenOrders"), ["20250001", "20260002"]);
  assert.equal((await call(linde("OrderInfo/20260001"))).json.invoiceId, "F20260001");
  assert.equal((await call(linde("Order/20260001"))).json.canChange, false);
  assert.equal((await call(linde("OrderInfoList"))).status, 404);
  assert.equal((await call(linde("Order/1"))).status, 404);
});

test("sandbox: numbers and enumerations may be sent as text, words may not", async (t) => {
  const { postOrder } = await startMultivers(t);
  const line = { productId: "ARBEID", orderLineType: "0", quantityOrdered: "1.5" };
  const reply = await postOrder({ ...ORDER, orderType: "0", orderLines: [line] });
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.orderType, 0);
  assert.equal(reply.json.orderLines[0]?.quantityOrdered, 1.5);
  assert.equal((await postOrder({ ...ORDER, orderType: "InvoiceOrder" })).status, 400);
});

test("sandbox: named lists of orders are no customers' lists, dates sort as days, and lists inside can be expanded", async (t) => {
  const { call, postOrder, multivers } = await startMultivers(t);
  await postOrder({ ...ORDER, projectId: "P1", orderDate: "9-12-2025", approved: true });
  await postOrder({ ...ORDER, orderDate: "10-1-2026", approved: true });
  await postOrder({ ...ORDER, orderDate: "2-3-2026" });
  const ids = async (resource: string, query = {}) =>
    (await call(linde(resource, query))).rows.map((row) => row.orderId);
  assert.deepEqual(await ids("OrderInfoList/ByProjectId/P1"), ["20250001"]);
  assert.deepEqual(await ids("OrderInfoList/OrdersReadyToPrintInvoice"), ["20250001", "20260001"]);
  multivers.administration(LINDE).invoiceOrder("20260001");
  assert.deepEqual(await ids("OrderInfoList/OrdersReadyToPrintInvoice"), ["20250001"]);
  assert.deepEqual(await ids("OrderInfoList/OrdersForInvoice/F20260001"), ["20260001"]);
  assert.equal((await call(linde("OrderInfoList/ByProjectId"))).status, 404);
  assert.deepEqual(await ids("OrderInfoList/10001", { $orderby: "OrderDate desc" }), [
    "20260002",
    "20260001",
    "20250001",
  ]);
  assert.equal((await ids("OrderInfoList/10001", { $expand: "OrderLines" })).length, 3);
  assert.equal((await call(linde("OrderInfoList/10001", { $expand: "Regels" }))).status, 400);
});
