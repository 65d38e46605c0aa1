import type { Connection } from "../shared/postgres.ts";
import type { DeadLetterEntry } from "./domain/dead-letter-entry.ts";

/** What became of letters that were stored: only those of which something new was said. */
export type StoredLetters = {
  readonly count: number;
  /** Those of them that failed again too often. */
  readonly quarantined: number;
};

/**
 * Stores dead letters. One that was put back and failed again joins its letter, which gets a history; after so many times it is
 * quarantined. What was stored before, as in a replay, changes nothing.
 */
export async function storeDeadLetters(
  tx: Connection,
  entries: readonly DeadLetterEntry[],
  mostPutBacks: number,
): Promise<StoredLetters> {
  let stored: StoredLetters = { count: 0, quarantined: 0 };
  for (const wave of wavesOf(entries)) {
    const { count, quarantined } = await storeWave(tx, wave, mostPutBacks);
    stored = { count: stored.count + count, quarantined: stored.quarantined + quarantined };
  }
  return stored;
}

/** A statement may write each row once: a letter that stands there twice comes in the next wave. */
function wavesOf(entries: readonly DeadLetterEntry[]): readonly (readonly DeadLetterEntry[])[] {
  const waves: DeadLetterEntry[][] = [];
  const times = new Map<string, number>();
  for (const entry of entries) {
    const name = JSON.stringify([entry.topic, entry.partition, entry.recordOffset, entry.consumerGroup]);
    const wave = times.get(name) ?? 0;
    times.set(name, wave + 1);
    waves[wave] ??= [];
    waves[wave].push(entry);
  }
  return waves;
}

async function storeWave(
  tx: Connection,
  entries: readonly DeadLetterEntry[],
  mostPutBacks: number,
): Promise<StoredLetters> {
  const { rows } = await tx.query<{ isQuarantined: boolean }>(
    `insert into log.dead_letters as letter (topic, partition, record_offset, consumer_group, tenant_id, reason, detail, key,
       value, headers, header_bytes, recorded_at, failed_at, last_attempt, history, put_backs, state)
     select given.*, attempt, case when attempt >= $15 then 'quarantined' else 'waiting' end
     from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
       $8::bytea[], $9::bytea[], $10::jsonb[], $11::bytea[], $12::timestamptz[], $13::timestamptz[], $14::integer[], $16::jsonb[])
       as given (topic, partition, record_offset, consumer_group, tenant_id, reason, detail, key, value, headers, header_bytes,
         recorded_at, failed_at, attempt, history)
     on conflict (topic, partition, record_offset, consumer_group) do update set
       reason = excluded.reason, detail = excluded.detail, failed_at = excluded.failed_at, stored_at = now(),
       last_attempt = excluded.last_attempt, put_backs = greatest(letter.put_backs, excluded.put_backs),
       history = letter.history || excluded.history,
       state = case when greatest(letter.put_backs, excluded.put_backs) >= $15 then 'quarantined' else 'waiting' end
     where letter.last_attempt < excluded.last_attempt
     returning state = 'quarantined' as "isQuarantined"`,
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
      entries.map(({ headerBytes }) => headerBytes),
      entries.map(({ recordedAt }) => recordedAt),
      entries.map(({ failedAt }) => failedAt),
      entries.map(({ attempt }) => attempt),
      mostPutBacks,
      entries.map((entry) => JSON.stringify([setAsideAct(entry)])),
    ],
  );
  return { count: rows.length, quarantined: rows.filter(({ isQuarantined }) => isQuarantined).length };
}

/** What the history of a letter says of a record that was set aside: no text that may hold somebody's data. */
const setAsideAct = ({ failedAt, attempt, reason, foundAt }: DeadLetterEntry) => ({
  act: "set-aside",
  ...{ at: failedAt, attempt, cause: reason },
  ...(foundAt === null ? {} : { place: foundAt }),
});
