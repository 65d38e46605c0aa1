import type { StoredOrder } from "../administration/administration-state.ts";
import { fieldsOf, ODataError } from "../odata/odata-fields.ts";
import { listJson } from "../odata/odata-list.ts";
import { type Answer, frameworkAnswer, jsonAnswer, messagesAnswer, refusal } from "../request/answer.ts";
import type { Resource, ResourceRequest } from "../request/resource-request.ts";
import { dayNumber, parseDutchDate } from "../rows/dutch-date.ts";
import { BLANK_ORDER } from "../rows/order-row.ts";
import { enterOrder } from "./order-entry.ts";
import { type OrderInfoRow, orderInfo } from "./order-info.ts";

const FIELDS = fieldsOf({
  ...orderInfo({ order: BLANK_ORDER, receivedAtMs: 0, invoiceId: "" }, { customers: new Map() }),
});

/** `POST Order` and `GET Order/{orderId}`. */
export const order: Resource = (request) => {
  if (request.method === "POST") return request.rest.length === 0 ? postOrder(request) : null;
  const [orderId, ...more] = request.rest;
  if (orderId === undefined || more.length > 0) return null;
  const stored = request.administration.storedOrders.get(orderId);
  return stored === undefined ? unknownOrder(orderId) : jsonAnswer(stored.order);
};

/** `OrderInfo/{orderId}` and `OrderInfo/ByInvoiceId/{invoiceId}`. */
export const orderInfoResource: Resource = ({ administration, rest: [first, second] }) => {
  if (first === undefined) return null;
  const byInvoice = first.toLowerCase() === "byinvoiceid" && second !== undefined;
  const stored = byInvoice
    ? administration.storedOrders.values().find((one) => one.invoiceId === second)
    : administration.storedOrders.get(first);
  return stored === undefined ? unknownOrder(second ?? first) : jsonAnswer(orderInfo(stored, administration));
};

/**
 * `OrderInfoList/OpenOrders`, `…/ByProjectId/{projectId}`, `…/OrdersForInvoice/{invoiceId}`, `…/OrdersReadyToPrintInvoice`,
 * `OrderInfoList/{customerId}`, `…/{customerId}/{fiscalYear}` and the long form with
 * dates, prices, year and onlyOpen in the path. There is no list of everything.
 */
export const orderInfoList: Resource = (request) => {
  const [first, ...more] = request.rest;
  if (first === undefined) return null;
  const named = NAMED_LISTS.get(first.toLowerCase());
  if (named !== undefined) return namedList(request, named, more);
  const open = first.toLowerCase() === "openorders";
  const conditions = open ? new URLSearchParams(lowerCaseNames(request.query)) : conditionsOf(request, more);
  if (conditions === null) return null;
  if (open) conditions.set("onlyopen", "true");
  else conditions.set("customerid", first);
  const rows = page(matchingOrders(request, conditions), conditions);
  return listAnswer(rows, request);
};

/** A list with a name of its own: how many ids stand behind the name, and which orders it has. */
type NamedList = { readonly ids: 0 | 1; readonly has: (stored: StoredOrder, id: string) => boolean };

const NAMED_LISTS: ReadonlyMap<string, NamedList> = new Map<string, NamedList>([
  ["byprojectid", { ids: 1, has: ({ order: one }, projectId) => one.projectId === projectId }],
  ["ordersforinvoice", { ids: 1, has: ({ invoiceId }, wanted) => invoiceId === wanted }],
  // When an order is ready is not documented; here approved, not blocked and without an invoice.
  [
    "ordersreadytoprintinvoice",
    { ids: 0, has: ({ order: one, invoiceId }) => one.approved && !one.blocked && invoiceId === "" },
  ],
]);

function namedList(
  request: ResourceRequest,
  { ids, has }: NamedList,
  rest: readonly string[],
): Answer | null {
  if (rest.length !== ids) return null;
  const { administration, ordersListedUntilMs } = request;
  const rows = [...administration.storedOrders.values()]
    .filter((stored) => stored.receivedAtMs <= ordersListedUntilMs && has(stored, rest[0] ?? ""))
    .map((stored) => orderInfo(stored, administration));
  return listAnswer(rows, request);
}

const listAnswer = (rows: readonly OrderInfoRow[], { query, maximumPageSize }: ResourceRequest): Answer =>
  jsonAnswer(
    listJson({ rows, fields: FIELDS, expandable: ["OrderLines", "OrderVatLines"] }, query, maximumPageSize),
  );

function postOrder({ administration, body, policy, onOrderStored }: ResourceRequest): Answer {
  const parsed = parsedJson(body);
  if (parsed === undefined) return frameworkAnswer(400, "The request is invalid.");
  const outcome = enterOrder(administration, parsed, policy);
  switch (outcome.kind) {
    case "stored":
      onOrderStored(outcome.order);
      return jsonAnswer(outcome.order);
    case "refused":
      return messagesAnswer(outcome.messages);
    case "unreadable":
      return jsonAnswer({ Message: "The request is invalid.", ModelState: outcome.modelState }, 400);
  }
}

function parsedJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unknownOrder(orderId: string): Answer {
  return refusal(`Order ${orderId} bestaat niet.`, 404);
}

function conditionsOf({ query }: ResourceRequest, path: readonly string[]): URLSearchParams | null {
  const names = PATH_FORMS.get(path.length);
  if (names === undefined) return null;
  const conditions = new URLSearchParams(lowerCaseNames(query));
  for (const [i, name] of names.entries()) conditions.set(name, path[i] ?? "");
  return conditions;
}

const PATH_FORMS: ReadonlyMap<number, readonly string[]> = new Map([
  [0, []],
  [1, ["fiscalyear"]],
  [6, ["mindate", "maxdate", "minprice", "maxprice", "fiscalyear", "onlyopen"]],
]);

function lowerCaseNames(query: URLSearchParams): [string, string][] {
  return [...query].map(([name, value]) => [name.toLowerCase(), value]);
}

function matchingOrders(
  { administration, ordersListedUntilMs }: ResourceRequest,
  conditions: URLSearchParams,
): OrderInfoRow[] {
  const customerId = conditions.get("customerid") || null;
  const onlyOpen = conditions.get("onlyopen")?.toLowerCase() === "true";
  const fiscalYear = numberParameter(conditions, "fiscalyear");
  const [minDate, maxDate] = [dateParameter(conditions, "mindate"), dateParameter(conditions, "maxdate")];
  const [minPrice, maxPrice] = [
    numberParameter(conditions, "minprice"),
    numberParameter(conditions, "maxprice"),
  ];
  const wanted = ({ order: one, invoiceId, receivedAtMs }: StoredOrder) =>
    receivedAtMs <= ordersListedUntilMs &&
    (customerId === null || one.customerId === customerId) &&
    !(onlyOpen && invoiceId !== "");
  return [...administration.storedOrders.values()]
    .filter(wanted)
    .map((stored) => orderInfo(stored, administration))
    .filter((row) => fiscalYear === null || row.fiscalYear === fiscalYear)
    .filter((row) => within(dateOf(row), minDate, maxDate) && within(row.amountExclVat, minPrice, maxPrice));
}

function dateOf(row: OrderInfoRow): number {
  const date = parseDutchDate(row.orderDate);
  return date === null ? 0 : dayNumber(date);
}

function within(value: number, minimum: number | null, maximum: number | null): boolean {
  return (minimum === null || value >= minimum) && (maximum === null || value <= maximum);
}

function numberParameter(conditions: URLSearchParams, name: string): number | null {
  const text = conditions.get(name) ?? "";
  if (text === "") return null;
  if (!Number.isFinite(Number(text))) throw new ODataError(`The value '${text}' is not valid for ${name}.`);
  return Number(text);
}

function dateParameter(conditions: URLSearchParams, name: string): number | null {
  const text = conditions.get(name) ?? "";
  if (text === "") return null;
  const date = parseDutchDate(text);
  if (date === null) throw new ODataError(`The value '${text}' is not valid for ${name}.`);
  return dayNumber(date);
}

// Whether the API counts its pages from 0 or from 1 is not documented; here the first page is 1.
function page(rows: readonly OrderInfoRow[], conditions: URLSearchParams): readonly OrderInfoRow[] {
  const size = numberParameter(conditions, "pagesize");
  if (size === null) return rows;
  const number = numberParameter(conditions, "pagenumber") ?? 1;
  return rows.slice((number - 1) * size, number * size);
}
