import type { OrderRequested } from "../../../schemas/records.ts";
import type { Backoff } from "../../shared/domain/backoff.ts";
import { backoffMs } from "../../shared/domain/backoff.ts";
import type { OrderPolicy, OrderState, VisitOutcome } from "./order-state.ts";

/** What the ledger already knows of a workorder when another request for it comes. */
export type Known = {
  readonly state: OrderState;
  readonly request: OrderRequested;
  readonly laterRequest: OrderRequested | null;
  /** Of the latest archiving that was taken into account, in milliseconds since 1970 UTC: `request` may be of an earlier one. */
  readonly archivedAt: number;
  /** Sequence of the latest request that was taken into account; 0 where it had none. */
  readonly sequence: number;
  /** It was written, and somebody has deleted it in Unit4 since (case O29). */
  readonly isGone: boolean;
};

export type RepeatDecision =
  /** Delivered twice or replayed: nothing to do. */
  | { readonly kind: "known" }
  /** Archived anew without an order, and there is none: only noted, so that nothing earlier counts any more. */
  | { readonly kind: "note" }
  /** Archived anew, or sent again by a person, before it was ever settled as written: the newer content counts. */
  | { readonly kind: "replace" }
  /** Archived anew while the outcome is open: decided when it is known. */
  | { readonly kind: "keep-for-later" }
  /** Archived anew without an order while the first one waits: that one is not sent (case O60). */
  | { readonly kind: "withdraw" }
  /** Archived anew although the order is written: told once Unit4 has said that it is still there (rule W19, case O29). */
  | { readonly kind: "visit" }
  /** Archived anew although its order was deleted in Unit4: told once more, and made again by a person alone. */
  | { readonly kind: "still-gone" };

/**
 * What to do with a request for a workorder that the ledger knows. Newer means decided later in the order of the archived
 * topic, whether it was archived anew or sent again by a person (rule W17); a replay is not newer.
 */
export function onRepeat(known: Known, request: OrderRequested): RepeatDecision {
  if (!isNewer(known, request)) return { kind: "known" };
  switch (known.state) {
    case "waiting":
      return { kind: asksForOrder(request) ? "replace" : "withdraw" };
    case "refused":
      if (!asksForOrder(request)) return { kind: "note" };
      return { kind: known.isGone && request.retry === null ? "still-gone" : "replace" };
    case "sending":
    case "unknown":
      return { kind: "keep-for-later" };
    case "written":
      return { kind: "visit" };
  }
}

/** A request that was stored before an archiving without an order reached the ledger says nothing of it. */
export const asksForOrder = ({ noOrderCode = null }: Pick<OrderRequested, "noOrderCode">): boolean =>
  noOrderCode === null;

/** No clock decides it (case O35), but where one of the two was made before requests had a sequence. */
function isNewer(known: Known, request: OrderRequested): boolean {
  const newest = known.laterRequest?.sequence ?? known.sequence;
  return newest > 0 && request.sequence > 0 ? request.sequence > newest : isNewerByTime(known, request);
}

function isNewerByTime(known: Known, request: OrderRequested): boolean {
  const newest = Math.max(known.archivedAt, known.laterRequest?.archivedAt ?? 0);
  if (request.archivedAt === newest) return known.state === "refused" && isNewRetry(known.request, request);
  return request.archivedAt > newest;
}

/** A request that the ledger stored before there were retries has none. */
function isNewRetry(known: OrderRequested, { retry }: OrderRequested): boolean {
  const before = known.retry ?? null;
  return retry !== null && (before === null || (retry.id !== before.id && retry.at > before.at));
}

/**
 * What a visit comes to: where the tenant has moved and its login no longer shows the administration of then, nobody will ever
 * answer, and what the ledger knows of the order stands.
 */
export const afterVisit = (
  order: { readonly isMoved: boolean; readonly orderId: string | null },
  outcome: VisitOutcome,
): VisitOutcome =>
  order.isMoved && outcome.kind === "no-answer" && OUT_OF_SIGHT.has(outcome.reason)
    ? { kind: "found", orderId: order.orderId ?? "" }
    : outcome;

/**
 * How long until Unit4 is asked again for an order of which it gave no usable answer, in milliseconds. @param context unanswered:
 * visits in a row without one, this one included; random in [0, 1)
 */
export function pauseBeforeVisit(
  { notBeforeMs }: Extract<VisitOutcome, { readonly kind: "no-answer" }>,
  context: {
    readonly policy: Pick<OrderPolicy, "lookupPauseMs" | "retry">;
    readonly unanswered: number;
    readonly nowMs: number;
    readonly random: number;
  },
): number {
  const { policy, unanswered, nowMs, random } = context;
  const backoff: Backoff = { firstMs: policy.lookupPauseMs, longestMs: policy.retry.longestMs };
  return Math.max(backoffMs(backoff, unanswered, random), notBeforeMs === null ? 0 : notBeforeMs - nowMs);
}

const OUT_OF_SIGHT: ReadonlySet<string> = new Set(["FORBIDDEN", "NOT_FOUND"]);

/** What differs between two requests for one order, line by line, as people would say it; empty: the same content. */
export function orderDifference(before: OrderRequested, after: OrderRequested): readonly string[] {
  const difference: string[] = [];
  if (asksForOrder(after) && before.customerId !== after.customerId)
    difference.push(`${before.customerId} → ${after.customerId}`);
  const counts = new Map<string, number>();
  for (const line of before.lines) count(counts, lineText(line), -1);
  for (const line of after.lines) count(counts, lineText(line), 1);
  for (const [text, times] of counts)
    for (let i = 0; i < Math.abs(times); i += 1) difference.push(`${times > 0 ? "+" : "−"} ${text}`);
  return [...difference, ...remarksDifference(before.remarks, after.remarks)];
}

function remarksDifference(before: string, after: string): readonly string[] {
  if (before === after) return [];
  return [
    ["−", before],
    ["+", after],
  ].flatMap(([sign, remarks]) => (remarks === "" ? [] : [`${sign} "${remarks}"`]));
}

const count = (counts: Map<string, number>, text: string, by: number): void => {
  counts.set(text, (counts.get(text) ?? 0) + by);
};

const lineText = (line: OrderRequested["lines"][number]): string =>
  line.kind === "text" ? `"${line.text}"` : `${line.quantity} × ${line.articleId}`;
