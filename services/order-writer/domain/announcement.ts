import type { OrderRequested, OrderSettled } from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { ORDER_REFUSAL_CODES } from "../../shared/domain/messages/order-refusals.ts";
import { CODES_CLOSED_BY_ORDER, WORKORDER_ERROR_CODES } from "../../shared/domain/messages/workorders.ts";
import type { OrderState } from "./order-state.ts";
import { SERVICE } from "./service-name.ts";

/** Codes that end when the order is settled one way or the other. */
const OPEN_ORDER_CODES: readonly MessageCode[] = [
  "ORDER_OUTCOME_UNKNOWN",
  "ORDER_NOT_SENT",
  "ORDER_NO_RIGHTS",
  "ORDER_ADMINISTRATION_GONE",
  "ORDER_NEEDS_CONNECTION",
  "ORDER_CLIENT_REFUSED",
];
/**
 * Codes that end when the order is refused: an earlier refusal for another reason, and whatever kept the workorder from
 * becoming an order request, since it became one.
 */
const ENDED_BY_REFUSAL: readonly MessageCode[] = [
  ...OPEN_ORDER_CODES,
  ...ORDER_REFUSAL_CODES,
  ...WORKORDER_ERROR_CODES,
  "WORKORDER_ARCHIVED_WHILE_OFF",
  "ORDER_MISSING",
];
/** Codes that end when the order is in Unit4. */
const ENDED_BY_WRITING: readonly MessageCode[] = [
  ...new Set([...CODES_CLOSED_BY_ORDER, ...ENDED_BY_REFUSAL]),
];

/** A settled row of the ledger whose outcome has to be told. Times in milliseconds since 1970 UTC. */
export type SettledOrder = {
  readonly request: OrderRequested;
  readonly state: OrderState;
  readonly orderId: string | null;
  readonly code: MessageCode;
  readonly params: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly archivedAt: number;
  readonly sequence: number;
  readonly settledAt: number;
};

export type Announcement = {
  /** null where Simon was told by the service that decided it: it was archived anew without an order (case O60). */
  readonly settled: OrderSettled | null;
  readonly messages: readonly NewMessage[];
};

/** What Simon and the office are told of a settled order. The same row gives the same ids, however often it is told. */
export function announcementOf(order: SettledOrder): Announcement {
  const { request } = order;
  if (isTakenBack(order)) return { settled: null, messages: [takenBackMessage(order)] };
  const isWritten = order.state === "written";
  const { unpriced = "", ...params } = order.params;
  return {
    settled: {
      tenantId: request.tenantId,
      workorderId: request.workorderId,
      workorderNumber: request.workorderNumber,
      outcome: isWritten ? "written" : "refused",
      // One that was deleted in Unit4 is named by its message alone.
      orderId: isWritten ? order.orderId : null,
      code: order.code,
      params,
      archivedAt: order.archivedAt,
      settledAt: order.settledAt,
      attempts: order.attempts,
      sequence: order.sequence,
    },
    messages: [
      {
        ...aboutOrder(request),
        code: order.code,
        params,
        at: order.settledAt,
        occurrence: order.settledAt,
        closes: (isWritten ? ENDED_BY_WRITING : ENDED_BY_REFUSAL).filter((code) => code !== order.code),
      },
      ...(unpriced === "" ? [] : unpriced.split("\n").map((article) => unpricedMessage(order, article))),
    ],
  };
}

/** About the article, so that it is one message however many orders follow. */
const unpricedMessage = ({ request, orderId, settledAt }: SettledOrder, article: string): NewMessage => ({
  tenantId: request.tenantId,
  code: "ORDER_ARTICLE_WITHOUT_PRICE",
  params: { article, number: request.workorderNumber, orderId: orderId ?? "" },
  recordId: article,
  recordName: article,
  correlationId: request.workorderId,
  service: SERVICE,
  at: settledAt,
  occurrence: `${request.workorderId}/${settledAt}`,
});

/** Whatever this service says of an order has a code of its own; another one says why there is no order. */
const isTakenBack = ({ code }: SettledOrder): boolean => !code.startsWith("ORDER_");

/** Whoever decided that there is no order did not know what was said of the one that waited, or was refused. */
const takenBackMessage = ({ request, settledAt }: SettledOrder): NewMessage => ({
  ...aboutOrder(request),
  code: "ORDER_TAKEN_BACK",
  params: orderParams(request),
  at: settledAt,
  occurrence: settledAt,
  closes: [...OPEN_ORDER_CODES, ...ORDER_REFUSAL_CODES],
});

/** A message about an order that is still open: it takes the place of what was said of it before (case O25). */
export function openOrderMessage(
  request: OrderRequested,
  said: {
    readonly code: MessageCode;
    readonly params: Readonly<Record<string, string>>;
    readonly at: number;
    readonly occurrence: string | number;
  },
): NewMessage {
  return { ...aboutOrder(request), ...said, closes: OPEN_ORDER_CODES.filter((code) => code !== said.code) };
}

/** Parameters that every message about an order has. */
export const orderParams = (request: OrderRequested): Readonly<Record<string, string>> => ({
  number: request.workorderNumber,
  customerId: request.customerId,
  customerName: request.customerName,
});

const aboutOrder = (request: OrderRequested) => ({
  tenantId: request.tenantId,
  recordId: request.workorderId,
  recordName: request.workorderNumber,
  correlationId: request.workorderId,
  service: SERVICE,
});
