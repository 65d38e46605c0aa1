import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import type { LettersLeft, LettersOfCause } from "../../shared/operations/domain/letters-report.ts";
import type { LettersWish } from "../../shared/operations/domain/letters-wish.ts";
import type { Queryable } from "../../shared/postgres.ts";

/** Letters that are meant: those of a wish, stored up to a moment (ISO 8601 in UTC). */
type Chosen = { readonly wish: LettersWish; readonly storedUntil: string };

const ALL_TOPICS: readonly Topic[] = Object.values(TOPICS);
/** A letter that came to be on the dead-letter topic has no other place to go back to. */
const PUT_BACK_TOPICS = ALL_TOPICS.filter(({ schema }) => schema !== null).map(({ name }) => name);

const CHOSEN = `($1::text is null or topic = $1) and ($2::integer is null or partition = $2)
  and ($3::bigint is null or record_offset >= $3) and ($4::bigint is null or record_offset < $4)
  and ($5::text is null or reason = $5) and ($6::text is null or consumer_group = $6)
  and ($7::text[] is null or tenant_id = any($7))
  and ($8::text[] is null or tenant_id is null or tenant_id <> all($8))
  and failed_at >= coalesce($9::timestamptz, '-infinity') and failed_at < coalesce($10::timestamptz, 'infinity')
  and stored_at <= $11`;

const timeOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The values of `CHOSEN`. */
const chosenValues = ({ wish, storedUntil }: Chosen): readonly unknown[] => [
  ...[wish.topic, wish.partition, wish.fromOffset, wish.toOffset, wish.cause, wish.consumerGroup],
  ...[wish.tenantIds, wish.exceptTenantIds, timeOf(wish.fromMs), timeOf(wish.toMs), storedUntil],
];

const OF_STATE = (isNamed: boolean): string =>
  isNamed ? "state in ('waiting', 'put-back', 'quarantined', 'discarded')" : "state = 'waiting'";
/** What its topic takes together with what is added to it; values that large are read by nobody anyway. */
const LARGEST_BYTES = 3 * 1024 * 1024;
const IS_REFERENCE = `(headers ? 'x-reference' or coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0)
  + coalesce(octet_length(header_bytes), 0) > ${LARGEST_BYTES})`;
/** Letters that nobody of ours wrote may say anything. */
const IS_OURS = "consumer_group ~ '^[A-Za-z0-9_.-]+$'";

/** SQL: the chosen letters that can be put back. @param topics `$n` of the topics that letters go back to */
const backSql = (isNamed: boolean, topics: string): string =>
  `${CHOSEN} and ${OF_STATE(isNamed)} and not ${IS_REFERENCE} and ${IS_OURS} and topic = any(${topics}::text[])`;
/** SQL: the chosen letters that can be discarded: also those that cannot be put back. */
const discardSql = `${CHOSEN} and state in ('waiting', 'put-back', 'quarantined')`;

/** What an operation does with letters, as the statements need it. */
export type LetterScope = Chosen & { readonly does: "put-back" | "discard" };

/** SQL of a scope, whose values are $1 to $12. */
export const scopeSql = ({ does, wish }: LetterScope): string =>
  does === "discard" ? `${discardSql} and $12::text[] is not null` : backSql(wish.isNamed, "$12");
export const scopeValues = (scope: LetterScope): readonly unknown[] => [
  ...chosenValues(scope),
  PUT_BACK_TOPICS,
];

/** How many there are of each cause, the most frequent first. */
export async function countByCause(db: Queryable, scope: LetterScope): Promise<readonly LettersOfCause[]> {
  const { rows } = await db.query<LettersOfCause>(
    `select topic, consumer_group as "consumerGroup", reason as cause, count(*) as letters, count(distinct tenant_id) as tenants
     from log.dead_letters where ${scopeSql(scope)}
     group by topic, consumer_group, reason order by letters desc, topic, consumer_group, reason`,
    [...scopeValues(scope)],
  );
  return rows;
}

/** How many tenants there are, and those with the most letters. */
export async function countByTenant(db: Queryable, scope: LetterScope, most: number) {
  const { rows } = await db.query<{ tenantId: string | null; letters: number; tenants: number }>(
    `select tenant_id as "tenantId", count(*) as letters, count(*) over () as tenants
     from log.dead_letters where ${scopeSql(scope)}
     group by tenant_id order by letters desc, tenant_id limit $13`,
    [...scopeValues(scope), most],
  );
  return {
    tenants: rows[0]?.tenants ?? 0,
    byTenant: rows.map(({ tenantId, letters }) => ({ tenantId, letters })),
  };
}

/** Letters that are chosen and cannot be put back, each by the first reason. */
export async function countLeft(db: Queryable, chosen: Chosen): Promise<LettersLeft> {
  const { rows } = await db.query<LettersLeft>(
    `select count(*) filter (where why = 'quarantined') as quarantined, count(*) filter (where why = 'reference') as "byReference",
       count(*) filter (where why = 'erased') as erased, count(*) filter (where why = 'elsewhere') as elsewhere
     from (select case when state = 'erased' then 'erased' when ${IS_REFERENCE} then 'reference'
         when topic <> all($12::text[]) or not ${IS_OURS} then 'elsewhere' when state = 'quarantined' and not $13 then 'quarantined' end as why
       from log.dead_letters where ${CHOSEN} and state in ('waiting', 'quarantined', 'erased')) as left_out`,
    [...chosenValues(chosen), PUT_BACK_TOPICS, chosen.wish.isNamed],
  );
  return rows[0] ?? { quarantined: 0, byReference: 0, erased: 0, elsewhere: 0 };
}
