import { OPEN_LETTERS } from "../../shared/operations/domain/letter-states.ts";
import type { Queryable } from "../../shared/postgres.ts";

/** A record that could never be processed and was set aside, for operators. */
export type DeadLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  readonly reason: string;
  readonly detail: string;
  /** As text; what is not text in it is shown as such. */
  readonly key: string;
  readonly valueBytes: number;
  readonly failedAt: Date;
};

const MOST = 100;

/** The latest records of a tenant that were set aside and are neither processed nor discarded since. */
export async function deadLettersOf(db: Queryable, tenantId: string): Promise<readonly DeadLetter[]> {
  const { rows } = await db.query<Omit<DeadLetter, "key"> & { key: Buffer | null }>(
    `select topic, partition, record_offset as offset, consumer_group as group, reason, detail, key,
       coalesce(length(value), 0) as "valueBytes", failed_at as "failedAt"
     from log.dead_letters where tenant_id = $1 and state in ${OPEN_LETTERS}
     order by failed_at desc, topic, partition, record_offset limit ${MOST}`,
    [tenantId],
  );
  return rows.map((row) => ({ ...row, key: row.key?.toString() ?? "" }));
}
