import type { Queryable } from "../../shared/postgres.ts";

/** Counts changes that were published, in the hour and the day (on the Dutch clock) of now. The caller holds the lease in this transaction. */
export async function countChanges(tx: Queryable, tenantId: string, changes: number): Promise<void> {
  await tx.query(
    `insert into unit4_poller.totals as known (tenant_id, span, begins_at, changes)
     values ($1, 'hour', date_trunc('hour', now()), $2), ($1, 'day', date_trunc('day', now(), 'Europe/Amsterdam'), $2)
     on conflict (tenant_id, span, begins_at) do update set changes = known.changes + excluded.changes`,
    [tenantId, changes],
  );
}
