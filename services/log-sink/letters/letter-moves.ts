import type { Queryable } from "../../shared/postgres.ts";
import { type LetterScope, scopeSql, scopeValues } from "./letter-queries.ts";

/** Where a letter's record stood, and who set it aside: what letters are told apart and ordered by. */
export type LetterPlace = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
};

/** A letter that an operation is sending. */
export type LeavingLetter = LetterPlace & {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Of a letter of an earlier release only the texts are kept. */
  readonly headers: Readonly<Record<string, string>>;
  readonly headerBytes: Buffer | null;
  readonly attempt: number;
};

const PLACE = `letter.topic, letter.partition, letter.record_offset as "offset", letter.consumer_group as "group"`;
const LEAVING = `${PLACE}, letter.key, letter.value, letter.headers, letter.header_bytes as "headerBytes", letter.put_backs as attempt`;
const BEHIND = "(topic, partition, record_offset, consumer_group) > ($13, $14, $15, $16)";
const IN_ORDER = "topic, partition, record_offset, consumer_group";

const BEFORE_ALL: LetterPlace = { topic: "", partition: -1, offset: -1, group: "" };
const behind = (after: LetterPlace | null): readonly unknown[] => {
  const { topic, partition, offset, group } = after ?? BEFORE_ALL;
  return [topic, partition, offset, group];
};

/** Values held in memory at a time, in bytes: one letter may have four million. */
const CHUNK_BYTES = 8 * 1024 * 1024;

/** Topic of the next letter behind a place; null where there is none. */
export async function nextTopic(
  db: Queryable,
  scope: LetterScope,
  after: LetterPlace | null,
): Promise<string | null> {
  const { rows } = await db.query<{ topic: string }>(
    `select topic from log.dead_letters where ${scopeSql(scope)} and ${BEHIND} order by ${IN_ORDER} limit 1`,
    [...scopeValues(scope), ...behind(after)],
  );
  return rows[0]?.topic ?? null;
}

/**
 * Marks the next letters of a topic as being sent, so many at most, and as many as memory takes.
 * @returns them, in the order of partition and offset
 */
export async function markSending(
  tx: Queryable,
  scope: LetterScope,
  next: {
    readonly after: LetterPlace | null;
    readonly topic: string;
    readonly most: number;
    readonly operationId: number;
  },
): Promise<readonly LeavingLetter[]> {
  const { rows } = await tx.query<LeavingLetter & Numbered>(
    `with next as materialized (
       select topic, partition, record_offset, consumer_group, octet_length(value) as bytes from log.dead_letters
       where ${scopeSql(scope)} and ${BEHIND} and topic = $17 order by ${IN_ORDER} limit $18 for update),
     fitting as (
       select * from (
         select *, row_number() over (order by ${IN_ORDER}) as n,
           sum(coalesce(bytes, 0)) over (order by ${IN_ORDER}) - coalesce(bytes, 0) as bytes_before from next) sized
       where bytes_before < ${CHUNK_BYTES})
     update log.dead_letters letter set state = 'sending', put_backs = put_backs + 1, operation_id = $19,
       history = history || jsonb_build_object('act', 'put-back', 'at', ${ISO_NOW}, 'attempt', put_backs + 1, 'operation', $19::bigint)
     from fitting where letter.topic = fitting.topic and letter.partition = fitting.partition
       and letter.record_offset = fitting.record_offset and letter.consumer_group = fitting.consumer_group
     returning ${LEAVING}, fitting.n`,
    [...scopeValues(scope), ...behind(next.after), next.topic, next.most, next.operationId],
  );
  return inOrder(rows);
}

const ISO_NOW = `to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Letters that an operation marked, and of which nobody knows whether they were sent. */
export async function lettersBeingSent(
  db: Queryable,
  operationId: number,
): Promise<readonly LeavingLetter[]> {
  const { rows } = await db.query<LeavingLetter>(
    `select ${LEAVING} from log.dead_letters letter where operation_id = $1 and state = 'sending' order by ${IN_ORDER}`,
    [operationId],
  );
  return rows;
}

/** Notes that all of an operation that were being sent are on their topics. One that came back or was processed meanwhile stays so. */
export async function markPutBack(db: Queryable, operationId: number): Promise<number> {
  const { rowCount } = await db.query(
    "update log.dead_letters set state = 'put-back' where operation_id = $1 and state = 'sending'",
    [operationId],
  );
  return rowCount ?? 0;
}

/** Lets others have what an operation that is over had marked: whether it was sent, nobody will find out any more. */
export async function releaseAbandoned(db: Queryable): Promise<void> {
  await db.query(
    `update log.dead_letters set state = 'waiting' where state = 'sending' and operation_id in (
       select operation_id from integration.operations where state in ('done', 'cancelled', 'failed'))`,
  );
}

/** A letter that was discarded, as its tenant is told. */
export type DiscardedLetter = LetterPlace & { readonly tenantId: string | null; readonly key: Buffer | null };

/** Marks the next letters as discarded. @returns them, in the order of partition and offset */
export async function markDiscarded(
  tx: Queryable,
  scope: LetterScope,
  next: { readonly after: LetterPlace | null; readonly most: number; readonly operationId: number },
): Promise<readonly DiscardedLetter[]> {
  const { rows } = await tx.query<DiscardedLetter & Numbered>(
    `with next as materialized (
       select topic, partition, record_offset, consumer_group from log.dead_letters
       where ${scopeSql(scope)} and ${BEHIND} order by ${IN_ORDER} limit $17 for update),
     numbered as (select *, row_number() over (order by ${IN_ORDER}) as n from next)
     update log.dead_letters letter set state = 'discarded', operation_id = $18,
       history = history || jsonb_build_object('act', 'discarded', 'at', ${ISO_NOW}, 'operation', $18::bigint)
     from numbered where letter.topic = numbered.topic and letter.partition = numbered.partition
       and letter.record_offset = numbered.record_offset and letter.consumer_group = numbered.consumer_group
     returning ${PLACE}, letter.tenant_id as "tenantId", letter.key, numbered.n`,
    [...scopeValues(scope), ...behind(next.after), next.most, next.operationId],
  );
  return inOrder(rows);
}

/** Its place among those of its statement, which gives rows in no order. */
type Numbered = { readonly n: number };

const inOrder = <Letter extends Numbered>(letters: readonly Letter[]): readonly Letter[] =>
  [...letters].sort((a, b) => a.n - b.n);
