import type { Administration } from "../administration/administration.ts";
import { type ModelState, memberOf, type ReadObject, readObject } from "../request/request-model.ts";
import { dutchDate, parseDutchDate } from "../rows/dutch-date.ts";
import type { OrderPolicy } from "../rows/order-policy.ts";
import {
  BLANK_ORDER,
  BLANK_ORDER_LINE,
  type Message,
  type OrderLineRow,
  type OrderRow,
} from "../rows/order-row.ts";
import { customPropertyMessages, standardCustomProperties } from "./order-custom-properties.ts";
import { completeLine } from "./order-line.ts";
import { lineMessages, orderMessages } from "./order-rules.ts";
import { withTotals } from "./order-totals.ts";

/** What becomes of a posted order: stored, refused by the rules (all faults at once), or not readable as an order. */
export type OrderOutcome =
  | Readonly<{ kind: "stored"; order: OrderRow }>
  | Readonly<{ kind: "refused"; messages: readonly Message[] }>
  | Readonly<{ kind: "unreadable"; modelState: ModelState }>;

/** Takes the body of `POST …/Order`: reads it, applies the rules, computes what Multivers computes, and stores it. */
export function enterOrder(administration: Administration, body: unknown, policy: OrderPolicy): OrderOutcome {
  const faults: ModelState = {};
  const header = readObject(body, { template: BLANK_ORDER, path: "order", faults });
  const lines = readLines(body, faults);
  if (Object.keys(faults).length > 0) return { kind: "unreadable", modelState: faults };

  const customProperties = memberOf(body, "customProperties") ?? {};
  const messages = [
    ...orderMessages(header.value, administration, policy),
    ...customPropertyMessages(customProperties),
    ...lines.flatMap((line, index) => lineMessages(line.value, { index, administration, policy })),
  ];
  if (messages.some((message) => message.messageType === "Error")) return { kind: "refused", messages };

  const order = withTotals({
    ...withDefaults(header.value, administration),
    reference: header.value.reference.slice(0, policy.cutReference ?? undefined),
    orderLines: lines.map((line, index) =>
      completeLine(line, { index, order: header.value, administration }),
    ),
    customProperties: { ...standardCustomProperties(), ...customProperties },
    messages,
  });
  return { kind: "stored", order: administration.enterOrder(order) };
}

function readLines(body: unknown, faults: ModelState): ReadObject<OrderLineRow>[] {
  const lines = memberOf(body, "orderLines") ?? [];
  if (!Array.isArray(lines)) {
    faults["order.orderLines"] = ["A JSON array is expected."];
    return [];
  }
  return lines.map((line, i) =>
    readObject(line, { template: BLANK_ORDER_LINE, path: `order.orderLines[${i}]`, faults }),
  );
}

function withDefaults(header: OrderRow, administration: Administration): OrderRow {
  const customer = administration.customers.get(header.customerId);
  const date = parseDutchDate(header.orderDate);
  return {
    ...header,
    orderId: "",
    orderDate: date === null ? header.orderDate : dutchDate(date),
    orderState: header.approved ? ORDER_STATE_APPROVED : ORDER_STATE_INITIAL,
    vatScenarioId: header.vatScenarioId || (customer?.vatScenarioId ?? DOMESTIC_SALES),
    contactPerson: header.contactPerson || (customer?.contactPerson ?? ""),
    customerCountryId: customer?.countryId ?? "",
    currencyId: header.currencyId || (customer?.currencyId ?? ""),
    canChange: true,
    cannotChangeReason: "",
  };
}

const ORDER_STATE_INITIAL = 1;
const ORDER_STATE_APPROVED = 2;
const DOMESTIC_SALES = 6;
