import type { ResyncedList } from "../../shared/operations/domain/resync-report.ts";
import type { Queryable } from "../../shared/postgres.ts";

/** The latest time that a tenant's lists were fetched because somebody asked for it. */
export type LatestResync = {
  readonly isFull: boolean;
  readonly state: "planned" | "running" | "paused" | "done" | "cancelled" | "failed";
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
  /** This tenant's; none before it is looked at first. */
  readonly lists: readonly ResyncedList[];
};

/** Null where nobody ever asked. The transaction is the tenant's. */
export async function latestResync(tx: Queryable, tenantId: string): Promise<LatestResync | null> {
  const { rows } = await tx.query<LatestResync>(
    `select is_full as "isFull", state, requested_at as "requestedAt", ended_at as "endedAt", lists
     from integration.latest_resync($1)`,
    [tenantId],
  );
  return rows[0] ?? null;
}

/** Rows in which Simon and the last complete list of Unit4 certainly differ. */
export type Drift = {
  readonly entity: "customer" | "article";
  /** Simon lacks them. */
  readonly missing: number;
  /** Simon has them, and Unit4 does not. */
  readonly extra: number;
};

/** What the nightly comparison of a tenant found, customers first. */
export async function driftOf(tx: Queryable, tenantId: string): Promise<readonly Drift[]> {
  const { rows } = await tx.query<Drift>(
    `select entity, missing, extra from unit4_poller.drift
     where tenant_id = $1 and is_certain and missing + extra > 0 order by entity desc`,
    [tenantId],
  );
  return rows;
}

/** Whether it is still to come, or under way. */
export const isOpen = (resync: LatestResync | null): boolean =>
  resync !== null && (resync.state === "planned" || resync.state === "running" || resync.state === "paused");
