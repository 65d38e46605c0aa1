import type { ResyncedEntity } from "./resync-wish.ts";

/** What a resync tells of itself: the contract between the service that does it and whoever shows it. Times are ISO 8601 in UTC. */

/** Why a list cannot be fetched at all. */
export type NotFetchable = "unknown-tenant" | "inactive" | "not-connected";

/** Why a list that can be fetched is not being read yet; `polite`: its last reading took so much of its Unit4's time. */
export type ListWait = "queued" | "polite" | "parked" | "failing";

/** A list as it was when the resync was planned. */
export type PlannedList = {
  readonly tenantId: string;
  readonly entity: ResyncedEntity;
  /** Rows and pages of its last reading; null where it was never read. */
  readonly rows: number | null;
  readonly pages: number | null;
  readonly readAt: string | null;
  readonly notFetchable: NotFetchable | null;
  /** Before then an extra reading would take more than its part of the tenant's Unit4; null where that is over. */
  readonly notBefore: string | null;
};

export type ResyncPlan = {
  readonly isFull: boolean;
  readonly lists: readonly PlannedList[];
  /** Of all lists that can be fetched, as far as they are known. */
  readonly rows: number;
  /** Calls that their pages take; look-ups of addresses and of rows that lists lack come on top, as with any reading. */
  readonly calls: number;
  /** Part of the wall time that is spent at most inside one tenant's Unit4. */
  readonly busyPart: number;
};

/** How far one list is. */
export type ResyncedList = {
  readonly tenantId: string;
  readonly entity: ResyncedEntity;
  /** `incomplete`: read as far as Unit4 showed it, which is not provably its end; `left-out`: it cannot be fetched. */
  readonly state: "waiting" | "reading" | "done" | "incomplete" | "left-out";
  /** What one that waits waits for, or why one was left out. */
  readonly why: ListWait | NotFetchable | null;
  /** Rows read, of how many at its last reading. */
  readonly read: number;
  readonly of: number | null;
  /** Rows that were told. */
  readonly told: number;
};

export type ResyncProgress = {
  readonly lists: readonly ResyncedList[];
  /** Lists that are over. */
  readonly over: number;
};

/** What a resync came to. */
export type ResyncResult = ResyncProgress & {
  /** Whether every list was read to its end. */
  readonly isWhole: boolean;
};
