import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalOf, type StatedReason } from "../../../services/order-writer/domain/refusal.ts";
import { sendOutcomeOf } from "../../../services/order-writer/unit4-orders.ts";
import { renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import type { Unit4Message } from "../../../services/shared/unit4/http/errors.ts";
import { sentOutcome } from "../../../services/shared/unit4/orders/order-outcome.ts";
import { plain } from "../../support/plain.ts";
import { orderRequested } from "../../support/records.ts";

const article = (articleId: string) =>
  ({ kind: "article", articleId, articleType: 0, quantity: "2", text: "" }) as const;
const text = { kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" } as const;
const request = orderRequested("a", "1", { lines: [article("2001"), text, article("KB16/2-BR")] });

const refused = (...reasons: readonly (readonly [text: string, path?: string])[]) =>
  refusalOf(
    reasons.map(([said, path = "/"]): StatedReason => ({ text: plain(said), path })),
    request,
  );

test("O03: each reason that Unit4 can state has its own code, by its path or by its words", () => {
  const cases: readonly (readonly [code: string, text: string, path?: string])[] = [
    ["ORDER_CUSTOMER_UNKNOWN", "Debiteur 10001 bestaat niet.", "/customerId"],
    ["ORDER_CUSTOMER_UNKNOWN", "De klant is niet gevonden in deze administratie."],
    ["ORDER_CUSTOMER_UNKNOWN", "CustomerId is ongeldig.", "/customerId"],
    ["ORDER_CUSTOMER_PASSIVE", "Debiteur 10001 is passief.", "/customerId"],
    ["ORDER_CUSTOMER_PASSIVE", "Relatie 10001 is niet meer actief"],
    ["ORDER_CUSTOMER_BLOCKED", "Debiteur 10001 is geblokkeerd voor verkoop.", "/customerId"],
    ["ORDER_CUSTOMER_BLOCKED", "Klant heeft de kredietlimiet overschreden."],
    ["ORDER_ARTICLE_UNKNOWN", "Artikel 2001 bestaat niet.", "/orderLines/0/productId"],
    ["ORDER_ARTICLE_UNKNOWN", "Onbekend artikel: KB16/2-BR."],
    ["ORDER_ARTICLE_PASSIVE", "Artikel 2001 is passief.", "/orderLines/0/productId"],
    ["ORDER_ARTICLE_PASSIVE", "Artikel '2001' is geblokkeerd voor debiteur 10001."],
    [
      "ORDER_QUANTITY_REFUSED",
      "QuantityOrdered mag maximaal 2 decimalen bevatten.",
      "/orderLines/0/quantityOrdered",
    ],
    ["ORDER_QUANTITY_REFUSED", "Aantal 0 is niet toegestaan voor 2001."],
    ["ORDER_DATE_REFUSED", "De datum valt buiten het boekjaar.", "/orderDate"],
    ["ORDER_DATE_REFUSED", "Boekjaar 2027 bestaat niet."],
    ["ORDER_DATE_REFUSED", "Periode 11 is afgesloten."],
    ["ORDER_PAYMENT_CONDITION_REFUSED", "PaymentConditionId is verplicht.", "/paymentConditionId"],
    ["ORDER_PAYMENT_CONDITION_REFUSED", "Betalingsconditie 14 bestaat niet."],
    ["ORDER_VAT_REFUSED", "Btw-scenario 6 bestaat niet.", "/vatScenarioId"],
    ["ORDER_MEMO_FIELD_REFUSED", "Vrij veld ORDER.MEMO bestaat niet.", "/customProperties/ORDER.MEMO"],
    ["ORDER_TEXT_TOO_LONG", "Reference mag maximaal 60 tekens bevatten.", "/reference"],
    ["ORDER_TEXT_TOO_LONG", "Description mag maximaal 254 tekens bevatten.", "/orderLines/1/description"],
  ];
  for (const [code, said, path] of cases)
    assert.equal(refused(path === undefined ? [said] : [said, path]).code, code, said);
});

test("O03: a reason that nobody knows is ORDER_REFUSED with Unit4's own words", () => {
  for (const said of ["Regeltype 4 past niet.", "Mandaat ontbreekt.", "HTTP 400", "Referentie is verplicht."])
    assert.deepEqual(refused([said]), { code: "ORDER_REFUSED", params: { reason: said } });
});

test("O03: all reasons are told in one message, each once, under the code of the gravest", () => {
  const { code, params } = refused(
    ["Aantal is ongeldig.", "/orderLines/2/quantityOrdered"],
    ["Iets onbekends."],
    ["Debiteur 10001 is passief.", "/customerId"],
    ["Debiteur 10001 is passief.", "/customerId"],
  );
  assert.equal(code, "ORDER_CUSTOMER_PASSIVE");
  assert.equal(params["reason"], "Aantal is ongeldig. Iets onbekends. Debiteur 10001 is passief.");
});

test("O05: articles are named by the line of the path or by their code as a whole word, and by nothing less", () => {
  assert.equal(refused(["Onbekend.", "/orderLines/2/productId"]).params["article"], "KB16/2-BR");
  assert.equal(refused(["Artikel KB16/2-BR is onbekend."]).params["article"], "KB16/2-BR");
  const both = refused(
    ["Bestaat niet.", "/orderLines/2/productId"],
    ["Bestaat niet.", "/orderLines/0/productId"],
  );
  assert.equal(both.params["article"], "KB16/2-BR, 2001");
  assert.equal(refused(["Artikel 20017 bestaat niet."]).code, "ORDER_REFUSED");
  assert.equal(refused(["Een artikel is passief."]).code, "ORDER_REFUSED");
});

test("L3: the message of a refusal says what Unit4 said and what to do, in both languages", () => {
  const { code, params } = refused(["Artikel 2001 is passief.", "/orderLines/0/productId"]);
  const all = { ...params, number: "WB-1", customerId: "10001", customerName: "Linde" };
  const nl = renderMessage(code, all, "nl");
  assert.match(nl.text, /WB-1 .*artikel 2001 daar passief.*Unit4 meldt: Artikel 2001 is passief\.$/);
  assert.match(nl.action, /Maak het artikel in Unit4 actief.*opnieuw/);
  assert.match(renderMessage(code, all, "en").action, /Make the article active/);
});

const message = (said: string, overrides: Partial<Unit4Message> = {}): Unit4Message => ({
  kind: "error",
  text: plain(said),
  path: "/",
  ...overrides,
});
const refusedWith = (...messages: readonly Unit4Message[]) =>
  sendOutcomeOf({ kind: "refused", status: 400, messages });

test("O03: only errors are reasons, other words where there are none, the status where Unit4 says nothing", () => {
  const passive = message("Debiteur 10001 is passief.", { path: "/customerId" });
  const warning = message("Let op.", { kind: "warning" });
  const reasonsOf = (...messages: readonly Unit4Message[]) => {
    const outcome = refusedWith(...messages);
    return outcome.kind === "refused" ? outcome.reasons.map(({ text: said }) => said) : outcome.kind;
  };
  assert.deepEqual(reasonsOf(warning, passive), [passive.text]);
  assert.deepEqual(reasonsOf(warning), ["Let op."]);
  assert.deepEqual(reasonsOf(), ["HTTP 400"]);
});

test("W13: what is so for every order of the tenant holds its orders back instead of refusing them one by one", () => {
  const codeOf = (outcome: ReturnType<typeof sendOutcomeOf>) =>
    outcome.kind === "put-off" ? outcome.code : outcome.kind;
  assert.equal(codeOf(sendOutcomeOf({ kind: "forbidden", status: 403 })), "ORDER_NO_RIGHTS");
  assert.equal(codeOf(sendOutcomeOf({ kind: "forbidden", status: 401 })), "ORDER_NO_RIGHTS");
  assert.equal(codeOf(refusedWith(message("U heeft geen rechten voor deze functie."))), "ORDER_NO_RIGHTS");
  assert.equal(codeOf(sendOutcomeOf({ kind: "not-sent", reason: "HTTP_429" })), "ORDER_NOT_SENT");
});

test("L3: an administration that Unit4 does not find is told as such, whatever the status; a customer unknown in one is not", () => {
  const codeOf = (status: number, body: object) => {
    const buffer = Buffer.from(JSON.stringify(body));
    const outcome = sendOutcomeOf(sentOutcome({ kind: "answer", status, headers: {}, body: buffer }));
    return outcome.kind === "put-off" ? outcome.code : outcome.kind;
  };
  const said = (text: string) => ({ messages: [{ message: text, messageType: "Error", path: "/" }] });
  assert.equal(
    codeOf(404, { Message: "Administration 'MVL00042' was not found." }),
    "ORDER_ADMINISTRATION_GONE",
  );
  assert.equal(codeOf(400, said("De administratie MVL00042 bestaat niet.")), "ORDER_ADMINISTRATION_GONE");
  assert.equal(codeOf(404, { Message: "No HTTP resource was found." }), "ORDER_NOT_SENT");
  assert.equal(codeOf(400, said("Debiteur 1 is onbekend in de administratie.")), "refused");
});

test("O01: a refusal because the reference is in use is a sign that the order is there: looked up, never settled by itself", () => {
  for (const said of [
    "Referentie WB-1 is al in gebruik.",
    "Order bestaat al.",
    "Reference already exists.",
  ]) {
    const outcome = refusedWith(message(said));
    assert.equal(outcome.kind, "unknown", said);
    assert.equal(outcome.kind === "unknown" && outcome.reasons.length, 1);
  }
  assert.equal(
    refusedWith(message("Debiteur 1 is al geblokkeerd.", { path: "/customerId" })).kind,
    "refused",
  );
});

test("F33: a server's fault is no reason against the order, a validation under such a status is", () => {
  const reasonsOf = (reason: string, ...messages: readonly Unit4Message[]) => {
    const outcome = sendOutcomeOf({ kind: "unknown", reason, messages });
    return outcome.kind === "unknown" ? outcome.reasons.map(({ text: said }) => said) : [];
  };
  assert.deepEqual(reasonsOf("HTTP_500", message("Er is een onverwachte fout opgetreden.")), []);
  const passive = message("Debiteur 10001 is passief.", { path: "/customerId" });
  assert.deepEqual(reasonsOf("HTTP_500", passive), [passive.text]);
  assert.deepEqual(reasonsOf("ERROR_WITH_ORDER_ID", message("Iets onbekends.")), ["Iets onbekends."]);
  assert.deepEqual(reasonsOf("NO_ORDER_ID", message("Let op.", { kind: "warning" })), []);
});
