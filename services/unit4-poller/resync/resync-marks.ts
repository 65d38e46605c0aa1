import type { Connection } from "../../shared/postgres.ts";
import type { Entity } from "../domain/entity.ts";

/** What a reading of a list did for the operation that wants it. */
export type ReadForResync = {
  readonly operationId: number;
  readonly tenantId: string;
  readonly entity: Entity;
  /** Rows that the list has shown so far. */
  readonly read: number;
  /** Rows told since the last time this was noted. */
  readonly told: number;
  /** Whether nothing was noted of this reading before. */
  readonly isBegin: boolean;
  /** How it ended; null where it goes on. */
  readonly outcome: "done" | "incomplete" | null;
};

/**
 * Notes how far a reading is, in the transaction of what it keeps. Does nothing where the operation is not running any more. The
 * caller holds the tenant's lease in this transaction.
 */
export async function noteReading(tx: Connection, reading: ReadForResync): Promise<void> {
  await tx.query(
    `update unit4_poller.resyncs set read_rows = $4, told_rows = case when $6 then $5 else told_rows + $5 end, read_at = now(),
       outcome = $7, ended_at = case when $7::text is not null then now() end
     where operation_id = $1 and tenant_id = $2 and entity = $3 and ended_at is null`,
    [
      reading.operationId,
      reading.tenantId,
      reading.entity,
      reading.read,
      reading.told,
      reading.isBegin,
      reading.outcome,
    ],
  );
}
