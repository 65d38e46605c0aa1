import type { OrderRequested, OrderSettled, WorkorderArchived } from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { ORDER_REFUSAL_CODES } from "../../shared/domain/messages/order-refusals.ts";
import { WORKORDER_ERROR_CODES } from "../../shared/domain/messages/workorders.ts";
import { type Finding, shown } from "./finding.ts";
import { referenceKey } from "./reference.ts";
import { SERVICE } from "./service-name.ts";

/** What becomes of an archived workorder. */
export type Decision =
  | { readonly kind: "requested"; readonly request: OrderRequested; readonly warnings: readonly NewMessage[] }
  | {
      readonly kind: "refused";
      readonly settled: OrderSettled;
      /** For the ledger: an order of an earlier archiving that still waits is not sent (case O60). */
      readonly withdrawal: OrderRequested;
      readonly errors: readonly NewMessage[];
    }
  | {
      readonly kind: "skipped";
      readonly settled: OrderSettled;
      readonly withdrawal: OrderRequested;
      readonly messages: readonly NewMessage[];
    };

/** An archived event; times in milliseconds since 1970 UTC. */
export type ArchivedEvent = {
  readonly workorder: WorkorderArchived;
  /** Time stamp of its record, by which it is found again. */
  readonly recordTimestampMs: number;
  /** Its place among the events of its workorder, from 1. */
  readonly sequence: number;
  /** When it is decided, by the clock of Postgres, which dates every message about a workorder: the log orders them by it. */
  readonly decidedAtMs: number;
};

/** No order until a person mends what was found. */
export const refused = (event: ArchivedEvent, faults: readonly Finding[]): Decision => ({
  kind: "refused",
  settled: settledAs("refused", event, faults),
  withdrawal: withdrawalOf(event, faults),
  errors: closingOthers(event, messagesOf(event, faults)),
});

/** No order, and rightly so. */
export const skipped = (event: ArchivedEvent, finding: Finding): Decision => ({
  kind: "skipped",
  settled: settledAs("skipped", event, [finding]),
  withdrawal: withdrawalOf(event, [finding]),
  messages: closingOthers(event, messagesOf(event, [finding])),
});

/** They close nothing: earlier errors end when the order is in Unit4. */
export const warningsOf = (event: ArchivedEvent, findings: readonly Finding[]): readonly NewMessage[] =>
  messagesOf(event, findings);

/** The number that people see, as messages show it; the id where there is none. */
export const numberOf = (workorder: WorkorderArchived): string =>
  shown(workorder.workorderNumber) || shown(referenceKey(workorder));

/** The workorder shows the first finding; the others stand in the log. */
function settledAs(
  outcome: "refused" | "skipped",
  { workorder, recordTimestampMs, sequence }: ArchivedEvent,
  findings: readonly Finding[],
): OrderSettled {
  const number = numberOf(workorder);
  return {
    tenantId: workorder.tenantId,
    workorderId: workorder.workorderId,
    workorderNumber: number,
    outcome,
    orderId: null,
    code: findings[0]?.code ?? "",
    params: { number, ...findings[0]?.params },
    archivedAt: workorder.archivedAt,
    settledAt: recordTimestampMs,
    attempts: 0,
    sequence,
  };
}

function withdrawalOf(
  { workorder, recordTimestampMs, sequence }: ArchivedEvent,
  findings: readonly Finding[],
): OrderRequested {
  return {
    tenantId: workorder.tenantId,
    epoch: 0,
    workorderId: workorder.workorderId,
    workorderNumber: numberOf(workorder),
    reference: "",
    customerId: "",
    customerName: "",
    paymentConditionId: "",
    vatScenarioId: null,
    chargeVatTypeId: 0,
    orderDate: "",
    lines: [],
    remarks: "",
    memoField: null,
    settingsVersion: 0,
    archivedAt: workorder.archivedAt,
    requestedAt: recordTimestampMs,
    retry: workorder.retry,
    noOrderCode: findings[0]?.code ?? "",
    sequence,
    administration: "",
    lookFirst: false,
  };
}

function messagesOf(
  { workorder, recordTimestampMs, decidedAtMs }: ArchivedEvent,
  findings: readonly Finding[],
): readonly NewMessage[] {
  const number = numberOf(workorder);
  return findings.map(({ code, params }) => ({
    tenantId: workorder.tenantId,
    code,
    params: { number, ...params },
    recordId: workorder.workorderId,
    recordName: number,
    correlationId: workorder.workorderId,
    at: decidedAtMs,
    service: SERVICE,
    occurrence: `${workorder.archivedAt}/${recordTimestampMs}`,
  }));
}

/** What a person answers by sending the workorder again: after it only what is found now is open. */
const ANSWERED_BY_RETRY: readonly MessageCode[] = [...ORDER_REFUSAL_CODES, "WORKORDER_ARCHIVED_WHILE_OFF"];

/** Earlier errors of this workorder that are not found again have lost their cause (L5). */
function closingOthers({ workorder }: ArchivedEvent, messages: readonly NewMessage[]): readonly NewMessage[] {
  const found = new Set<MessageCode>(messages.map(({ code }) => code));
  const known = [...WORKORDER_ERROR_CODES, ...(workorder.retry === null ? [] : ANSWERED_BY_RETRY)];
  const closes = known.filter((code) => !found.has(code));
  return messages.map((message) => ({ ...message, closes }));
}
