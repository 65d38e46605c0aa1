import type { Connection, Queryable } from "../shared/postgres.ts";
import type { Entity } from "./domain/entity.ts";
import type { Lease } from "./schedule.ts";

/** Opens a question, in place of an earlier one. The caller holds the lease in this transaction. */
export async function saveBrake(
  tx: Connection,
  lease: Lease,
  halt: {
    readonly entity: Entity;
    readonly revision: number;
    readonly missing: number;
    readonly known: number;
  },
): Promise<void> {
  await tx.query(
    `insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, entity) do update set
       epoch = excluded.epoch, revision = excluded.revision, missing = excluded.missing, known = excluded.known,
       halted_at = now(), decision = null, decided_at = null, decided_by = null, most = 0`,
    [lease.tenantId, halt.entity, lease.epoch, halt.revision, halt.missing, halt.known],
  );
}

/** Takes rows off what a confirmation still lets go. The caller holds the lease in this transaction. */
export async function useConfirmation(
  tx: Connection,
  lease: Lease,
  used: { readonly entity: Entity; readonly rows: number },
): Promise<void> {
  await tx.query(
    `update unit4_poller.brakes set most = greatest(0, most - $3) where tenant_id = $1 and entity = $2`,
    [lease.tenantId, used.entity, used.rows],
  );
}

/**
 * A person's answer to the question that they saw (rule M12). A confirmation lets the rows go that were missing then, at
 * most that many, and makes the tenant due at once: its list is read again first.
 * @param answer.revision revision of the halt that the person saw
 * @returns false when that question is no longer open
 */
export async function decideBrake(
  db: Queryable,
  answer: {
    readonly tenantId: string;
    readonly entity: Entity;
    readonly revision: number;
    readonly decision: "confirmed" | "dismissed";
    readonly by: string;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with decided as (
       update unit4_poller.brakes
       set decision = $4, decided_at = now(), decided_by = $5, most = case when $4 = 'confirmed' then missing else 0 end
       where tenant_id = $1 and entity = $2 and revision = $3
       returning tenant_id),
     due as (
       update unit4_poller.schedules set next_due_at = now()
       where $4 = 'confirmed' and tenant_id in (select tenant_id from decided))
     select from decided`,
    [answer.tenantId, answer.entity, answer.revision, answer.decision, answer.by],
  );
  return rowCount === 1;
}

/** Closes the question. The caller holds the lease in this transaction. */
export async function deleteBrake(tx: Connection, lease: Lease, entity: Entity): Promise<void> {
  await tx.query("delete from unit4_poller.brakes where tenant_id = $1 and entity = $2", [
    lease.tenantId,
    entity,
  ]);
}
