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
  databases: new Map([["a", "MVL00001"]]),
  ledger: [ROW],
  attempts: [ATTEMPT],
  settled: [SETTLED],
  messages: [MESSAGE],
  requests: [POST],
  commits: [COMMIT],
  stored: () => ({ customerId, orderLines: [{ productId: "2001", quantityOrdered: 2 }] }),
  askedRestMs: new Map(),
  tokenLifeMs: 60_000,
  earlyRenewals: 0,
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
const lookUp = (atMs: number): AuditedRequest => ({
  ...POST,
  method: "GET",
  path: "/list",
  status: 500,
  atMs,
  endedAtMs: atMs + 1,
});

test("the judge finds nothing where all is well", () => assert.deepEqual(broken({}), []));

test("the judge finds a second order", () =>
  assert.deepEqual(broken({ commits: [COMMIT, { ...COMMIT, orderId: "20260002" }] }), ["I1"]));

test("the judge finds a lost order: not in the ledger, not in Unit4, or left open", () => {
  assert.deepEqual(broken({ ledger: [] }), ["I2"]);
  assert.deepEqual(broken({ commits: [] }), ["I2"]);
  assert.deepEqual(broken({ ledger: [{ ...ROW, state: "unknown" }] }), ["I2"]);
  assert.deepEqual(broken({ ledger: [{ ...ROW, state: "refused" }] }), ["I2"]);
});

test("the judge finds an end that nobody was told", () => {
  assert.deepEqual(broken({ settled: [] }), ["I2"]);
  assert.deepEqual(broken({ messages: [] }), ["I8"]);
});

test("the judge finds an order with another content", () =>
  assert.deepEqual(broken({ stored: () => ({ customerId, orderLines: [] }) }), ["I3"]));

test("the judge finds a sending that was not written down before it", () => {
  assert.deepEqual(broken({ attempts: [{ ...ATTEMPT, startedAtMs: 2_010 }] }), ["I8"]);
  assert.deepEqual(broken({ requests: [POST, { ...POST, request: 1, atMs: 3_000, endedAtMs: 3_100 }] }), [
    "I8",
  ]);
});

test("the judge finds two orders of a tenant at once, and a call in a rest", () => {
  const other = { ...POST, request: 1, reference: "another", status: 401, atMs: 2_050 };
  assert.deepEqual(broken({ requests: [POST, other] }), ["I11"]);
  const limited = { ...lookUp(1_000), fault: "429" };
  assert.deepEqual(broken({ requests: [limited, POST], askedRestMs: new Map([["429", 1_500]]) }), ["I11"]);
});

test("the judge finds a look-up that is tried again and again", () =>
  assert.deepEqual(broken({ requests: [POST, ...[1, 2, 3, 4, 5, 6, 7].map((n) => lookUp(5_000 + n))] }), [
    "I12",
  ]));

test("the judge finds a token that was renewed twice", () => {
  const requests = [POST, renewal(10_000), renewal(11_000)];
  assert.deepEqual(broken({ requests }), ["I13"]);
  assert.deepEqual(broken({ requests, earlyRenewals: 1 }), []);
});
