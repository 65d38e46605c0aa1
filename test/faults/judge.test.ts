import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditedRequest } from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import type { MessageLogged, OrderSettled } from "../../schemas/records.ts";
import { orderRequested } from "../support/records.ts";
import type { Evidence } from "./evidence.ts";
import { judgeOutcomes } from "./judge-outcomes.ts";
import { judgeTraffic } from "./judge-traffic.ts";

const REQUESTED = orderRequested("a", "1", {});
const { reference, customerId } = REQUESTED;
const POST: AuditedRequest = {
  request: 0,
  atMs: 2_000,
  method: "POST",
  path: "/api/MVL00001/Order",
  query: "",
  operation: "Order",
  database: "MVL00001",
  owner: "a",
  grant: null,
  reference,
  call: null,
  fault: null,
  outcome: "answered",
  status: 200,
  endedAtMs: 2_100,
};
const COMMIT = {
  kind: "commit",
  request: 0,
  atMs: 2_050,
  database: "MVL00001",
  orderId: "20260001",
  customerId,
  reference,
} as const;
const ROW = {
  tenantId: "a",
  workorderId: "1",
  state: "written",
  orderId: "20260001",
  code: "ORDER_WRITTEN",
  attempts: 1,
};
const ATTEMPT = { tenantId: "a", workorderId: "1", startedAtMs: 1_990 };
const SETTLED = { ...ROW, outcome: "written" } as unknown as OrderSettled;
const MESSAGE = { tenantId: "a", recordId: "1", code: "ORDER_WRITTEN" } as MessageLogged;

const evidence = (overrides: Partial<Evidence>): Evidence => ({
  requested: [REQUESTED],
  losesTransactions: false,
  archivedAgain: new Map(),
  databases: new Map([["a", "MVL00001"]]),
  ledger: [ROW],
  attempts: [ATTEMPT],
  settled: [SETTLED],
  messages: [MESSAGE],
  shown: new Map([["a/1", { outcome: "written", orderId: "20260001", code: "ORDER_WRITTEN" }]]),
  requests: [POST],
  commits: [COMMIT],
  stored: () => ({ customerId, orderLines: [{ productId: "2001", quantityOrdered: 2 }] }),
  askedRestMs: new Map(),
  tokenLifeMs: 60_000,
  earlyRenewals: 0,
  freezes: [],
  ...overrides,
});

/** The invariants that are broken, each once. */
const broken = (overrides: Partial<Evidence>): readonly string[] => {
  const found = evidence(overrides);
  const violations = [...judgeOutcomes(found).violations, ...judgeTraffic(found).violations];
  return [...new Set(violations.map((violation) => violation.split(":")[0] ?? ""))];
};

const renewal = (atMs: number): AuditedRequest => ({
  ...POST,
  database: null,
  operation: "OAuth/Token",
  grant: "refresh_token",
  atMs,
});
const lookUp = (atMs: number, call = "one"): AuditedRequest => ({
  ...POST,
  method: "GET",
  path: "/list",
  call,
  status: 500,
  atMs,
  endedAtMs: atMs + 1,
});

test("the judge finds nothing where all is well", () => assert.deepEqual(broken({}), []));

test("I1: the judge finds a second order", () =>
  assert.deepEqual(broken({ commits: [COMMIT, { ...COMMIT, orderId: "20260002" }] }), ["I1"]));

test("I1: the judge finds an order that nobody asked for", () => {
  const other = { ...POST, request: 1, reference: "WB-9999-1" };
  const stray = { ...COMMIT, request: 1, orderId: "20260002", reference: "WB-9999-1" };
  assert.ok(broken({ requests: [POST, other], commits: [COMMIT, stray] }).includes("I1"));
});

test("I2: the judge finds a lost order, not in the ledger, not in Unit4, or left open", () => {
  assert.deepEqual(broken({ ledger: [] }), ["I2"]);
  assert.deepEqual(broken({ commits: [] }), ["I2"]);
  assert.deepEqual(broken({ ledger: [{ ...ROW, state: "unknown" }] }), ["I2"]);
  assert.deepEqual(broken({ ledger: [{ ...ROW, state: "refused" }] }), ["I2"]);
});

test("I2, I8: the judge finds an end that nobody was told", () => {
  assert.deepEqual(broken({ settled: [] }), ["I2"]);
  assert.deepEqual(broken({ messages: [] }), ["I8"]);
});

test("I2: the judge finds a workorder that shows something else in Simon than the ledger has", () => {
  const right = { outcome: "written", orderId: "20260001", code: "ORDER_WRITTEN" };
  for (const wrong of [
    { ...right, outcome: "refused" },
    { ...right, orderId: "20260002" },
    { ...right, code: "ORDER_REFUSED" },
  ])
    assert.deepEqual(broken({ shown: new Map([["a/1", wrong]]) }), ["I2"]);
  assert.deepEqual(broken({ shown: new Map() }), ["I2"]);
  assert.deepEqual(broken({ shown: null }), []);
});

test("I3: the judge finds an order with another content", () =>
  assert.deepEqual(broken({ stored: () => ({ customerId, orderLines: [] }) }), ["I3"]));

test("I8: the judge finds a sending that was not written down before it", () => {
  assert.deepEqual(broken({ attempts: [{ ...ATTEMPT, startedAtMs: 2_010 }] }), ["I8"]);
  assert.deepEqual(broken({ requests: [POST, { ...POST, request: 1, atMs: 3_000, endedAtMs: 3_100 }] }), [
    "I8",
  ]);
});

test("I11: the judge finds two orders of a tenant at once, and a call in a rest", () => {
  const other = { ...POST, request: 1, reference: "another", status: 401, atMs: 2_050 };
  assert.deepEqual(broken({ requests: [POST, other] }), ["I11"]);
  const limited = { ...lookUp(1_000), fault: "429" };
  assert.deepEqual(broken({ requests: [limited, POST], askedRestMs: new Map([["429", 1_500]]) }), ["I11"]);
});

test("I11: a request that a frozen process cannot let go of holds nobody up once its lease has passed", () => {
  const held = { ...POST, endedAtMs: 9_000 };
  const next = { ...POST, request: 1, reference: "another", status: 401, atMs: 5_500, endedAtMs: 5_600 };
  const requests = [held, next];
  assert.deepEqual(broken({ requests }), ["I11"]);
  assert.deepEqual(broken({ requests, freezes: [{ fromMs: 2_500, leaseMs: 3_000 }] }), []);
  assert.deepEqual(broken({ requests, freezes: [{ fromMs: 2_500, leaseMs: 4_000 }] }), ["I11"]);
  assert.deepEqual(broken({ requests, freezes: [{ fromMs: 9_500, leaseMs: 3_000 }] }), ["I11"]);
});

test("I12: the judge finds a fourth try of one look-up, and takes those of another one and what a 401 costs for none", () => {
  const three = [5_001, 5_002, 5_003].map((atMs) => lookUp(atMs));
  assert.deepEqual(broken({ requests: [POST, ...three, lookUp(25_000)] }), ["I12"]);
  const others = [5_004, 5_005, 5_006].map((atMs) => lookUp(atMs, "another"));
  assert.deepEqual(broken({ requests: [POST, ...three, ...others, { ...lookUp(5_007), status: 401 }] }), []);
});

test("I13: the judge finds a token that was renewed twice", () => {
  const requests = [POST, renewal(10_000), renewal(11_000)];
  assert.deepEqual(broken({ requests }), ["I13"]);
  assert.deepEqual(broken({ requests, earlyRenewals: 1 }), []);
});

test("O52, W19: the judge takes either archiving's content, and finds an older one that is not told as that", () => {
  const again = {
    ...REQUESTED,
    sequence: 2,
    lines: REQUESTED.lines.map((line) => ({ ...line, quantity: "3" })),
  };
  const archivedAgain = new Map([[`${REQUESTED.tenantId}/${REQUESTED.workorderId}`, again]]);
  assert.deepEqual(broken({ archivedAgain }), ["I2"]);
  const stored = () => ({ customerId, orderLines: [{ productId: "2001", quantityOrdered: 3 }] });
  assert.deepEqual(broken({ archivedAgain, stored }), []);
  const other = () => ({ customerId, orderLines: [{ productId: "2001", quantityOrdered: 4 }] });
  assert.deepEqual(broken({ archivedAgain, stored: other }), ["I3", "I2"]);
});
