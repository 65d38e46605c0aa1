/** What a replay tells of itself: the contract between the service that does it and whoever shows it. */

/** A stretch of a partition that is read again, and how its records are placed. */
export type ReplayStretch = {
  readonly partition: number;
  readonly from: number;
  /** Not read any more. */
  readonly to: number;
  /** As of the position of the live consumer. */
  readonly generation: number;
  readonly keysAmong: number | null;
};

/** What of the range the topic has no longer: all but the newest of each key, or everything. A resync brings it. */
export type NotHeld = {
  readonly kind: "all-but-the-newest" | "everything";
  /** Of what was written before this time, milliseconds since 1970 UTC. */
  readonly beforeMs: number;
};

/** Rows by what becomes of them: each row that the range has a record of counts once. */
export type PreviewedRows = {
  readonly inserted: number;
  readonly changed: number;
  readonly wiped: number;
  /** The row is newer than every record of the range. */
  readonly older: number;
  /** The row stands as the range tells it. */
  readonly equal: number;
  /** Neither there nor brought: records of an emptied tenant, or tombstones. */
  readonly absent: number;
};

export type Preview = {
  /** False where the range was longer than a preview may be: then these are its first records. */
  readonly isComplete: boolean;
  readonly records: number;
  /** Keys and values, unpacked. */
  readonly bytes: number;
  /** Of the tenants that were asked for. */
  readonly matched: number;
  readonly poison: number;
  readonly tenants: number;
  readonly rows: PreviewedRows;
};

/** What a replay will do, as it was when it was planned. */
export type ReplayPlan = {
  readonly topic: string;
  /** By what the topic is known; the replay fails where it has become another one. */
  readonly topicId: string | null;
  readonly clusterId: string | null;
  readonly stretches: readonly ReplayStretch[];
  /** To read at most. */
  readonly records: number;
  /** Estimated from what was read while planning. */
  readonly bytes: number;
  readonly recordsPerSecond: number;
  /** At that rate. */
  readonly seconds: number;
  readonly notHeld: NotHeld | null;
  readonly preview: Preview | null;
};

/** How far a replay is. */
export type ReplayProgress = {
  /** `verdict`: everything is read, and rows are held against the topic. */
  readonly phase: "reading" | "verdict";
  /** Offsets behind it, of so many. */
  readonly passed: number;
  readonly ofRecords: number;
  readonly records: number;
  readonly bytes: number;
  /** Of the tenants that were asked for. */
  readonly matched: number;
  readonly poison: number;
  readonly rowsWritten: number;
  readonly rowsWiped: number;
  /** Offsets that expired after the plan was made. */
  readonly expired: number;
  /** Seconds in which it waited: at its ceiling, and below it for live work. */
  readonly waitedSeconds: number;
  readonly yieldedSeconds: number;
  /** Of the last chunk. */
  readonly recordsPerSecond: number;
  readonly secondsLeft: number;
};

/** How a tenant's rows stand to the newest state of the range. */
export type TenantVerdict = {
  readonly tenantId: string;
  /** Rows that the range tells of. */
  readonly rows: number;
  /** Those that Simon has newer: later records told of them. */
  readonly newer: number;
  readonly missing: number;
  readonly older: number;
  /** Of the same version, with other content. */
  readonly different: number;
  /** Of all rows that Simon does not have newer, as the topic tells them and as they stand: equal when nothing differs. */
  readonly topicChecksum: string;
  readonly rowsChecksum: string;
};

export type Verdict = {
  readonly isEqual: boolean;
  readonly tenants: number;
  readonly rows: number;
  readonly newer: number;
  /** Tenants whose rows differ, at most a hundred. */
  readonly differing: readonly TenantVerdict[];
  /** Up to a hundred tenants, whether they differ or not. */
  readonly shown: readonly TenantVerdict[];
};

/** What a replay came to. */
export type ReplayResult = ReplayProgress & { readonly verdict: Verdict };
