import type { Connection } from "../shared/postgres.ts";
import type { Entity } from "./domain/entity.ts";
import type { Lease } from "./schedule.ts";

/**
 * Notes how far a first load is (rule M11); its start is the first note in this epoch. The caller holds the lease in
 * this transaction.
 */
export async function noteProgress(
  tx: Connection,
  lease: Lease,
  progress: {
    readonly entity: Entity;
    readonly done: number;
    /** Null leaves what an earlier turn found. */
    readonly total: number | null;
    readonly isFinished: boolean;
  },
): Promise<void> {
  await tx.query(
    `insert into unit4_poller.progress as p (tenant_id, entity, epoch, done, total, finished_at)
     values ($1, $2, $3, $4, $5, case when $6 then now() end)
     on conflict (tenant_id, entity) do update set
       epoch = excluded.epoch, done = excluded.done, finished_at = excluded.finished_at,
       total = coalesce(excluded.total, case when p.epoch = excluded.epoch then p.total end),
       updated_at = now(), started_at = case when p.epoch = excluded.epoch then p.started_at else now() end`,
    [lease.tenantId, progress.entity, lease.epoch, progress.done, progress.total, progress.isFinished],
  );
}

/**
 * Notes that changes were published and the highest change date among them (rule L4). The caller holds the lease in
 * this transaction.
 * @param seen.changedOn yyyy-MM-dd; null where Unit4 gave none
 */
export async function noteLatestChange(
  tx: Connection,
  lease: Lease,
  seen: { readonly entity: Entity; readonly changedOn: string | null },
): Promise<void> {
  await tx.query(
    `update unit4_poller.progress
     set latest_change_at = now(), latest_changed_on = greatest(latest_changed_on, $3::date)
     where tenant_id = $1 and entity = $2`,
    [lease.tenantId, seen.entity, seen.changedOn],
  );
}
