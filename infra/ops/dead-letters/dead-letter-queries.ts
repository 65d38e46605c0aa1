import { type LetterState, OPEN_LETTERS } from "../../../services/shared/operations/domain/letter-states.ts";
import type { Queryable } from "../../../services/shared/postgres.ts";

/** Which letters are looked at; null for all. */
export type LetterChoice = {
  readonly tenantId: string | null;
  readonly topic: string | null;
  /** Why they were set aside, by its code, such as MEANINGLESS. */
  readonly cause: string | null;
  readonly state: string | null;
  /** The operation that put them back or discarded them last. */
  readonly operationId: number | null;
  /** Only those of which something can still become. */
  readonly isOpen: boolean;
};

/** Letters of one topic, consumer, cause and state. Times are ISO 8601 in UTC. */
export type LetterCause = {
  readonly topic: string;
  readonly consumerGroup: string;
  readonly cause: string;
  readonly state: LetterState;
  readonly letters: number;
  readonly tenants: number;
  readonly firstAt: string;
  readonly lastAt: string;
};

/** A record that was set aside. */
export type Letter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly consumerGroup: string;
  readonly tenantId: string | null;
  readonly cause: string;
  readonly state: LetterState;
  readonly detail: string;
  readonly failedAt: string;
};

/** A letter with what it holds. */
export type WholeLetter = Letter & {
  readonly recordedAt: string | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly headerBytes: Buffer | null;
  readonly putBacks: number;
  readonly history: readonly LetterAct[];
};

/** Something that became of a letter. */
export type LetterAct = {
  readonly act: "set-aside" | "put-back" | "processed" | "discarded";
  readonly at: string;
  readonly attempt?: number;
  readonly cause?: string;
  readonly place?: string;
  readonly operation?: number;
};

const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const LETTER = `topic, partition, record_offset as "offset", consumer_group as "consumerGroup", tenant_id as "tenantId",
  reason as cause, state, detail, ${iso("failed_at")} as "failedAt"`;

const CHOSEN = `($1::text is null or tenant_id = $1) and ($2::text is null or topic = $2) and ($3::text is null or reason = $3)
  and ($4::text is null or state = $4) and ($5::bigint is null or operation_id = $5) and (not $6 or state in ${OPEN_LETTERS})`;

const valuesOf = ({ tenantId, topic, cause, state, operationId, isOpen }: LetterChoice) => [
  ...[tenantId, topic, cause, state, operationId, isOpen],
];

/** How many there are of each cause, the most frequent first. */
export async function countCauses(db: Queryable, choice: LetterChoice): Promise<readonly LetterCause[]> {
  const { rows } = await db.query<LetterCause>(
    `select topic, consumer_group as "consumerGroup", reason as cause, state, count(*) as letters,
       count(distinct tenant_id) as tenants, ${iso("min(failed_at)")} as "firstAt", ${iso("max(failed_at)")} as "lastAt"
     from log.dead_letters where ${CHOSEN}
     group by topic, consumer_group, reason, state order by letters desc, topic, consumer_group, reason, state`,
    valuesOf(choice),
  );
  return rows;
}

/** The latest of them, the newest first. */
export async function listLetters(
  db: Queryable,
  choice: LetterChoice,
  most: number,
): Promise<readonly Letter[]> {
  const { rows } = await db.query<Letter>(
    `select ${LETTER} from log.dead_letters where ${CHOSEN}
     order by failed_at desc, topic, partition, record_offset limit $7`,
    [...valuesOf(choice), most],
  );
  return rows;
}

/** What was set aside of one place; several where several consumers did. */
export async function findLetters(
  db: Queryable,
  place: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<readonly WholeLetter[]> {
  const { rows } = await db.query<WholeLetter>(
    `select ${LETTER}, ${iso("recorded_at")} as "recordedAt", key, value, headers, header_bytes as "headerBytes",
       put_backs as "putBacks", history from log.dead_letters
     where topic = $1 and partition = $2 and record_offset = $3 order by consumer_group`,
    [place.topic, place.partition, place.offset],
  );
  return rows;
}

/** Why operations were asked for that letters' histories name, by their number. */
export async function reasonsOf(
  db: Queryable,
  letters: readonly Pick<WholeLetter, "history">[],
): Promise<ReadonlyMap<number, string>> {
  const named = letters.flatMap(({ history }) => history.flatMap(({ operation }) => operation ?? []));
  const { rows } = await db.query<{ operationId: number; reason: string }>(
    `select operation_id as "operationId", reason from integration.operations where operation_id = any($1)`,
    [named],
  );
  return new Map(rows.map(({ operationId, reason }) => [operationId, reason]));
}
