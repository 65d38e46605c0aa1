import type { OrderRequested, OrderSettled, WorkorderArchived } from "../../../schemas/records.ts";
import type { MessageCode, NewMessage } from "../../shared/domain/message-catalogue.ts";
import { ORDER_REFUSAL_CODES } from "../../shared/domain/messages/order-refusals.ts";
import { WORKORDER_ERROR_CODES } from "../../shared/domain/messages/workorders.ts";
import { type Finding, shown } from "./finding.ts";
import { referenceKey } from "./reference.ts";

/** What becomes of an archived workorder. */
export type Decision =
  | { readonly kind: "requested"; readonly request: OrderRequested; readonly warnings: readonly NewMessage[] }
  | { readonly kind: "refused"; readonly settled: OrderSettled; readonly errors: readonly NewMessage[] }
  | { readonly kind: "skipped"; readonly settled: OrderSettled; readonly messages: readonly NewMessage[] };

/** An archived workorder and the time stamp of its event, milliseconds since 1970 UTC. */
type Event = { readonly workorder: WorkorderArchived; readonly recordTimestampMs: number };

/** No order until a person mends what was found. */
export const refused = (event: Event, faults: readonly Finding[]): Decision => ({
  kind: "refused",
  settled: settledAs("refused", event, faults),
  errors: closingOthers(event, messagesOf(event, faults)),
});

/** No order, and rightly so. */
export const skipped = (event: Event, finding: Finding): Decision => ({
  kind: "skipped",
  settled: settledAs("skipped", event, [finding]),
  messages: closingOthers(event, messagesOf(event, [finding])),
});

/** They close nothing: earlier errors end when the order is in Unit4. */
export const warningsOf = (event: Event, findings: readonly Finding[]): readonly NewMessage[] =>
  messagesOf(event, findings);

/** The number that people see, as messages show it; the id where there is none. */
export const numberOf = (workorder: WorkorderArchived): string =>
  shown(workorder.workorderNumber) || shown(referenceKey(workorder));

/** The workorder shows the first finding; the others stand in the log. */
function settledAs(
  outcome: "refused" | "skipped",
  { workorder, recordTimestampMs }: Event,
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
  };
}

function messagesOf(
  { workorder, recordTimestampMs }: Event,
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
    at: recordTimestampMs,
    service: "workorder-archived",
    occurrence: `${workorder.archivedAt}/${recordTimestampMs}`,
  }));
}

/** What a person answers by sending the workorder again: after it only what is found now is open. */
const ANSWERED_BY_RETRY: readonly MessageCode[] = [...ORDER_REFUSAL_CODES, "WORKORDER_ARCHIVED_WHILE_OFF"];

/** Earlier errors of this workorder that are not found again have lost their cause (L5). */
function closingOthers({ workorder }: Event, messages: readonly NewMessage[]): readonly NewMessage[] {
  const found = new Set<MessageCode>(messages.map(({ code }) => code));
  const known = [...WORKORDER_ERROR_CODES, ...(workorder.retry === null ? [] : ANSWERED_BY_RETRY)];
  const closes = known.filter((code) => !found.has(code));
  return messages.map((message) => ({ ...message, closes }));
}
