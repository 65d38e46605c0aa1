import { OPEN_LETTERS } from "../shared/operations/domain/letter-states.ts";
import type { Connection } from "../shared/postgres.ts";
import type { LogEntry } from "./domain/log-entry.ts";

const PLACE = /^([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15})$/;

type Processed = { readonly entry: LogEntry; readonly letter: Letter };
type Letter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly attempt: number;
};

/**
 * Notes which letters were processed, as their consumers say it (RECORD_PROCESSED). Such a message closes that a record was set aside
 * only where no other letter of the record is open (rule L5): the others are given back without what they close.
 */
export async function settleProcessed(
  tx: Connection,
  entries: readonly LogEntry[],
): Promise<{ readonly entries: readonly LogEntry[]; readonly processed: number }> {
  const said = entries.flatMap((entry): readonly Processed[] => {
    const letter = entry.code === "RECORD_PROCESSED" ? letterIn(entry) : null;
    return letter === null ? [] : [{ entry, letter }];
  });
  if (said.length === 0) return { entries, processed: 0 };
  const processed = await markProcessed(tx, said);
  const open = await stillOpen(tx, said);
  return {
    processed,
    entries: entries.map((entry) => (open.has(entry.message_id) ? { ...entry, closes: null } : entry)),
  };
}

function letterIn({ params }: LogEntry): Letter | null {
  const [, topic, partition, offset] = PLACE.exec(params["position"] ?? "") ?? [];
  const attempt = Number(params["attempt"]);
  if (topic === undefined || !Number.isSafeInteger(attempt)) return null;
  return { topic, partition: Number(partition), offset: Number(offset), attempt };
}

async function markProcessed(tx: Connection, said: readonly Processed[]): Promise<number> {
  const { rowCount } = await tx.query(
    `update log.dead_letters letter set state = 'processed', stored_at = now(),
       history = history || jsonb_build_object('act', 'processed', 'at', said.at, 'attempt', said.attempt)
     from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::integer[], $6::text[])
       said (topic, partition, record_offset, consumer_group, attempt, at)
     where letter.topic = said.topic and letter.partition = said.partition and letter.record_offset = said.record_offset
       and letter.consumer_group = said.consumer_group and letter.last_attempt < said.attempt
       and letter.state not in ('processed', 'erased')`,
    [...placesOf(said), said.map(({ letter }) => letter.attempt), said.map(({ entry }) => entry.at)],
  );
  return rowCount ?? 0;
}

/** Ids of messages about records of which another letter is open. */
async function stillOpen(tx: Connection, said: readonly Processed[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ messageId: string }>(
    `select said.message_id as "messageId"
     from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::text[])
       said (topic, partition, record_offset, consumer_group, message_id)
     join log.dead_letters letter using (topic, partition, record_offset, consumer_group)
     where exists (select from log.dead_letters other
       where other.tenant_id = letter.tenant_id and md5(other.key) = md5(letter.key)
         and other.state in ${OPEN_LETTERS})`,
    [...placesOf(said), said.map(({ entry }) => entry.message_id)],
  );
  return new Set(rows.map(({ messageId }) => messageId));
}

const placesOf = (said: readonly Processed[]) => [
  said.map(({ letter }) => letter.topic),
  said.map(({ letter }) => letter.partition),
  said.map(({ letter }) => letter.offset),
  said.map(({ entry }) => entry.service),
];
