/**
 * The life of an order:
 *
 *   waiting ──────────────▶ sending ──▶ written | refused      (settled, for good)
 *    ▲ │                     ▲   │
 *    │ └─ sent before, and ──┘   └──▶ unknown ──▶ written      (a look-up found it, or two of it)
 *    │    a person retries:              │   └──▶ refused      (absent in two look-ups, and Unit4 had said why)
 *    │    look first. Found: written,    │
 *    │    nothing is sent                │
 *    ├───────────────────────────────────┘  absent in two look-ups: sent again under the same reference
 *    └── sending that certainly did not reach Unit4, or that Unit4 put off
 *
 * A written order whose workorder is archived anew is visited: there, it stays written and that is told; gone, it is refused
 * as deleted, and made again when a person says so.
 *
 * Sending has three outcomes, never two. Refused and not-sent are certain; whatever is neither these nor a written
 * order is unknown, and an unknown order is never sent again before Unit4 was asked twice.
 */
import type { OrderRequested } from "../../../schemas/records.ts";
import type { Backoff } from "../../shared/domain/backoff.ts";
import { backoffMs } from "../../shared/domain/backoff.ts";
import type { PlainText } from "../../shared/domain/plain-text.ts";
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
      readonly remarks: readonly PlainText[];
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

/** What came of asking for an order that was written. */
export type VisitOutcome =
  /** `orderId`: its number, which may be another one by now. */
  | { readonly kind: "found"; readonly orderId: string }
  /** Neither its number nor its reference is there: somebody deleted it. */
  | { readonly kind: "absent" }
  | Extract<LookupOutcome, { readonly kind: "no-answer" }>;

/** What has to be done next for an order. */
export type OrderAction =
  /** Its workorder was emptied: it is not sent (rule A12). */
  | "withdraw"
  /** Its tenant is connected to another administration than it was made for: a person decides (case O28). */
  | "refuse-moved"
  | "send"
  /** A person sends it again after it was sent before: what was refused or given up may stand in Unit4 (case O03). */
  | "look-first"
  /** The outcome of its sending is open. */
  | "look-up"
  /** Its sender has ended and took the outcome along. */
  | "recover"
  /** It is written, and its workorder was archived anew: whether it is still there decides what is said (case O29). */
  | "visit"
  /** It is written, and what was archived anew was emptied since: nobody is told anything (rule A12). */
  | "forget-visit"
  /** It is settled. */
  | "none";

/** @param order attempts: sendings begun; isWithdrawn: its workorder was emptied; isMoved: the tenant has another administration */
export function nextAction(order: {
  readonly state: OrderState;
  readonly attempts: number;
  readonly request: Pick<OrderRequested, "retry" | "epoch">;
  readonly isWithdrawn: boolean;
  readonly isMoved: boolean;
  /** A newer archiving that was not judged yet. */
  readonly laterRequest: Pick<OrderRequested, "epoch"> | null;
}): OrderAction {
  switch (order.state) {
    case "waiting":
      if (order.isWithdrawn) return "withdraw";
      if (order.isMoved) return "refuse-moved";
      // A request that the ledger stored before there were retries has none.
      return order.attempts > 0 && (order.request.retry ?? null) !== null ? "look-first" : "send";
    case "sending":
      return "recover";
    case "unknown":
      return "look-up";
    case "written":
      if (order.laterRequest === null) return "none";
      // One that asks for no order has no epoch.
      return order.isWithdrawn && order.laterRequest.epoch <= order.request.epoch ? "forget-visit" : "visit";
    case "refused":
      return "none";
  }
}

/** What a look before sending comes to: the outcome, as if it had been sent; null: it is absent, and is sent now. */
export function afterFirstLook(look: LookupOutcome): SendOutcome | null {
  switch (look.kind) {
    case "absent":
      return null;
    case "found":
      return { kind: "written", orderId: look.orderId, remarks: [], stored: look.stored ?? NOT_SHOWN };
    case "found-several":
      // The look-up that every unknown order gets says it to the office.
      return { kind: "unknown", reason: "FOUND_SEVERAL", reasons: [] };
    case "no-answer":
      return {
        kind: "put-off",
        code: CODE_OF_NO_ANSWER[look.reason] ?? "ORDER_NOT_SENT",
        reason: look.reason,
        notBeforeMs: look.notBeforeMs,
      };
  }
}

/** Why Unit4 could not be asked, where it is so for every order of the tenant. */
const CODE_OF_NO_ANSWER: Readonly<Record<string, PutOffCode>> = {
  REVOKED: "ORDER_NEEDS_CONNECTION",
  CLIENT_REFUSED: "ORDER_CLIENT_REFUSED",
  FORBIDDEN: "ORDER_NO_RIGHTS",
};

/** What Unit4 does not show proves nothing. */
const NOT_SHOWN: StoredOrder = { customerId: "", reference: "", orderLines: null, total: null };

/** What the ledger keeps of an order after a step. */
export type Step =
  | {
      readonly kind: "settled";
      readonly state: "written";
      readonly orderId: string;
      readonly remarks: readonly PlainText[];
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
  /** How long the tenant's lane rests, other orders included: its Unit4 fails. */
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

/** The step after sending. @param context failures: failures of the lane in a row, this one included; random in [0, 1) */
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
