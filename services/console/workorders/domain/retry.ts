import type { OrderSettled } from "../../../../schemas/records.ts";
import { amsterdamDate } from "../../../shared/domain/dutch-date.ts";

/** What Simon was last told of a workorder. Times in milliseconds since 1970 UTC. */
export type Told = {
  readonly outcome: OrderSettled["outcome"];
  readonly code: string;
  /** Place of its archiving among the workorder's; 0 where it was told before there were any. */
  readonly sequence: number;
  readonly archivedAt: number;
  /** Where the mapping refused or skipped it, this is the time stamp of the archived event. */
  readonly settledAt: number;
};

/** States of the order-writer's ledger. */
type OrderState = "waiting" | "sending" | "unknown" | "written" | "refused";

/** What the ledger has of it. Times in milliseconds since 1970 UTC. */
export type Kept = {
  readonly state: OrderState;
  readonly code: string;
  /** Of its request; 0 where it has none. A later archiving without an order is told by the mapping. */
  readonly sequence: number;
  readonly archivedAt: number;
  /** null as long as it is open. */
  readonly settledAt: number | null;
  /** Time stamp of the archived event that the request was made from. */
  readonly requestedAt: number;
};

/** A workorder with what is known of it; null: nothing there. */
export type RetryCandidate = {
  readonly workorderId: string;
  /** The number that people see. */
  readonly number: string;
  /** Number of its order in Unit4; null where it has none. */
  readonly orderId: string | null;
  readonly told: Told | null;
  readonly kept: Kept | null;
};

/** Which workorders a person wants to send again; null: no such condition. */
export type RetryChoice = {
  /** Id or number of one workorder. */
  readonly workorder: string | null;
  /** Ids of workorders that were picked from a list. */
  readonly picked?: readonly string[] | null;
  /** Code of the message that says why it is not an order. */
  readonly cause: string | null;
  /** First and last day of archiving in Europe/Amsterdam, yyyy-MM-dd. */
  readonly from: string | null;
  readonly to: string | null;
};

/** A workorder that can be sent again. */
export type RetryItem = {
  readonly workorderId: string;
  readonly number: string;
  /** Why it is not an order yet. */
  readonly cause: string;
  /** Milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** Time stamp of the archived event on its topic: where it is found. Milliseconds since 1970 UTC. */
  readonly eventAt: number;
};

/** Why a workorder is not sent again. */
export const NOT_SENT_REASONS = [
  /** Nothing became of it yet, or there is no such workorder. */
  "NOT_SETTLED",
  /** Its order stands in Unit4. */
  "WRITTEN",
  /** It goes by itself: it waits, is on its way, or is being looked for in Unit4. */
  "WAITING",
  "ON_ITS_WAY",
  "OUTCOME_UNKNOWN",
  /** The settings say that it makes no order. */
  "SKIPPED_ON_PURPOSE",
  "TENANT_OFF",
  /** More than go at once: they are left for the next time. */
  "OVER_LIMIT",
  /** Its archived event is no longer on the topic, which keeps 90 days. */
  "EVENT_EXPIRED",
] as const;
export type NotSentReason = (typeof NOT_SENT_REASONS)[number];

type NotSent = {
  readonly workorderId: string;
  readonly number: string;
  readonly why: NotSentReason;
  /** Number of the order that stands in Unit4; null where none is known. */
  readonly orderId: string | null;
};

export type RetryPlan = {
  readonly wouldSend: readonly RetryItem[];
  readonly notSent: readonly NotSent[];
};

/** The only reason for skipping that a person may overrule: the others are settings (rule A9). */
const SKIPPED_WHILE_OFF = "WORKORDER_ARCHIVED_WHILE_OFF";
/** Sent again in one go at most: each is looked up on its topic. */
const MOST_AT_ONCE = 500;

/**
 * Which workorders are sent again, the first archived first (rules W17 and A9): refused ones and those that were archived
 * while the integration was off, never one that is written or still goes by itself.
 */
export function planRetry(
  candidates: readonly RetryCandidate[],
  choice: RetryChoice,
  tenant: { readonly isActive: boolean },
): RetryPlan {
  const wouldSend: RetryItem[] = [];
  const notSent: NotSent[] = [];
  const chosen = candidates
    .map((candidate) => ({ candidate, standing: standingOf(candidate) }))
    .filter(({ candidate, standing }) => isChosen(candidate, standing, choice))
    .sort((one, other) => (one.standing?.archivedAt ?? 0) - (other.standing?.archivedAt ?? 0));
  for (const { candidate, standing } of chosen) {
    const { workorderId, number, orderId } = candidate;
    const why = obstacle(candidate, standing, tenant.isActive);
    if (why !== null || standing === null)
      notSent.push({ workorderId, number, why: why ?? "NOT_SETTLED", orderId });
    else if (wouldSend.length === MOST_AT_ONCE)
      notSent.push({ workorderId, number, why: "OVER_LIMIT", orderId });
    else {
      const { cause, archivedAt, eventAt } = standing;
      wouldSend.push({ workorderId, number, cause, archivedAt, eventAt });
    }
  }
  return chosen.length === 0 && choice.workorder !== null
    ? {
        wouldSend,
        notSent: [{ workorderId: choice.workorder, number: "", why: "NOT_SETTLED", orderId: null }],
      }
    : { wouldSend, notSent };
}

type Standing = {
  readonly outcome: OrderSettled["outcome"];
  readonly cause: string;
  readonly archivedAt: number;
  readonly eventAt: number;
};

/** The latest that is known: of the latest archiving, by its place on the topic; the ledger knows more of it than Simon. */
function standingOf({ told, kept }: RetryCandidate): Standing | null {
  if (kept?.state === "refused" && (told === null || !isOlder(kept, told)))
    return { outcome: "refused", cause: kept.code, archivedAt: kept.archivedAt, eventAt: kept.requestedAt };
  if (told === null) return null;
  const { outcome, code, archivedAt, settledAt } = told;
  return { outcome, cause: code, archivedAt, eventAt: settledAt };
}

/** By time only where one of the two has no sequence. */
const isOlder = (kept: Kept, told: Told): boolean =>
  kept.sequence > 0 && told.sequence > 0 ? kept.sequence < told.sequence : isOlderByTime(kept, told);

const isOlderByTime = (kept: Kept, told: Told): boolean =>
  kept.archivedAt < told.archivedAt ||
  (kept.archivedAt === told.archivedAt && (kept.settledAt ?? 0) < told.settledAt);

function isChosen(candidate: RetryCandidate, standing: Standing | null, choice: RetryChoice): boolean {
  const { workorder, picked = null, cause, from, to } = choice;
  if (picked !== null && !picked.includes(candidate.workorderId)) return false;
  if (workorder !== null && workorder !== candidate.workorderId && workorder !== candidate.number)
    return false;
  if (cause !== null && cause !== standing?.cause) return false;
  if (from === null && to === null) return true;
  const day = standing === null ? null : amsterdamDate(standing.archivedAt);
  return day !== null && (from === null || day >= from) && (to === null || day <= to);
}

/** Why a workorder is not sent again; null when it is. The ledger has the last word on what is on its way. */
function obstacle(
  { kept }: RetryCandidate,
  standing: Standing | null,
  isActive: boolean,
): NotSentReason | null {
  if (kept !== null && kept.state !== "refused") return OBSTACLE_OF_STATE[kept.state];
  switch (standing?.outcome) {
    case "written":
      return "WRITTEN";
    case "unknown":
      return "OUTCOME_UNKNOWN";
    case "skipped":
      if (standing.cause !== SKIPPED_WHILE_OFF) return "SKIPPED_ON_PURPOSE";
      break;
    case undefined:
      return "NOT_SETTLED";
    case "refused":
      break;
  }
  return isActive ? null : "TENANT_OFF";
}

const OBSTACLE_OF_STATE: Readonly<Record<Exclude<OrderState, "refused">, NotSentReason>> = {
  waiting: "WAITING",
  sending: "ON_ITS_WAY",
  unknown: "OUTCOME_UNKNOWN",
  written: "WRITTEN",
};
