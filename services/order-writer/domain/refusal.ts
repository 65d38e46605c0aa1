import type { OrderRequested } from "../../../schemas/records.ts";
import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import { LONGEST_PARAM, type PlainText, plainText } from "../../shared/domain/plain-text.ts";

/** A reason in Unit4's own words, and where in the order it is about: `/orderLines/0/productId`, `/` for all of it. */
export type StatedReason = { readonly text: PlainText; readonly path: string };

/** Why Unit4 does not take an order, as the office is told. */
export type Refusal = {
  readonly code: MessageCode;
  /** `reason` has everything that Unit4 states, `article` the codes of the articles that the code is about. */
  readonly params: Readonly<Record<string, string>>;
};

type Subject = "customer" | "article" | "quantity" | "date" | "payment" | "vat" | "memo" | "text";

/**
 * What reasons are about: by the field that the path ends in, otherwise by the first of these words in the text. The
 * wording of Unit4's rules is published nowhere but for `… is verplicht.`, so words are matched, never sentences.
 * Paths: Multivers Web API, guide to business logic.
 */
const SUBJECTS: readonly { readonly subject: Subject; readonly path: RegExp; readonly words: RegExp }[] = [
  { subject: "memo", path: /\/customProperties\b/i, words: /\bvrije? veld|\bcustom (?:field|propert)/i },
  { subject: "customer", path: /\/customerId$/i, words: /\b(?:debiteur|klant|relatie|customer)/i },
  { subject: "article", path: /\/productId$/i, words: /\b(?:artikel|product|article)/i },
  { subject: "quantity", path: /\/quantity\w*$/i, words: /\b(?:aantal|hoeveelheid|quantity)/i },
  {
    subject: "date",
    path: /\/(?:orderDate|deliveryDate|fiscalYear|periodNumber)$/i,
    words: /\b(?:boekjaar|boekperiode|periode|orderdatum|datum|fiscal year|period|order date|date)/i,
  },
  {
    subject: "payment",
    path: /\/paymentConditionId$/i,
    words: /\b(?:betaling|betaal|payment)(?:s?conditie|s?voorwaarde| ?condition| ?term)/i,
  },
  {
    subject: "vat",
    path: /\/(?:vatScenarioId|chargeVatType|vatCodeId)$/i,
    words: /\b(?:btw|vat)\b|\bbtw|\bvat(?:scenario|code)/i,
  },
  {
    subject: "text",
    path: /\/(?:reference|description)$/i,
    words: /\b(?:referentie|omschrijving|reference|description)/i,
  },
];

const TOO_LONG = /\btekens\b|\bte lang\b|\bcharacters\b|\btoo long\b|\b(?:maximale lengte|maximum length)\b/i;
const BLOCKED = /geblokkeerd|blokkade|\bblocked\b|kredietlimiet|credit limit/i;
const PASSIVE =
  /\bpassie[fv]|\binactie[fv]|\bniet (?:meer )?actief\b|\bvervallen\b|\bpassive\b|\binactive\b|\bnot active\b/i;
const UNKNOWN =
  /\bbestaat (?:\S+ )?niet\b|\bniet (?:gevonden|bekend|aanwezig)\b|\bonbekend|\bongeldig|\bgeen geldige?\b|\bverwijderd\b|\bdoes not exist\b|\bnot found\b|\bunknown\b|\binvalid\b|\bdeleted\b/i;
const OUT_OF_USE = new RegExp(`${PASSIVE.source}|${BLOCKED.source}`, "i");
const ANY = /(?:)/;

/** What a reason about a subject says, and the message for it; gravest first. */
const CAUSES: readonly { readonly code: MessageCode; readonly subject: Subject; readonly said: RegExp }[] = [
  { code: "ORDER_CUSTOMER_BLOCKED", subject: "customer", said: BLOCKED },
  { code: "ORDER_CUSTOMER_PASSIVE", subject: "customer", said: PASSIVE },
  { code: "ORDER_CUSTOMER_UNKNOWN", subject: "customer", said: UNKNOWN },
  { code: "ORDER_ARTICLE_PASSIVE", subject: "article", said: OUT_OF_USE },
  { code: "ORDER_ARTICLE_UNKNOWN", subject: "article", said: UNKNOWN },
  { code: "ORDER_QUANTITY_REFUSED", subject: "quantity", said: ANY },
  { code: "ORDER_DATE_REFUSED", subject: "date", said: ANY },
  { code: "ORDER_PAYMENT_CONDITION_REFUSED", subject: "payment", said: ANY },
  { code: "ORDER_VAT_REFUSED", subject: "vat", said: ANY },
  { code: "ORDER_MEMO_FIELD_REFUSED", subject: "memo", said: ANY },
  { code: "ORDER_TEXT_TOO_LONG", subject: "text", said: TOO_LONG },
];

/** Codes whose message names articles. */
const ABOUT_ARTICLES: ReadonlySet<MessageCode> = new Set([
  "ORDER_ARTICLE_PASSIVE",
  "ORDER_ARTICLE_UNKNOWN",
  "ORDER_QUANTITY_REFUSED",
]);

const NO_RIGHTS =
  /\b(?:geen|onvoldoende) (?:rechten|toegang|autorisatie)\b|\bniet (?:geautoriseerd|gemachtigd|bevoegd)\b|\bnot authori[sz]ed\b|\b(?:access|permission) denied\b|\bno (?:rights|permission)\b|\binsufficient (?:rights|permission)/i;
const ALREADY_THERE =
  /\b(?:bestaat|is|staat) (?:al|reeds)\b|\b(?:al|reeds) (?:in gebruik|gebruikt|aanwezig)\b|\balready (?:exists|in use|used)\b|\bduplicate\b/i;
const REFERENCE_OR_ORDER = /\b(?:referentie|reference|order|factuuropdracht|opdracht)/i;

/**
 * The message for a refused order: one for all of its reasons, so that the office mends them together and sends the
 * workorder once. Its code is that of the gravest known reason; ORDER_REFUSED, with Unit4's words alone, where none is
 * known or the message would have to name an article that nothing names.
 */
export function refusalOf(reasons: readonly StatedReason[], request: OrderRequested): Refusal {
  const reason = reasonText(reasons);
  for (const { code } of CAUSES) {
    const about = reasons.filter((one) => causeOf(one) === code);
    if (about.length === 0) continue;
    if (!ABOUT_ARTICLES.has(code)) return { code, params: { reason } };
    const article = articlesOf(about, request).join(", ");
    if (article !== "") return { code, params: { reason, article } };
  }
  return { code: "ORDER_REFUSED", params: { reason } };
}

/** Everything that was stated, each once, as one text. */
export const reasonText = (reasons: readonly StatedReason[]): PlainText =>
  plainText([...new Set(reasons.map(({ text }) => text))].join(" "), LONGEST_PARAM);

/** Whether one of the reasons is a known one: a fault of the server speaks in other words. */
export const isKnownRefusal = (reasons: readonly StatedReason[]): boolean =>
  reasons.some((reason) => causeOf(reason) !== null);

/** Whether Unit4 says that the login may not do this: true for every order of the tenant, until a person mends it. */
export const isWantOfRights = (reasons: readonly StatedReason[]): boolean =>
  reasons.some(({ text, path }) => path === "/" && NO_RIGHTS.test(text));

/** Whether Unit4 refuses the order because it has one with this reference: no refusal, but a sign that it was stored. */
export const saysAlreadyThere = (reasons: readonly StatedReason[]): boolean =>
  reasons.some(
    ({ text, path }) =>
      ALREADY_THERE.test(text) && (/\/(?:reference|orderId)$/i.test(path) || REFERENCE_OR_ORDER.test(text)),
  );

function causeOf(reason: StatedReason): MessageCode | null {
  const subject = subjectOf(reason);
  const cause = CAUSES.find((one) => one.subject === subject && one.said.test(reason.text));
  return cause?.code ?? null;
}

function subjectOf({ text, path }: StatedReason): Subject | null {
  const byPath = SUBJECTS.find((one) => one.path.test(path));
  if (byPath !== undefined) return byPath.subject;
  const [first] = SUBJECTS.map(({ subject, words }) => ({ subject, at: text.search(words) }))
    .filter(({ at }) => at !== -1)
    .sort((one, other) => one.at - other.at);
  return first?.subject ?? null;
}

/** The article codes of the lines that the paths name, or else the ordered codes that stand in the texts as words. */
function articlesOf(reasons: readonly StatedReason[], request: OrderRequested): readonly string[] {
  const codes = reasons.flatMap(({ text, path }) => {
    const index = /^\/orderLines\/(\d+)(?:\/|$)/i.exec(path)?.[1];
    const named = index === undefined ? undefined : request.lines[Number(index)]?.articleId;
    if (named !== undefined && named !== "") return [named];
    const words = text.split(/[\s"'“”‘’«»(),;:]+/).map((word) => word.replace(/[.!?]+$/, ""));
    return request.lines
      .map(({ articleId }) => articleId)
      .filter((code) => code !== "" && words.includes(code));
  });
  return [...new Set(codes)];
}
