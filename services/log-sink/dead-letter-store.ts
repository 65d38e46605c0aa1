import type { Connection } from "../shared/postgres.ts";
import type { DeadLetterEntry } from "./domain/dead-letter-entry.ts";

/** Stores dead letters with one statement. @returns how many were not there yet; a replay adds none */
export async function storeDeadLetters(tx: Connection, entries: readonly DeadLetterEntry[]): Promise<number> {
  if (entries.length === 0) return 0;
  const { rowCount } = await tx.query(
    `insert into log.dead_letters (topic, partition, record_offset, consumer_group, tenant_id, reason, detail, key,
       value, headers, recorded_at, failed_at)
     select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::bytea[], $9::bytea[], $10::jsonb[], $11::timestamptz[], $12::timestamptz[])
     on conflict (topic, partition, record_offset, consumer_group) do nothing`,
    [
      entries.map(({ topic }) => topic),
      entries.map(({ partition }) => partition),
      entries.map(({ recordOffset }) => recordOffset),
      entries.map(({ consumerGroup }) => consumerGroup),
      entries.map(({ tenantId }) => tenantId),
      entries.map(({ reason }) => reason),
      entries.map(({ detail }) => detail),
      entries.map(({ key }) => key),
      entries.map(({ value }) => value),
      entries.map(({ headers }) => JSON.stringify(headers)),
      entries.map(({ recordedAt }) => recordedAt),
      entries.map(({ failedAt }) => failedAt),
    ],
  );
  return rowCount ?? 0;
}
