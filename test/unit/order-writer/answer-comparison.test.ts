import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { OrderLine } from "../../../schemas/records.ts";
import {
  compareStored,
  differenceText,
  type StoredLine,
  type StoredOrder,
  unpricedArticles,
} from "../../../services/order-writer/domain/answer-comparison.ts";
import type { Step } from "../../../services/order-writer/domain/order-state.ts";
import { settlementOf } from "../../../services/order-writer/domain/settlement.ts";
import { sendOutcomeOf } from "../../../services/order-writer/unit4-orders.ts";
import { plain } from "../../support/plain.ts";
import { orderRequested } from "../../support/records.ts";

const article = (articleId: string, quantity: string): OrderLine => ({
  kind: "article",
  articleId,
  articleType: 0,
  quantity,
  text: "",
});
const text = (said: string): OrderLine => ({
  kind: "text",
  articleId: "",
  articleType: null,
  quantity: "",
  text: said,
});
const stored = (productId: string, quantityOrdered: string | null): StoredLine => ({
  orderLineType: 0,
  productId,
  description: "",
  quantityOrdered,
  price: "12.5",
});
const storedText = (description: string): StoredLine => ({
  orderLineType: 3,
  productId: "",
  description,
  quantityOrdered: "0",
  price: "0",
});

const requestOf = (lines: readonly OrderLine[]) =>
  orderRequested("a", "000173", { reference: "WB-2026-000173 Ketel nagekeken", lines });
const answerOf = (orderLines: StoredOrder["orderLines"], head: Partial<StoredOrder> = {}): StoredOrder => ({
  customerId: "10001",
  reference: "WB-2026-000173 Ketel nagekeken",
  orderLines,
  total: "30.25",
  ...head,
});
const said = (lines: readonly OrderLine[], answer: StoredOrder): string =>
  differenceText(compareStored(requestOf(lines), answer));

test("O12: returned goods that are stored with another quantity are named with line, sent and stored", () => {
  const lines = [article("3003", "1"), article("2001", "-2")];
  assert.equal(said(lines, answerOf([stored("3003", "1"), stored("2001", "1")])), "2 · 2001: -2 → 1");
});

test("O12: a line that is missing is named, an article line and a text line", () => {
  const lines = [article("2001", "1"), text("Ketel nagekeken"), article("3003", "2.5")];
  assert.equal(
    said(lines, answerOf([stored("2001", "1"), storedText("Ketel nagekeken")])),
    "3 · 3003: 2.5 → –",
  );
  assert.equal(
    said(lines, answerOf([stored("2001", "1"), stored("3003", "2.5")])),
    '2: "Ketel nagekeken" → –',
  );
});

test("W20: quantities are compared as exact decimals, however many zeros they are written with", () => {
  const same = (sent: string, kept: string) =>
    said([article("2001", sent)], answerOf([stored("2001", kept)]));
  assert.equal(same("0.25", "0.250"), "");
  assert.equal(same("2", "2.0"), "");
  assert.equal(same("0.1", "0.10000000000000001"), "1 · 2001: 0.1 → 0.10000000000000001");
  assert.equal(same("0.17", "0.2"), "1 · 2001: 0.17 → 0.2");
});

test("W20: two lines of one article are told apart by their quantities", () => {
  const lines = [article("2001", "1"), article("2001", "3")];
  assert.equal(said(lines, answerOf([stored("2001", "3"), stored("2001", "1")])), "");
  assert.equal(said(lines, answerOf([stored("2001", "3"), stored("2001", "2")])), "1 · 2001: 1 → 2");
  assert.equal(said(lines, answerOf([stored("2001", "3")])), "1 · 2001: 1 → –");
});

test("W20: another customer or reference is a difference; a reference cut short behind the key is not", () => {
  const lines = [article("2001", "1")];
  const own = [stored("2001", "1")];
  assert.equal(said(lines, answerOf(own, { customerId: "10002" })), "10001 → 10002");
  assert.equal(
    said(lines, answerOf(own, { reference: "Iets anders" })),
    '"WB-2026-000173 Ketel nagekeken" → "Iets anders"',
  );
  assert.equal(said(lines, answerOf(own, { reference: "WB-2026-000173 Ket" })), "");
});

test("W20: what Unit4 does not show, adds or words differently is no difference", () => {
  const lines = [article("2001", "1"), text("Ketel  nagekeken "), text("")];
  assert.deepEqual(compareStored(requestOf(lines), answerOf(null, { customerId: "", reference: "" })), []);
  const more = [stored("2001", null), storedText("Ketel nagekeken"), stored("TOESLAG", "1")];
  assert.equal(said(lines, answerOf(more)), "");
  assert.equal(said(lines, answerOf([stored("2001", "1"), storedText("KETEL NAGEKEKEN")])), "");
  const textArticle = { ...article("T1", "1"), articleType: 1 };
  assert.equal(said([textArticle], answerOf([{ ...stored("T1", "0"), orderLineType: 3 }])), "");
});

test("W20: an answer with no lines at all lacks them all", () => {
  assert.equal(
    said([article("2001", "1"), article("2", "2")], answerOf([])),
    "1 · 2001: 1 → –; 2 · 2: 2 → –",
  );
});

test("W20: what is stored as sent never differs, and each changed quantity or missing line gives one difference", () => {
  const sentLines = fc.array(
    fc.record({ id: fc.constantFrom("1", "01", "A/1"), cents: fc.integer({ min: -500, max: 500 }) }),
    { maxLength: 6 },
  );
  const faults = fc.array(fc.constantFrom("kept", "lost", "changed"), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(sentLines, faults, (sent, fates) => {
      const lines = sent.map(({ id, cents }) => article(id, String(cents / 100)));
      const kept = sent.flatMap(({ id, cents }, index) => {
        if (fates[index] === "lost") return [];
        // Never a quantity that another line has.
        const quantity = fates[index] === "changed" ? 1_000 + index : cents / 100;
        return [stored(id, String(quantity))];
      });
      const differences = compareStored(requestOf(lines), answerOf(kept));
      assert.equal(differences.length, sent.filter((_, index) => fates[index] !== "kept").length);
    }),
  );
});

const settled = (step: Step, lines: readonly OrderLine[]) =>
  settlementOf(requestOf(lines), step, { reason: "", tenant: "" });
const written = (orderLines: StoredOrder["orderLines"], remarks: readonly string[] = []): Step => ({
  kind: "settled",
  state: "written",
  orderId: "20260050",
  remarks: remarks.map(plain),
  stored: answerOf(orderLines),
});

test("O12: an order that is stored differently stays written, keeps its number and is never due again", () => {
  const settlement = settled(written([stored("2001", "1")], ["Let op."]), [article("2001", "-2")]);
  assert.deepEqual(
    [settlement.state, settlement.orderId, settlement.code, settlement.dueInMs],
    ["written", "20260050", "ORDER_STORED_DIFFERENTLY", null],
  );
  assert.equal(settlement.params["difference"], "1 · 2001: -2 → 1; Let op.");
});

test("O12: a warning with a good answer becomes a remark, an info does not", () => {
  const lines = [article("2001", "1")];
  const messages = [
    { kind: "warning", text: plain("Artikel 2001 is passief."), path: "/orderLines/0/productId" },
    { kind: "info", text: plain("Opgeslagen."), path: "/" },
  ] as const;
  const order = { orderId: "20260050", ...answerOf([stored("2001", "1")]) };
  const outcome = sendOutcomeOf({ kind: "written", orderId: "20260050", order, messages });
  assert.ok(outcome.kind === "written");
  const settlement = settled({ ...outcome, kind: "settled", state: "written" }, lines);
  assert.deepEqual(
    [settlement.code, settlement.params["remark"]],
    ["ORDER_WRITTEN_WITH_REMARK", "Artikel 2001 is passief."],
  );
  assert.equal(settled(written([stored("2001", "1")]), lines).code, "ORDER_WRITTEN");
});

test("F34: two orders of one workorder are written for the ledger, and both numbers go to a person", () => {
  const settlement = settled({ kind: "handed-over", orderIds: ["20260038", "20260039"] }, []);
  assert.deepEqual(
    [
      settlement.state,
      settlement.orderId,
      settlement.code,
      settlement.params["orderIds"],
      settlement.dueInMs,
    ],
    ["written", "20260038", "ORDER_FOUND_TWICE", "20260038, 20260039", null],
  );
});

test("W20: an article that Unit4 bills for nothing is named once, and all of them where the order comes to nothing", () => {
  const free = { ...stored("2001", "2"), price: "0" };
  const lines = [
    free,
    stored("3003", "1"),
    free,
    storedText("Ketel"),
    { ...stored("4004", "0"), price: "0" },
  ];
  assert.deepEqual(unpricedArticles(answerOf(lines)), ["2001"]);
  assert.deepEqual(unpricedArticles(answerOf(lines, { total: "0" })), ["2001", "3003"]);
  const unsaid = [{ ...stored("2001", "2"), price: null }];
  assert.deepEqual(unpricedArticles(answerOf(unsaid, { total: null })), []);
  assert.deepEqual(unpricedArticles(answerOf(null)), []);
});
