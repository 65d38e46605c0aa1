import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpResult } from "../../../../services/shared/unit4/http/http.ts";
import { sentOutcome } from "../../../../services/shared/unit4/orders/order-outcome.ts";

const answered = (status: number, body: unknown): HttpResult => ({
  kind: "answer",
  status,
  headers: {},
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

const ERROR = { message: "Debiteur 10001 is passief.", messageType: "Error", path: "/customerId" };
const WARNING = { message: "Let op.", messageType: "Warning", path: "/" };
const ORDER = {
  orderId: "20260038",
  customerId: "10001",
  reference: "WB-2026-000173",
  orderLines: [
    {
      orderLineType: 0,
      productId: "0017",
      description: "",
      quantityOrdered: 0.25,
      price: 12.5,
      messages: [],
    },
  ],
  totalOrderAmount: 3.78,
  messages: [],
};

test("W13: an order number without an error is written, warnings along with it", () => {
  const outcome = sentOutcome(answered(200, { ...ORDER, messages: [WARNING] }));
  assert.deepEqual(outcome, {
    kind: "written",
    orderId: "20260038",
    order: {
      orderId: "20260038",
      customerId: "10001",
      reference: "WB-2026-000173",
      orderLines: [
        { orderLineType: 0, productId: "0017", description: "", quantityOrdered: "0.25", price: "12.5" },
      ],
      total: "3.78",
    },
    messages: [{ kind: "warning", text: "Let op.", path: "/" }],
  });
  assert.equal(sentOutcome(answered(201, { OrderId: "20260039" })).kind, "written");
});

test("W20: lines that are not shown are told apart from no lines", () => {
  const linesOf = (body: object) => {
    const outcome = sentOutcome(answered(200, body));
    return outcome.kind === "written" ? outcome.order.orderLines : outcome.kind;
  };
  assert.equal(linesOf({ orderId: "1" }), null);
  assert.equal(linesOf({ orderId: "1", orderLines: null }), null);
  assert.deepEqual(linesOf({ orderId: "1", orderLines: [] }), []);
});

test("O03: 400, 409 and 422 are refusals with Unit4's own words, also without any", () => {
  for (const status of [400, 409, 422]) {
    const outcome = sentOutcome(answered(status, { messages: [ERROR] }));
    assert.deepEqual(outcome, {
      kind: "refused",
      status,
      messages: [{ kind: "error", text: "Debiteur 10001 is passief.", path: "/customerId" }],
    });
    assert.deepEqual(sentOutcome(answered(status, "")), { kind: "refused", status, messages: [] });
  }
});

test("W13: an error in a 2xx is a refusal only when no order number came with it", () => {
  assert.equal(sentOutcome(answered(200, { messages: [ERROR] })).kind, "refused");
  assert.equal(sentOutcome(answered(200, { ...ORDER, orderId: "", messages: [ERROR] })).kind, "refused");
  const both = sentOutcome(answered(200, { ...ORDER, messages: [ERROR] }));
  assert.ok(both.kind === "unknown" && both.reason === "ERROR_WITH_ORDER_ID" && both.messages.length === 1);
  const inLine = { ...ORDER, orderLines: [{ messages: [{ ...ERROR, path: "/productId" }] }] };
  assert.equal(sentOutcome(answered(200, inLine)).kind, "unknown");
  const neither = sentOutcome(answered(200, { messages: [WARNING] }));
  assert.ok(neither.kind === "unknown" && neither.reason === "NO_ORDER_ID");
});

test("O17: maintenance HTML, nothing, a cut-off body with status 200 leave the order unknown", () => {
  const reasons = ["<!DOCTYPE html><title>Onderhoud</title>", "", '{"orderId":"2026', "null"].map((body) => {
    const outcome = sentOutcome(answered(200, body));
    return outcome.kind === "unknown" ? outcome.reason : outcome.kind;
  });
  assert.deepEqual(reasons, ["HTML_ANSWER", "EMPTY_ANSWER", "CUT_OFF", "NO_ORDER_ID"]);
});

test("O01: whatever is neither certain nor an order is unknown", () => {
  for (const status of [302, 303, 405, 408, 418, 500, 502, 503, 504])
    assert.deepEqual(sentOutcome(answered(status, "<html>")), {
      kind: "unknown",
      reason: `HTTP_${status}`,
      messages: [],
    });
  for (const reason of ["TIMED_OUT", "CONNECTION_LOST", "ANSWER_TOO_LARGE"] as const)
    assert.deepEqual(sentOutcome({ kind: "lost", reason }), { kind: "unknown", reason, messages: [] });
});

test("F43: what surely stored nothing and is no order's fault is not sent", () => {
  const notSent = (reason: string) => ({ kind: "not-sent", reason });
  const refused = { kind: "not-sent", reason: "CONNECTION_REFUSED" } as const;
  assert.deepEqual(sentOutcome(refused), refused);
  assert.deepEqual(sentOutcome(answered(429, "")), notSent("HTTP_429"));
  assert.deepEqual(sentOutcome(answered(307, "")), notSent("HTTP_307"));
  assert.deepEqual(sentOutcome(answered(404, "<html>")), notSent("HTTP_404"));
  assert.deepEqual(
    sentOutcome(answered(404, { Message: "No HTTP resource was found." })),
    notSent("HTTP_404"),
  );
  assert.equal(sentOutcome(answered(404, { messages: [ERROR] })).kind, "refused");
  assert.deepEqual(sentOutcome(answered(403, "")), { kind: "forbidden", status: 403 });
  assert.deepEqual(sentOutcome(answered(401, "")), { kind: "forbidden", status: 401 });
});
