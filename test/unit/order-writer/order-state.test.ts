import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OrderRequested } from "../../../schemas/records.ts";
import {
  type Known,
  onRepeat,
  orderDifference,
} from "../../../services/order-writer/domain/archived-again.ts";
import {
  afterLookup,
  afterSending,
  DEFAULT_POLICY,
  type LookupOutcome,
  type OpenFacts,
  type SendOutcome,
} from "../../../services/order-writer/domain/order-state.ts";
import { unit4OrderFrom } from "../../../services/order-writer/domain/unit4-order.ts";
import { plain } from "../../support/plain.ts";
import { orderRequested } from "../../support/records.ts";

const NOW = 1_795_000_000_000;
const sending = { policy: DEFAULT_POLICY, unclearSendings: 0, failures: 1, nowMs: NOW, random: 0.5 };
const PASSIVE = { text: plain("Debiteur is passief."), path: "/customerId" };
const STORED = { customerId: "10001", reference: "WB-1", orderLines: null, total: null };
const UNKNOWN: SendOutcome = { kind: "unknown", reason: "TIMED_OUT", reasons: [] };
/** A look-up of an order of which the ledger has these facts. */
const lookingUp = (known: Partial<OpenFacts>, policy = DEFAULT_POLICY) => ({
  policy,
  known: { absentLookups: 0, unclearSendings: 1, reasons: [], ...known },
  nowMs: NOW,
});

test("W13: sending has three outcomes and only a certain one settles or repeats the order", () => {
  const outcomes: readonly [SendOutcome, string, string][] = [
    [{ kind: "written", orderId: "20260038", remarks: [], stored: STORED }, "settled", "written"],
    [{ kind: "refused", reasons: [PASSIVE] }, "settled", "refused"],
    [
      { kind: "put-off", code: "ORDER_NOT_SENT", reason: "connection refused", notBeforeMs: null },
      "open",
      "waiting",
    ],
    [UNKNOWN, "open", "unknown"],
  ];
  for (const [outcome, kind, state] of outcomes) {
    const step = afterSending(outcome, sending);
    assert.deepEqual([step.kind, "state" in step && step.state], [kind, state]);
  }
});

test("O01: an unknown order waits out the quarantine and is sent again only after two look-ups in a row say absent", () => {
  const unknown = afterSending(UNKNOWN, sending);
  assert.equal(unknown.kind === "open" && unknown.dueInMs, DEFAULT_POLICY.quarantineMs);
  const first = afterLookup({ kind: "absent" }, lookingUp({}));
  assert.deepEqual(first.kind === "open" && [first.state, first.absentLookups], ["unknown", 1]);
  const second = afterLookup({ kind: "absent" }, lookingUp({ absentLookups: 1 }));
  assert.deepEqual(second.kind === "open" && [second.state, second.dueInMs], ["waiting", 0]);
  const found = afterLookup(
    { kind: "found", orderId: "20260038", stored: null },
    lookingUp({ absentLookups: 1 }),
  );
  assert.deepEqual(found.kind === "settled" && found.state === "written" && found.orderId, "20260038");
});

test("W13: no sequence of look-ups sends an order again before the policy's number of absents in a row", () => {
  const lookups = fc.array(
    fc.constantFrom<LookupOutcome>(
      { kind: "absent" },
      { kind: "no-answer", reason: "503", notBeforeMs: null },
    ),
  );
  fc.assert(
    fc.property(lookups, fc.integer({ min: 1, max: 4 }), (outcomes, absentLookups) => {
      const policy = { ...DEFAULT_POLICY, absentLookups };
      let known = 0;
      let absents = 0;
      for (const outcome of outcomes) {
        if (outcome.kind === "absent") absents += 1;
        const step = afterLookup(outcome, lookingUp({ absentLookups: known }, policy));
        assert.equal(step.kind, "open");
        if (step.kind !== "open") return;
        if (step.state === "waiting") {
          assert.equal(absents, absentLookups);
          return;
        }
        known = step.absentLookups;
      }
      assert.ok(absents < absentLookups);
    }),
  );
});

test("an order that Unit4 never answers clearly and never stores is given up, for a person to look at", () => {
  const { mostUnclearSendings } = DEFAULT_POLICY;
  const known = { absentLookups: 1, unclearSendings: mostUnclearSendings };
  assert.deepEqual(afterLookup({ kind: "absent" }, lookingUp(known)), {
    kind: "given-up",
    unclearSendings: mostUnclearSendings,
  });
});

test("an outage before an unclear answer costs no sending: only unclear ones are counted", () => {
  const refused: SendOutcome = {
    kind: "put-off",
    code: "ORDER_NOT_SENT",
    reason: "CONNECTION_REFUSED",
    notBeforeMs: null,
  };
  const outage = afterSending(refused, { ...sending, unclearSendings: 2 });
  assert.equal(outage.kind === "open" && outage.unclearSendings, 2);
  const unclear = afterSending(UNKNOWN, { ...sending, unclearSendings: 2 });
  assert.equal(unclear.kind === "open" && unclear.unclearSendings, 3);
});

test("F33: an unclear answer that said why is refused for that reason once two look-ups find nothing", () => {
  const unclear = afterSending({ ...UNKNOWN, reasons: [PASSIVE] }, sending);
  assert.ok(unclear.kind === "open");
  assert.deepEqual(unclear.reasons, [PASSIVE]);
  const first = afterLookup({ kind: "absent" }, { ...lookingUp(unclear), known: unclear });
  assert.ok(first.kind === "open" && first.state === "unknown");
  const second = afterLookup({ kind: "absent" }, { ...lookingUp(first), known: first });
  assert.deepEqual(second, { kind: "settled", state: "refused", reasons: [PASSIVE] });
});

test("F33: an order that stands in Unit4 although Unit4 spoke against it is written, with what it said as a remark", () => {
  const outcome: LookupOutcome = { kind: "found", orderId: "20260038", stored: STORED };
  assert.deepEqual(afterLookup(outcome, lookingUp({ reasons: [PASSIVE] })), {
    kind: "settled",
    state: "written",
    orderId: "20260038",
    remarks: [PASSIVE.text],
    stored: STORED,
  });
});

test("O18: a put-off tenant rests at least until Unit4's own time", () => {
  const step = afterSending(
    { kind: "put-off", code: "ORDER_NOT_SENT", reason: "429", notBeforeMs: NOW + 120_000 },
    sending,
  );
  assert.ok(step.kind === "open" && step.laneRestMs >= 120_000);
});

test("F34: two orders with one reference are handed to a person", () => {
  const step = afterLookup({ kind: "found-several", orderIds: ["1", "2"] }, lookingUp({}));
  assert.deepEqual(step, { kind: "handed-over", orderIds: ["1", "2"] });
});

const request = orderRequested("a", "1", { archivedAt: NOW });
const known = (state: Known["state"], laterRequest: OrderRequested | null = null): Known => ({
  state,
  request: { ...request, sequence: 2 },
  laterRequest,
  archivedAt: NOW,
  sequence: 2,
  isGone: false,
});
/** The workorder archived so many times, by clocks that say anything. */
const archived = (sequence: number, archivedAt = NOW): OrderRequested => ({
  ...request,
  sequence,
  archivedAt,
});
const ANY_CLOCK = [NOW - 240_000, NOW, NOW + 240_000];

test("W13, O35: a request delivered twice or replayed changes nothing, whatever the state and the clocks", () => {
  for (const state of ["waiting", "sending", "unknown", "written", "refused"] as const)
    for (const at of ANY_CLOCK) {
      assert.equal(onRepeat(known(state), archived(2, at)).kind, "known");
      assert.equal(onRepeat(known(state), archived(1, at)).kind, "known");
    }
});

test("O03, O35: a waiting or refused order that is archived anew waits with the newer content, whatever the clocks", () => {
  for (const state of ["waiting", "refused"] as const)
    for (const at of ANY_CLOCK) assert.equal(onRepeat(known(state), archived(3, at)).kind, "replace");
});

test("O60: archived anew without an order, a waiting one is withdrawn, and a refused one is never sent empty", () => {
  const without = { ...archived(3), noOrderCode: "WORKORDER_FILTERED", lines: [] };
  assert.equal(onRepeat(known("waiting"), without).kind, "withdraw");
  assert.equal(onRepeat(known("refused"), without).kind, "note");
  const retried = { ...without, retry: { id: "x", at: NOW, by: "kantoor" } };
  assert.equal(onRepeat(known("refused"), retried).kind, "note");
});

test("O35: a workorder archived anew while the outcome is open is kept until it is known", () => {
  for (const at of ANY_CLOCK) {
    assert.equal(onRepeat(known("unknown"), archived(3, at)).kind, "keep-for-later");
    assert.equal(onRepeat(known("unknown", archived(3, at)), archived(3)).kind, "known");
    assert.equal(onRepeat(known("unknown", archived(3, at)), archived(4)).kind, "keep-for-later");
  }
});

test("O35: what was made before there were sequences is told by its time", () => {
  const before = (state: Known["state"]): Known => ({ ...known(state), sequence: 0 });
  for (const sequence of [0, 1]) {
    assert.equal(onRepeat(before("waiting"), archived(sequence, NOW)).kind, "known");
    assert.equal(onRepeat(before("waiting"), archived(sequence, NOW - 1)).kind, "known");
    assert.equal(onRepeat(before("waiting"), archived(sequence, NOW + 1)).kind, "replace");
  }
  assert.equal(onRepeat(known("waiting"), archived(0, NOW + 1)).kind, "replace");
});

test("O29: a written order is visited before anything is said of it, one that is gone is made again by a person alone", () => {
  assert.equal(onRepeat(known("written"), archived(3)).kind, "visit");
  const gone: Known = { ...known("refused"), isGone: true };
  assert.equal(onRepeat(gone, archived(3)).kind, "still-gone");
  const retry = { id: "x", at: NOW, by: "kantoor" };
  assert.equal(onRepeat(gone, { ...archived(3), retry }).kind, "replace");
  assert.equal(onRepeat(gone, { ...archived(3), retry, noOrderCode: "WORKORDER_FILTERED" }).kind, "note");
});

test("O04: archived again after it was written: identical content has no difference, more material is named", () => {
  const newer = archived(3);
  assert.deepEqual(orderDifference(request, newer), []);
  const extra = {
    kind: "article",
    articleId: "2001",
    articleType: 0,
    quantity: "3",
    text: plain(""),
  } as const;
  assert.deepEqual(orderDifference(request, { ...newer, lines: [...request.lines, extra] }), ["+ 3 × 2001"]);
  assert.deepEqual(orderDifference({ ...request, lines: [extra] }, { ...request, lines: [] }), [
    "− 3 × 2001",
  ]);
});

test("W19: an archiving that was told already is known when it is replayed, although the order is of an earlier one", () => {
  const told = { ...known("written"), sequence: 3 };
  assert.equal(onRepeat(told, archived(3)).kind, "known");
  assert.equal(onRepeat(told, archived(4)).kind, "visit");
});

test("W19: changed remarks are named, those that went and those that came", () => {
  assert.deepEqual(
    orderDifference({ ...request, remarks: "Achterom" }, { ...request, remarks: "Bel eerst" }),
    ['− "Achterom"', '+ "Bel eerst"'],
  );
  assert.deepEqual(orderDifference({ ...request, remarks: "Achterom" }, request), ['− "Achterom"']);
});

test("W2, W11: the order is a factuuropdracht, unapproved, not blocked, priced by Unit4", () => {
  const order = unit4OrderFrom(request);
  assert.deepEqual([order.orderType, order.approved, order.blocked], [0, false, false]);
  assert.equal(order.orderLines[0]?.autoCalculatePrice, true);
  assert.equal("price" in (order.orderLines[0] ?? {}), false);
});

test("O05: article codes go to Unit4 as text, character for character", () => {
  const line = (articleId: string) =>
    ({ kind: "article", articleId, articleType: 2, quantity: "1", text: plain("") }) as const;
  const order = unit4OrderFrom({ ...request, lines: [line("0017"), line("KB16/2-BR")] });
  assert.deepEqual(
    order.orderLines.map(({ productId, orderLineType }) => [productId, orderLineType]),
    [
      ["0017", 4],
      ["KB16/2-BR", 4],
    ],
  );
});

test("O09: order and delivery date are written day first", () => {
  const order = unit4OrderFrom({ ...request, orderDate: "2026-04-01" });
  assert.deepEqual([order.orderDate, order.orderLines[0]?.deliveryDate], ["01-04-2026", "01-04-2026"]);
});
