import type { Connection } from "../shared/postgres.ts";
import type { Entity } from "./domain/entity.ts";
import type { Lease } from "./schedule.ts";

/** Opens a question, in place of an earlier one. The caller has locked the lease in this transaction. */
export async function saveBrake(
  tx: Connection,
  lease: Lease,
  halt: {
    readonly entity: Entity;
    readonly revision: number;
    readonly missing: number;
    readonly known: number;
    /** Ids of the first missing rows, for the person who decides. */
    readonly missingIds: readonly string[];
  },
): Promise<void> {
  await tx.query(
    `insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known, missing_ids)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, entity) do update set
       epoch = excluded.epoch, revision = excluded.revision, missing = excluded.missing, known = excluded.known,
       missing_ids = excluded.missing_ids, halted_at = now(), decision = null, decided_at = null, decided_by = null, most = 0`,
    [lease.tenantId, halt.entity, lease.epoch, halt.revision, halt.missing, halt.known, halt.missingIds],
  );
}

/** Takes rows off what a confirmation still lets go. The caller has locked the lease in this transaction. */
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

/** Closes the question. The caller has locked the lease in this transaction. */
export async function deleteBrake(tx: Connection, lease: Lease, entity: Entity): Promise<void> {
  await tx.query("delete from unit4_poller.brakes where tenant_id = $1 and entity = $2", [
    lease.tenantId,
    entity,
  ]);
}
