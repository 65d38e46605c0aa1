/**
 * The life of an order:
 *
 *   waiting ──▶ sending ──▶ written | refused            (settled, for good)
 *      ▲           │
 *      │           └──▶ unknown ──▶ written              (a look-up found it, or two of it)
 *      │                   │   └──▶ refused              (absent in two look-ups, and Unit4 had said why)
 *      ├───────────────────┘  absent in two look-ups: sent again under the same reference
 *      └── sending that certainly did not reach Unit4, or that Unit4 put off
 *
 * Sending has three outcomes, never two. Refused and not-sent are certain; whatever is neither these nor a written
 * order is unknown, and an unknown order is never sent again before Unit4 was asked twice.
 */
import type { OrderRequested } from "../../../schemas/records.ts";
import type { Backoff } from "../../shared/domain/backoff.ts";
import { backoffMs } from "../../shared/domain/backoff.ts";
import type { StoredOrder } from "./answer-comparison.ts";
import type { StatedReason } from "./refusal.ts";

export type OrderState = "waiting" | "sending" | "unknown" | "written" | "refused";

/** Why an order that is not to blame still waits: the moment, or something that is so for every order of the tenant. */
export type PutOffCode =
  | "ORDER_NOT_SENT"
  | "ORDER_NO_RIGHTS"
  | "ORDER_ADMINISTRATION_GONE"
  | "ORDER_NEEDS_CONNECTION"
  | "ORDER_CLIENT_REFUSED";

/** What came of sending an order once. */
export type SendOutcome =
  | {
      readonly kind: "written";
      readonly orderId: string;
      /** Unit4's warnings. */
      readonly remarks: readonly string[];
      readonly stored: StoredOrder;
    }
  /** Unit4 refused it for these reasons; it is certain that nothing was stored. */
  | { readonly kind: "refused"; readonly reasons: readonly StatedReason[] }
  /** It is certain that Unit4 did not take it; the connection or the moment was wrong, not the order. */
  | {
      readonly kind: "put-off";
      readonly code: PutOffCode;
      readonly reason: string;
      readonly notBeforeMs: number | null;
    }
  /** It may have been stored. `reasons`: why it would not have been, where Unit4 said so. */
  | { readonly kind: "unknown"; readonly reason: string; readonly reasons: readonly StatedReason[] };

/** What came of looking for an order whose outcome is unknown. */
export type LookupOutcome =
  /** `stored` is null where Unit4 did not show the order itself. */
  | { readonly kind: "found"; readonly orderId: string; readonly stored: StoredOrder | null }
  | { readonly kind: "found-several"; readonly orderIds: readonly string[] }
  | { readonly kind: "absent" }
  /** Unit4 gave no usable answer. */
  | { readonly kind: "no-answer"; readonly reason: string; readonly notBeforeMs: number | null };

/** What the ledger keeps of an order after a step. */
export type Step =
  | {
      readonly kind: "settled";
      readonly state: "written";
      readonly orderId: string;
      readonly remarks: readonly string[];
      /** null where Unit4 did not show what it stored. */
      readonly stored: StoredOrder | null;
    }
  | { readonly kind: "settled"; readonly state: "refused"; readonly reasons: readonly StatedReason[] }
  /** Sent so often without a clear answer, and never stored, that a person has to look. */
  | { readonly kind: "given-up"; readonly unclearSendings: number }
  /** Two orders or more carry the reference: written, and only a person can say which one is right. */
  | { readonly kind: "handed-over"; readonly orderIds: readonly string[] }
  | OpenStep;

type OpenStep = OpenFacts & {
  readonly kind: "open";
  readonly state: "waiting" | "unknown";
  readonly code: PutOffCode | "ORDER_OUTCOME_UNKNOWN";
  /** When this order is looked at again. */
  readonly dueInMs: number;
  /** How long the tenant's lane rests, other orders included: its Unit4 is in trouble. */
  readonly laneRestMs: number;
};

/** What is known of an order as long as it is open. */
export type OpenFacts = {
  /** Look-ups in a row that did not find it. */
  readonly absentLookups: number;
  /** Times it was sent without a clear answer. */
  readonly unclearSendings: number;
  /** What Unit4 said against it in the last unclear answer; empty for nothing. */
  readonly reasons: readonly StatedReason[];
};

export type OrderPolicy = {
  /** After an unknown outcome nothing is done for so long: longer than Unit4 may still be storing the order. */
  readonly quarantineMs: number;
  /** Pause between two look-ups that did not find the order. */
  readonly lookupPauseMs: number;
  /** Look-ups that must all say absent before the order is sent again. */
  readonly absentLookups: number;
  /** Times an order is sent without a clear answer at most; after that a person has to look. */
  readonly mostUnclearSendings: number;
  readonly retry: Backoff;
};

/** Settings with their reasons: Unit4's own time-out is not published; 30 s is above any answer time seen. */
export const DEFAULT_POLICY: OrderPolicy = {
  quarantineMs: 30_000,
  lookupPauseMs: 15_000,
  absentLookups: 2,
  mostUnclearSendings: 5,
  retry: { firstMs: 1_000, longestMs: 10 * 60_000 },
};

/** The step after sending. @param context failures: troubles of the lane in a row, this one included; random in [0, 1) */
export function afterSending(
  outcome: SendOutcome,
  context: {
    readonly policy: OrderPolicy;
    readonly unclearSendings: number;
    readonly failures: number;
    readonly nowMs: number;
    readonly random: number;
  },
): Step {
  const { policy, unclearSendings, failures, nowMs, random } = context;
  const pauseMs = backoffMs(policy.retry, failures, random);
  switch (outcome.kind) {
    case "written":
      return { ...outcome, kind: "settled", state: "written" };
    case "refused":
      return { kind: "settled", state: "refused", reasons: outcome.reasons };
    case "put-off":
      return {
        kind: "open",
        state: "waiting",
        code: outcome.code,
        dueInMs: 0,
        laneRestMs: atLeast(pauseMs, outcome.notBeforeMs, nowMs),
        absentLookups: 0,
        unclearSendings,
        reasons: [],
      };
    case "unknown":
      return {
        kind: "open",
        state: "unknown",
        code: "ORDER_OUTCOME_UNKNOWN",
        dueInMs: policy.quarantineMs,
        laneRestMs: pauseMs,
        absentLookups: 0,
        unclearSendings: unclearSendings + 1,
        reasons: outcome.reasons,
      };
  }
}

/** The step after a look-up of an unknown order. @param context known: what the ledger has of it */
export function afterLookup(
  outcome: LookupOutcome,
  context: { readonly policy: OrderPolicy; readonly known: OpenFacts; readonly nowMs: number },
): Step {
  const { policy, known, nowMs } = context;
  const { unclearSendings, reasons } = known;
  const open = {
    kind: "open",
    code: "ORDER_OUTCOME_UNKNOWN",
    laneRestMs: 0,
    unclearSendings,
    reasons,
  } as const;
  switch (outcome.kind) {
    case "found":
      // What Unit4 said against an order that it stored all the same is for a person to read.
      return { ...outcome, kind: "settled", state: "written", remarks: reasons.map(({ text }) => text) };
    case "found-several":
      return { kind: "handed-over", orderIds: outcome.orderIds };
    case "no-answer": {
      const dueInMs = atLeast(policy.lookupPauseMs, outcome.notBeforeMs, nowMs);
      return { ...open, state: "unknown", dueInMs, absentLookups: known.absentLookups };
    }
    case "absent": {
      const absentLookups = known.absentLookups + 1;
      if (absentLookups < policy.absentLookups)
        return { ...open, state: "unknown", dueInMs: policy.lookupPauseMs, absentLookups };
      if (reasons.length > 0) return { kind: "settled", state: "refused", reasons };
      if (unclearSendings >= policy.mostUnclearSendings) return { kind: "given-up", unclearSendings };
      return { ...open, state: "waiting", dueInMs: 0, absentLookups: 0 };
    }
  }
}

const atLeast = (pauseMs: number, notBeforeMs: number | null, nowMs: number): number =>
  Math.max(pauseMs, notBeforeMs === null ? 0 : notBeforeMs - nowMs);

/** What the ledger already knows of a workorder when another request for it comes. */
export type Known = {
  readonly state: OrderState;
  readonly request: OrderRequested;
  readonly laterRequest: OrderRequested | null;
  /** The latest archiving that was taken into account, milliseconds since 1970 UTC: `request` may be of an earlier one. */
  readonly archivedAt: number;
};

export type RepeatDecision =
  /** Delivered twice or replayed: nothing to do. */
  | { readonly kind: "known" }
  /** Archived anew, or sent again by a person, before it was ever settled as written: the newer content counts. */
  | { readonly kind: "replace" }
  /** Archived anew while the outcome is open: decided when it is known. */
  | { readonly kind: "keep-for-later" }
  /** Archived anew although the order is written (rule W19). */
  | { readonly kind: "already-written"; readonly difference: readonly string[] };

/**
 * What to do with a request for a workorder that the ledger knows. Newer means archived later; a replay is not. A person's
 * retry of the newest archiving counts once, and only as long as the order is refused (rule W17).
 */
export function onRepeat(known: Known, request: OrderRequested): RepeatDecision {
  const newest = Math.max(known.archivedAt, known.laterRequest?.archivedAt ?? 0);
  if (request.archivedAt === newest && known.state === "refused" && isNewRetry(known.request, request))
    return { kind: "replace" };
  if (request.archivedAt <= newest) return { kind: "known" };
  switch (known.state) {
    case "waiting":
    case "refused":
      return { kind: "replace" };
    case "sending":
    case "unknown":
      return { kind: "keep-for-later" };
    case "written":
      return { kind: "already-written", difference: orderDifference(known.request, request) };
  }
}

/** A request that the ledger stored before there were retries has none. */
function isNewRetry(known: OrderRequested, { retry }: OrderRequested): boolean {
  const before = known.retry ?? null;
  return retry !== null && (before === null || (retry.id !== before.id && retry.at > before.at));
}

/** What differs between two requests for one order, line by line, as people would say it; empty: the same content. */
export function orderDifference(before: OrderRequested, after: OrderRequested): readonly string[] {
  const difference: string[] = [];
  if (before.customerId !== after.customerId) difference.push(`${before.customerId} → ${after.customerId}`);
  const counts = new Map<string, number>();
  for (const line of before.lines) count(counts, lineText(line), -1);
  for (const line of after.lines) count(counts, lineText(line), 1);
  for (const [text, times] of counts)
    for (let i = 0; i < Math.abs(times); i += 1) difference.push(`${times > 0 ? "+" : "−"} ${text}`);
  if (before.remarks !== after.remarks)
    for (const [sign, remarks] of [
      ["−", before.remarks],
      ["+", after.remarks],
    ])
      if (remarks !== "") difference.push(`${sign} "${remarks}"`);
  return difference;
}

const count = (counts: Map<string, number>, text: string, by: number): void => {
  counts.set(text, (counts.get(text) ?? 0) + by);
};

const lineText = (line: OrderRequested["lines"][number]): string =>
  line.kind === "text" ? `"${line.text}"` : `${line.quantity} × ${line.articleId}`;
