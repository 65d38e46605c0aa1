/**
 * The life of an order:
 *
 *   waiting ──▶ sending ──▶ written | refused            (settled, for good)
 *      ▲           │
 *      │           └──▶ unknown ──▶ written              (a look-up found it)
 *      │                   │
 *      ├───────────────────┘  absent in two look-ups: sent again under the same reference
 *      └── sending that certainly did not reach Unit4, or that Unit4 put off
 *
 * Sending has three outcomes, never two. Refused and not-sent are certain; whatever is neither these nor a written
 * order is unknown, and an unknown order is never sent again before Unit4 was asked twice.
 */
import type { OrderRequested } from "../../../schemas/records.ts";
import type { Backoff } from "../../shared/domain/backoff.ts";
import { backoffMs } from "../../shared/domain/backoff.ts";

export type OrderState = "waiting" | "sending" | "unknown" | "written" | "refused";

/** What came of sending an order once. */
export type SendOutcome =
  | { readonly kind: "written"; readonly orderId: string; readonly remarks: readonly string[] }
  /** Unit4 refused it with these texts; it is certain that nothing was stored. */
  | { readonly kind: "refused"; readonly reasons: readonly string[] }
  /** It is certain that Unit4 did not take it; the connection or the moment was wrong, not the order. */
  | { readonly kind: "put-off"; readonly reason: string; readonly notBeforeMs: number | null }
  /** It may have been stored. */
  | { readonly kind: "unknown"; readonly reason: string };

/** What came of looking for an order whose outcome is unknown. */
export type LookupOutcome =
  | { readonly kind: "found"; readonly orderId: string }
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
    }
  | { readonly kind: "settled"; readonly state: "refused"; readonly reasons: readonly string[] }
  | {
      readonly kind: "open";
      readonly state: "waiting" | "unknown";
      /** When this order is looked at again. */
      readonly dueInMs: number;
      /** How long the tenant's lane rests, other orders included: its Unit4 is in trouble. */
      readonly laneRestMs: number;
      readonly absentLookups: number;
    }
  /** Two orders carry the reference: only a person can say which one is right. */
  | { readonly kind: "handed-over"; readonly orderIds: readonly string[] };

export type OrderPolicy = {
  /** After an unknown outcome nothing is done for so long: longer than Unit4 may still be storing the order. */
  readonly quarantineMs: number;
  /** Pause between two look-ups that did not find the order. */
  readonly lookupPauseMs: number;
  /** Look-ups that must all say absent before the order is sent again. */
  readonly absentLookups: number;
  /** Times an order is sent at most; after that a person has to look. */
  readonly mostAttempts: number;
  readonly retry: Backoff;
};

/** Settings with their reasons: Unit4's own time-out is not published; 30 s is above any answer time seen. */
export const DEFAULT_POLICY: OrderPolicy = {
  quarantineMs: 30_000,
  lookupPauseMs: 15_000,
  absentLookups: 2,
  mostAttempts: 5,
  retry: { firstMs: 1_000, longestMs: 10 * 60_000 },
};

/** The step after sending. @param context failures: troubles of the lane in a row, this one included; random in [0, 1) */
export function afterSending(
  outcome: SendOutcome,
  context: {
    readonly policy: OrderPolicy;
    readonly failures: number;
    readonly nowMs: number;
    readonly random: number;
  },
): Step {
  const { policy, failures, nowMs, random } = context;
  const pauseMs = backoffMs(policy.retry, failures, random);
  switch (outcome.kind) {
    case "written":
      return { kind: "settled", state: "written", orderId: outcome.orderId, remarks: outcome.remarks };
    case "refused":
      return { kind: "settled", state: "refused", reasons: outcome.reasons };
    case "put-off":
      return {
        kind: "open",
        state: "waiting",
        dueInMs: 0,
        laneRestMs: atLeast(pauseMs, outcome.notBeforeMs, nowMs),
        absentLookups: 0,
      };
    case "unknown":
      return {
        kind: "open",
        state: "unknown",
        dueInMs: policy.quarantineMs,
        laneRestMs: pauseMs,
        absentLookups: 0,
      };
  }
}

/**
 * The step after a look-up of an unknown order. An order that Unit4 answered unclearly every time, and never stored, is
 * settled as refused: sending it on and on would help nobody.
 * @param context absentBefore: look-ups in a row that did not find it; attempts: times it was sent
 */
export function afterLookup(
  outcome: LookupOutcome,
  context: {
    readonly policy: OrderPolicy;
    readonly absentBefore: number;
    readonly attempts: number;
    readonly nowMs: number;
  },
): Step {
  const { policy, absentBefore, attempts, nowMs } = context;
  switch (outcome.kind) {
    case "found":
      return { kind: "settled", state: "written", orderId: outcome.orderId, remarks: [] };
    case "found-several":
      return { kind: "handed-over", orderIds: outcome.orderIds };
    case "no-answer":
      return {
        kind: "open",
        state: "unknown",
        dueInMs: atLeast(policy.lookupPauseMs, outcome.notBeforeMs, nowMs),
        laneRestMs: 0,
        absentLookups: absentBefore,
      };
    case "absent":
      if (absentBefore + 1 < policy.absentLookups)
        return {
          kind: "open",
          state: "unknown",
          dueInMs: policy.lookupPauseMs,
          laneRestMs: 0,
          absentLookups: absentBefore + 1,
        };
      if (attempts >= policy.mostAttempts)
        return { kind: "settled", state: "refused", reasons: [`${attempts} × geen duidelijk antwoord`] };
      return { kind: "open", state: "waiting", dueInMs: 0, laneRestMs: 0, absentLookups: 0 };
  }
}

const atLeast = (pauseMs: number, notBeforeMs: number | null, nowMs: number): number =>
  Math.max(pauseMs, notBeforeMs === null ? 0 : notBeforeMs - nowMs);

/** What the ledger already knows of a workorder when another request for it comes. */
export type Known = {
  readonly state: OrderState;
  readonly request: OrderRequested;
  readonly laterRequest: OrderRequested | null;
};

export type RepeatDecision =
  /** Delivered twice or replayed: nothing to do. */
  | { readonly kind: "known" }
  /** Archived anew before it was ever settled as written: the newer content counts. */
  | { readonly kind: "replace" }
  /** Archived anew while the outcome is open: decided when it is known. */
  | { readonly kind: "keep-for-later" }
  /** Archived anew although the order is written (rule W19). */
  | { readonly kind: "already-written"; readonly difference: readonly string[] };

/** What to do with a request for a workorder that the ledger knows. Newer means archived later; a replay is not. */
export function onRepeat(known: Known, request: OrderRequested): RepeatDecision {
  const newest = Math.max(known.request.archivedAt, known.laterRequest?.archivedAt ?? 0);
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

/** What differs between two requests for one order, line by line, as people would say it; empty: the same content. */
export function orderDifference(before: OrderRequested, after: OrderRequested): readonly string[] {
  const difference: string[] = [];
  if (before.customerId !== after.customerId) difference.push(`${before.customerId} → ${after.customerId}`);
  const counts = new Map<string, number>();
  for (const line of before.lines) count(counts, lineText(line), -1);
  for (const line of after.lines) count(counts, lineText(line), 1);
  for (const [text, times] of counts)
    for (let i = 0; i < Math.abs(times); i += 1) difference.push(`${times > 0 ? "+" : "−"} ${text}`);
  if (before.remarks !== after.remarks) difference.push(`+ ${after.remarks}`);
  return difference;
}

const count = (counts: Map<string, number>, text: string, by: number): void => {
  counts.set(text, (counts.get(text) ?? 0) + by);
};

const lineText = (line: OrderRequested["lines"][number]): string =>
  line.kind === "text" ? `"${line.text}"` : `${line.quantity} × ${line.articleId}`;
