/** What a comparison tells of itself: the contract between the service that does it and whoever shows it. */

/** How Simon's rows of a tenant stand to its last complete list, by their ids. */
export type ReconciledList = {
  readonly tenantId: string;
  readonly entity: "customer" | "article";
  /** When the list was read, ISO 8601 in UTC. */
  readonly listedAt: string;
  /** Rows of the list that come over, and Simon's rows that stand for one; with a checksum over their ids each. */
  readonly listed: number;
  readonly standing: number;
  readonly listedChecksum: string;
  readonly standingChecksum: string;
  /** Rows of the list that Simon does not have, and Simon's rows that the list does not have; with the first ids of each. */
  readonly missing: number;
  readonly extra: number;
  readonly missingIds: readonly string[];
  readonly extraIds: readonly string[];
};

export type ReconcileProgress = {
  readonly lists: readonly ReconciledList[];
  /** Looks by now: what differs is looked at again, since it may be on its way. */
  readonly looks: number;
};

export type ReconcileResult = ReconcileProgress & {
  readonly isEqual: boolean;
  /** Tenants of which no list was ever read to its end, or that are off: nothing to hold Simon's rows against. */
  readonly without: readonly string[];
};
