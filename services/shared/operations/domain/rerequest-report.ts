import type { ReplayPlan } from "./replay-report.ts";

/** What asking for orders again tells of itself: the contract between the service that does it and whoever shows it. */

export const LEFT_ALONE = [
  /** The ledger has the order, whatever became of it there. */
  "in-ledger",
  /** Simon has it as written, and the ledger does not know it. */
  "written",
  "refused",
  "skipped",
  /** It asks for no order as it is mapped now. */
  "no-order-now",
  /** Its tenant's workorders were emptied since. */
  "emptied",
  /** Live work has not decided it yet. */
  "undecided",
] as const;
/** Why an archived workorder is left alone. */
export type LeftAlone = (typeof LEFT_ALONE)[number];

/** An archived workorder, by its number alone. */
export type ListedWorkorder = {
  readonly tenantId: string;
  readonly workorderId: string;
  readonly number: string;
  /** Milliseconds since 1970 UTC. */
  readonly archivedAt: number;
  /** Null: its order is requested. */
  readonly why: LeftAlone | null;
  /** State in the ledger, or a message code; empty where there is none. */
  readonly detail: string;
};

export type RerequestFindings = {
  /** Records of the topic that were read for the tenants that were asked for. */
  readonly records: number;
  readonly poison: number;
  /** Workorders whose order is requested. */
  readonly requested: number;
  readonly left: Readonly<Record<LeftAlone, number>>;
  /** Those that are requested and those that are left alone for another reason than that the ledger has them, at most 200. */
  readonly listed: readonly ListedWorkorder[];
};

export type RerequestPlan = Pick<
  ReplayPlan,
  "topic" | "topicId" | "clusterId" | "stretches" | "records" | "notHeld"
> & { readonly found: RerequestFindings };

export type RerequestProgress = {
  /** `verdict`: all are requested, and it is seen whether the ledger has them. */
  readonly phase: "reading" | "verdict";
  readonly passed: number;
  readonly ofRecords: number;
  readonly found: RerequestFindings;
  /** Looks at the ledger since. */
  readonly looks: number;
};

export type RerequestResult = RerequestProgress & {
  /** Workorders of the range that the ledger still does not have, although they ask for an order. */
  readonly missing: number;
};
