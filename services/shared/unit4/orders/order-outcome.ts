import { type PlainText, plainText } from "../../domain/plain-text.ts";
import type { Parsed } from "../calls/get.ts";
import { isRefusal } from "../http/call-result.ts";
import { member, messagesOf, messagesOfBody, ruleMessagesOfBody } from "../http/erp-messages.ts";
import type { NoAccess, Parked, Unit4Message } from "../http/errors.ts";
import type { HttpAnswer, HttpResult } from "../http/http.ts";
import { readJsonAnswer } from "../http/json-answer.ts";
import { textField, wholeField } from "../reading/fields.ts";
import { plainNumber } from "../reading/plain-number.ts";

/** A line of an order as Unit4 stored it. */
type AnsweredLine = {
  /** null where Unit4 does not say. */
  readonly orderLineType: number | null;
  readonly productId: string;
  readonly description: string;
  /** Plain decimal text; null where Unit4 gives none. */
  readonly quantityOrdered: string | null;
  /** Of one; plain decimal text, null where Unit4 gives none. */
  readonly price: string | null;
};

/** An order as Unit4 answered it, its texts plain. */
export type AnsweredOrder = {
  readonly orderId: string;
  readonly customerId: string;
  readonly reference: string;
  /** null where the answer shows no lines: that says nothing of what is stored. */
  readonly orderLines: readonly AnsweredLine[] | null;
  /** What the order comes to; plain decimal text, null where Unit4 gives none. */
  readonly total: string | null;
};

/** What came of posting an order once. Only `unknown` leaves open whether it was stored. */
export type PostOutcome =
  /** It stands in Unit4; `messages` are warnings and infos. */
  | {
      readonly kind: "written";
      readonly orderId: string;
      readonly order: AnsweredOrder;
      readonly messages: readonly Unit4Message[];
    }
  /** Unit4 refused this order; surely nothing was stored. `messages` may be empty: it does not always say why. */
  | { readonly kind: "refused"; readonly status: number; readonly messages: readonly Unit4Message[] }
  /** It may have been stored. `messages` is what a half answer said; empty where there was none. */
  | { readonly kind: "unknown"; readonly reason: string; readonly messages: readonly Unit4Message[] }
  /** Surely nothing was stored, and the order is not to blame: no connection, no token, an address that is not there. */
  | { readonly kind: "not-sent"; readonly reason: string }
  /** Surely nothing was stored: the login has no rights. */
  | { readonly kind: "forbidden"; readonly status: 401 | 403 }
  | Parked
  | NoAccess;

export type SentOutcome = Exclude<PostOutcome, Parked | NoAccess>;

/** Unit4 does not find the administration that was asked for: so it is for every order of the tenant. */
export const ADMINISTRATION_GONE = "ADMINISTRATION_GONE";

const ADMINISTRATION_NOT_THERE: SentOutcome = { kind: "not-sent", reason: ADMINISTRATION_GONE };
/** Its subject is the administration: a customer may well be unknown in one. */
const OF_ADMINISTRATION = /^\W*(?:(?:de|the) )?(?:administrati(?:e|on)|database)\b/i;
const NOT_THERE =
  /\b(?:bestaat niet|niet gevonden|onbekend|verwijderd|does not exist|not found|unknown|deleted)\b/i;

/** The resource is elsewhere or the method is to be repeated there: not processed (RFC 9110, 15.4). */
const NOT_HERE = new Set([301, 307, 308]);

/**
 * What the result of a POST means for the order. Surely not stored: nothing left this process, or 400, 401, 403, 404, 409,
 * 422, 429, or a permanent redirect. Whatever is neither that nor a readable order is unknown: time-out, reset, 408,
 * 5xx, other redirects, an unreadable 2xx.
 */
export function sentOutcome(result: HttpResult): SentOutcome {
  if (result.kind === "not-sent") return result;
  if (result.kind === "lost") return unknown(result.reason);
  const { status } = result;
  if (status >= 200 && status < 300) return answeredOutcome(result);
  if (status === 401 || status === 403) return { kind: "forbidden", status };
  if (isRefusal(status) || status === 404) {
    if (namesNoAdministration(messagesOfBody(result.body))) return ADMINISTRATION_NOT_THERE;
  }
  if (status === 404) return afterNotFound(result);
  if (status === 429 || NOT_HERE.has(status)) return { kind: "not-sent", reason: `HTTP_${status}` };
  if (isRefusal(status)) return { kind: "refused", status, messages: messagesOfBody(result.body) };
  // A refusal is documented by its body, not by its status: what the rules say counts once a look-up finds nothing.
  return unknown(`HTTP_${status}`, ruleMessagesOfBody(result.body));
}

const namesNoAdministration = (messages: readonly Unit4Message[]): boolean =>
  messages.some(({ text }) => OF_ADMINISTRATION.test(text) && NOT_THERE.test(text));

/** The business rules say which thing is not there; without their word the address itself is not: no order's fault. */
function afterNotFound(answer: HttpAnswer): SentOutcome {
  const messages = ruleMessagesOfBody(answer.body);
  return messages.length > 0
    ? { kind: "refused", status: 404, messages }
    : { kind: "not-sent", reason: "HTTP_404" };
}

/**
 * A 2xx answer. Written is an order number without an error. An error without an order number is a refusal: that is the
 * documented body of a failure, and a stored order has a number. An error with a number, or neither, is unknown: only
 * a look-up tells; the messages go along for the case that it finds nothing.
 */
function answeredOutcome(answer: HttpAnswer): SentOutcome {
  const json = readJsonAnswer(answer);
  if (json.kind === "unusable") return unknown(json.reason);
  const messages = messagesOf(json.value);
  const hasErrors = messages.some(({ kind }) => kind === "error");
  const orderId = member(json.value, "orderId");
  const isNumbered = typeof orderId === "string" && orderId.trim() !== "";
  if (!isNumbered)
    return hasErrors
      ? { kind: "refused", status: answer.status, messages }
      : unknown("NO_ORDER_ID", messages);
  if (hasErrors) return unknown("ERROR_WITH_ORDER_ID", messages);
  const order = orderOf(json.value, plainText(orderId, LONGEST_TEXT));
  return { kind: "written", orderId: order.orderId, order, messages };
}

/** An order that was asked for by its number. */
export function answeredOrder(answer: HttpAnswer): Parsed<AnsweredOrder> {
  const json = readJsonAnswer(answer);
  if (json.kind === "unusable") return json;
  const orderId = plainField(member(json.value, "orderId"));
  return orderId === ""
    ? { kind: "unusable", reason: "WRONG_SHAPE" }
    : { kind: "ok", value: orderOf(json.value, orderId) };
}

const unknown = (reason: string, messages: readonly Unit4Message[] = []): SentOutcome => ({
  kind: "unknown",
  reason,
  messages,
});

/** The order has its number: details that cannot be read do not make it less written. */
function orderOf(value: unknown, orderId: string): AnsweredOrder {
  const lines = member(value, "orderLines");
  return {
    orderId,
    customerId: plainField(member(value, "customerId")),
    reference: plainField(member(value, "reference")),
    orderLines: Array.isArray(lines) ? lines.map(lineOf) : null,
    total: plainNumber(member(value, "totalOrderAmount")),
  };
}

/** Far longer than a line of an order may be: what is compared is not cut. */
const LONGEST_TEXT = 1_000;
const plainField = (value: unknown): PlainText => plainText(textField(value) ?? "", LONGEST_TEXT);

const lineOf = (line: unknown): AnsweredLine => ({
  orderLineType: wholeField(member(line, "orderLineType")) ?? null,
  productId: plainField(member(line, "productId")),
  description: plainField(member(line, "description")),
  quantityOrdered: plainNumber(member(line, "quantityOrdered")),
  price: plainNumber(member(line, "price")),
});
