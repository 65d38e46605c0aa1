import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Kept,
  planRetry,
  type RetryCandidate,
  type RetryChoice,
  type Told,
} from "../../../../services/console/workorders/domain/retry.ts";
import { onRepeat } from "../../../../services/order-writer/domain/archived-again.ts";
import { settingsSchema } from "../../../../services/shared/domain/settings.ts";
import {
  type OrderRequestInput,
  orderRequestFrom,
} from "../../../../services/workorder-archived/domain/order-request.ts";
import { orderRequested, workorderArchived } from "../../../support/records.ts";

/** 25 November 2026, 12:00 in Amsterdam. */
const NOON = Date.parse("2026-11-25T11:00:00Z");
const ANY: RetryChoice = { workorder: null, cause: null, from: null, to: null };
const ON = { isActive: true };

const told = (overrides: Partial<Told> = {}): Told => ({
  outcome: "refused",
  code: "WORKORDER_WITHOUT_CUSTOMER",
  sequence: 1,
  archivedAt: NOON,
  settledAt: NOON + 50,
  ...overrides,
});
const kept = (overrides: Partial<Kept> = {}): Kept => ({
  state: "refused",
  code: "ORDER_CUSTOMER_PASSIVE",
  sequence: 1,
  archivedAt: NOON,
  settledAt: NOON + 900,
  requestedAt: NOON + 60,
  ...overrides,
});
const candidate = (workorderId: string, facts: Partial<RetryCandidate>): RetryCandidate => ({
  workorderId,
  number: `WB-2026-${workorderId}`,
  orderId: null,
  told: null,
  kept: null,
  ...facts,
});
const sentIds = (candidates: readonly RetryCandidate[], choice: Partial<RetryChoice>) =>
  planRetry(candidates, { ...ANY, ...choice }, ON).wouldSend.map(({ workorderId }) => workorderId);
const reasons = (candidates: readonly RetryCandidate[], tenant = ON) =>
  planRetry(candidates, ANY, tenant).notSent.map(({ workorderId, why }) => [workorderId, why]);

test("O49: what is not sent names the order that stands there", () => {
  const written = candidate("1", { orderId: "20260041", told: told({ outcome: "written" }) });
  assert.deepEqual(planRetry([written], ANY, ON).notSent, [
    { workorderId: "1", number: "WB-2026-1", why: "WRITTEN", orderId: "20260041" },
  ]);
});

test("W17: what the mapping refused is found at the time of its event, what Unit4 refused at the time of its request", () => {
  const { wouldSend } = planRetry(
    [
      candidate("1", { told: told() }),
      candidate("2", {
        told: told({ code: "ORDER_CUSTOMER_PASSIVE", settledAt: NOON + 900 }),
        kept: kept(),
      }),
    ],
    ANY,
    ON,
  );
  assert.deepEqual(
    wouldSend.map(({ workorderId, cause, eventAt }) => [workorderId, cause, eventAt]),
    [
      ["1", "WORKORDER_WITHOUT_CUSTOMER", NOON + 50],
      ["2", "ORDER_CUSTOMER_PASSIVE", NOON + 60],
    ],
  );
});

test("W17: of a refusal by Unit4 and a later one by the mapping the later one counts, and of two archivings the later one", () => {
  const afterRetry = candidate("1", { told: told({ sequence: 2, settledAt: NOON + 5_000 }), kept: kept() });
  const archivedAnew = candidate("2", {
    told: told({ sequence: 2, archivedAt: NOON + 1, settledAt: NOON }),
    kept: kept(),
  });
  const { wouldSend } = planRetry([afterRetry, archivedAnew], ANY, ON);
  const laterOnes = [
    ["WORKORDER_WITHOUT_CUSTOMER", NOON + 5_000],
    ["WORKORDER_WITHOUT_CUSTOMER", NOON],
  ];
  const found = wouldSend.map(({ cause, eventAt }) => [cause, eventAt]);
  assert.deepEqual(found, laterOnes);
  // Before there were sequences their times told it.
  const before = [afterRetry, archivedAnew].map((one) => ({
    ...one,
    told: { ...told(), ...one.told, sequence: 0 },
    kept: kept({ sequence: 0 }),
  }));
  assert.deepEqual(
    planRetry(before, ANY, ON).wouldSend.map(({ cause, eventAt }) => [cause, eventAt]),
    laterOnes,
  );
});

test("W13, W17: an order that is written, unknown, on its way or waiting is never sent again, whatever was told before", () => {
  const states = ["written", "unknown", "sending", "waiting"] as const;
  const candidates = states.map((state) => candidate(state, { told: told(), kept: kept({ state }) }));
  assert.deepEqual(sentIds(candidates, {}), []);
  assert.deepEqual(reasons(candidates), [
    ["written", "WRITTEN"],
    ["unknown", "OUTCOME_UNKNOWN"],
    ["sending", "ON_ITS_WAY"],
    ["waiting", "WAITING"],
  ]);
});

test("W17: the ledger has the last word even before Simon was told", () => {
  assert.deepEqual(sentIds([candidate("1", { kept: kept() })], {}), ["1"]);
  assert.deepEqual(reasons([candidate("1", { told: told({ outcome: "written" }) })]), [["1", "WRITTEN"]]);
});

test("A9, W9: what was archived while the integration was off can be sent, what a filter word skipped can not", () => {
  const off = candidate("1", { told: told({ outcome: "skipped", code: "WORKORDER_ARCHIVED_WHILE_OFF" }) });
  const filtered = candidate("2", { told: told({ outcome: "skipped", code: "WORKORDER_FILTERED" }) });
  assert.deepEqual(sentIds([off, filtered], {}), ["1"]);
  assert.deepEqual(reasons([off, filtered]), [["2", "SKIPPED_ON_PURPOSE"]]);
});

test("A8: while the integration is off nothing is sent again", () => {
  assert.deepEqual(reasons([candidate("1", { told: told() })], { isActive: false }), [["1", "TENANT_OFF"]]);
});

test("W17: one is chosen by its id or number, many by their cause or by days of archiving in Amsterdam", () => {
  const lateAtNight = Date.parse("2026-11-24T23:30:00Z");
  const candidates = [
    candidate("1", { told: told() }),
    candidate("2", { kept: kept() }),
    candidate("3", { told: told({ archivedAt: lateAtNight }) }),
    candidate("4", { told: told({ archivedAt: lateAtNight - 3_600_000 }) }),
  ];
  assert.deepEqual(sentIds(candidates, { workorder: "2" }), ["2"]);
  assert.deepEqual(sentIds(candidates, { workorder: "WB-2026-2" }), ["2"]);
  assert.deepEqual(sentIds(candidates, { cause: "ORDER_CUSTOMER_PASSIVE" }), ["2"]);
  assert.deepEqual(sentIds(candidates, { from: "2026-11-25", to: "2026-11-25" }), ["3", "1", "2"]);
  assert.deepEqual(sentIds(candidates, { to: "2026-11-24" }), ["4"]);
  const unknown = planRetry(candidates, { ...ANY, workorder: "99" }, ON);
  assert.deepEqual(unknown, {
    wouldSend: [],
    notSent: [{ workorderId: "99", number: "", why: "NOT_SETTLED", orderId: null }],
  });
});

test("W17: the first archived go first, and what is too much for one go is left and said", () => {
  const candidates = Array.from({ length: 502 }, (_, index) =>
    candidate(String(index), { told: told({ archivedAt: NOON - index }) }),
  );
  const { wouldSend, notSent } = planRetry(candidates, ANY, ON);
  assert.equal(wouldSend.length, 500);
  assert.equal(wouldSend[0]?.workorderId, "501");
  assert.deepEqual(
    notSent.map(({ workorderId, why }) => [workorderId, why]),
    [
      ["1", "OVER_LIMIT"],
      ["0", "OVER_LIMIT"],
    ],
  );
});

test("O03: the ledger takes a retry of a refused order once, and no replay of it, an older one or the first request", () => {
  const first = orderRequested("a", "1", { archivedAt: NOON });
  // The clock of who pressed the second time was behind: the place on the topic counts.
  const second = { ...first, sequence: 2, retry: { id: "x", at: NOON + 20, by: "kantoor" } };
  const third = { ...first, sequence: 3, retry: { id: "y", at: NOON + 10, by: "kantoor" } };
  const decide = (request: typeof first, known: typeof first) =>
    onRepeat(
      {
        state: "refused",
        request: known,
        laterRequest: null,
        archivedAt: NOON,
        sequence: known.sequence,
        isGone: false,
      },
      request,
    ).kind;
  assert.deepEqual([decide(second, first), decide(third, second)], ["replace", "replace"]);
  for (const known of [second, third]) assert.equal(decide(second, known), "known");
  assert.equal(decide(first, second), "known");
});

test("O35: a retry of a request that was stored before there were sequences is told by its time", () => {
  const first = orderRequested("a", "1", { archivedAt: NOON, sequence: 0 });
  const retried = (id: string, at: number) => ({ ...first, sequence: 1, retry: { id, at, by: "kantoor" } });
  const decide = (request: typeof first, known: typeof first, state: "refused" | "written" = "refused") =>
    onRepeat(
      { state, request: known, laterRequest: null, archivedAt: NOON, sequence: 0, isGone: false },
      request,
    ).kind;
  assert.equal(decide(retried("x", NOON + 10), first), "replace");
  assert.equal(decide(retried("x", NOON + 10), retried("x", NOON + 10)), "known");
  assert.equal(decide(retried("x", NOON + 20), retried("x", NOON + 10)), "known");
  assert.equal(decide(retried("y", NOON + 20), retried("x", NOON + 10)), "replace");
  assert.equal(decide(retried("x", NOON + 10), retried("y", NOON + 20)), "known");
  assert.equal(decide(first, retried("x", NOON + 10)), "known");
  assert.equal(decide(retried("x", NOON + 10), first, "written"), "known");
  assert.equal(decide({ ...retried("x", NOON + 10), archivedAt: NOON - 1 }, first), "known");
});

const RETRY = { id: "x", at: NOON + 60_000, by: "kantoor" };
const work = { articleId: "ARBEID", articleType: 0, quantityScale: 2 };

/** A workorder archived at noon; the integration is on, and its settings are there, from a minute or so later. */
const mapped = (retry: typeof RETRY | null, overrides: Partial<OrderRequestInput> = {}) =>
  orderRequestFrom({
    workorder: workorderArchived("a", "1", { archivedAt: NOON, retry }),
    recordTimestampMs: NOON + 61_000,
    sequence: 2,
    decidedAtMs: NOON + 62_000,
    administration: "MVL00042",
    activations: [{ epoch: 7, from: NOON + 30_000, until: null }],
    settingsVersions: [
      { version: 1, validFrom: NOON + 30_000, settings: settingsSchema.parse({ workArticle: work }) },
    ],
    customer: {
      customerId: "10001",
      name: "Hotel De Linde",
      state: "active",
      origin: "unit4",
      paymentConditionId: "14",
      vatScenarioId: 6,
      chargeVatTypeId: 1,
      successors: [],
    },
    articles: new Map(),
    ...overrides,
  });

test("A9: what was archived while the integration was off becomes an order of the time in which a person sends it", () => {
  assert.equal(mapped(null).kind, "skipped");
  const sent = mapped(RETRY);
  assert.ok(sent.kind === "requested");
  assert.deepEqual(
    [sent.request.epoch, sent.request.settingsVersion, sent.request.archivedAt, sent.request.retry],
    [7, 1, NOON, RETRY],
  );
  assert.equal(mapped(RETRY, { activations: [] }).kind, "skipped");
});

test("W18: a retry uses the settings of the archiving moment where there are some", () => {
  const before = { version: 1, validFrom: NOON - 1, settings: settingsSchema.parse({ workArticle: work }) };
  const after = { ...before, version: 2, validFrom: NOON + 1 };
  const sent = mapped(RETRY, { settingsVersions: [before, after] });
  assert.equal(sent.kind === "requested" && sent.request.settingsVersion, 1);
});

test("L5: a retry that the mapping refuses ends what was said before, and says what it finds now", () => {
  const closed = (retry: typeof RETRY | null) => {
    const decision = mapped(retry, {
      activations: [{ epoch: 1, from: 0, until: null }],
      settingsVersions: [{ version: 1, validFrom: 0, settings: settingsSchema.parse({ workArticle: work }) }],
      customer: null,
    });
    assert.ok(decision.kind === "refused");
    assert.deepEqual(
      decision.errors.map(({ code }) => code),
      ["WORKORDER_CUSTOMER_UNKNOWN"],
    );
    return decision.errors[0]?.closes ?? [];
  };
  for (const code of ["ORDER_CUSTOMER_PASSIVE", "WORKORDER_ARCHIVED_WHILE_OFF"] as const) {
    assert.ok(closed(RETRY).includes(code));
    assert.ok(!closed(null).includes(code));
  }
  assert.ok(!closed(RETRY).includes("WORKORDER_CUSTOMER_UNKNOWN"));
});
