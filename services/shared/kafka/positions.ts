import type { Connection, Queryable } from "../postgres.ts";
import type { Partition } from "./group-consumer.ts";

/** A table `positions` in the schema of a service, such as `simon.positions`: the next offset of each partition. */
export type PositionsTable = `${string}.positions`;

export type Position = Partition & {
  readonly nextOffset: number;
  /** Of the topic in which that offset is, in hex; null where the brokers give none. */
  readonly topicId: string | null;
  /** How many times the topic was made anew since it was read first. */
  readonly generation: number;
};

/** Where in Postgres a group keeps its positions. */
export type PositionsOf = { readonly table: PositionsTable; readonly group: string };

/** Stored positions of a group; partitions that were never read are absent. */
export async function loadPositions(
  db: Queryable,
  { table, group }: PositionsOf,
): Promise<readonly Position[]> {
  const { rows } = await db.query<Position>(
    `select topic, partition, next_offset as "nextOffset", topic_id as "topicId", generation
     from ${table} where consumer_group = $1`,
    [group],
  );
  return rows;
}

/** Stores where unread partitions begin; leaves alone what another instance stored first. */
export async function insertPositions(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly Omit<Position, "generation">[],
): Promise<void> {
  await db.query(
    `insert into ${table} (consumer_group, topic, partition, next_offset, topic_id)
     select $1, * from unnest($2::text[], $3::int[], $4::bigint[], $5::text[]) on conflict do nothing`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ nextOffset }) => nextOffset),
      positions.map(({ topicId }) => topicId),
    ],
  );
}

export type Move = Partition & {
  readonly from: number;
  readonly to: number;
  readonly generation: number;
};

/**
 * Moves a position, in the transaction of the effect. The comparison is the only fence there is: a process that was
 * frozen and lost its partition still believes that it owns it.
 * @returns false when somebody else moved it: roll back
 */
export async function advancePosition(
  tx: Connection | Queryable,
  { table, group }: PositionsOf,
  move: Move,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update ${table} set next_offset = $5
     where consumer_group = $1 and topic = $2 and partition = $3 and next_offset = $4 and generation = $6`,
    [group, move.topic, move.partition, move.from, move.to, move.generation],
  );
  return rowCount === 1;
}

/** Notes the topic's id where none was stored, as before brokers or we knew of ids. */
export async function noteTopicIds(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly Position[],
): Promise<void> {
  await db.query(
    `update ${table} known set topic_id = seen.topic_id
     from unnest($2::text[], $3::int[], $4::text[]) seen (topic, partition, topic_id)
     where known.consumer_group = $1 and known.topic = seen.topic and known.partition = seen.partition
       and known.topic_id is null`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ topicId }) => topicId),
    ],
  );
}

/**
 * Puts positions at the beginning of a topic that was made anew, in its next generation; leaves alone what another
 * instance put there first. @param positions as they shall be, but for the generation, which is the one before
 */
export async function beginAnew(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly Position[],
): Promise<void> {
  await db.query(
    `update ${table} known set next_offset = anew.next_offset, topic_id = anew.topic_id, generation = known.generation + 1
     from unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::int[])
       anew (topic, partition, next_offset, topic_id, generation)
     where known.consumer_group = $1 and known.topic = anew.topic and known.partition = anew.partition
       and known.generation = anew.generation and known.topic_id <> anew.topic_id`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ nextOffset }) => nextOffset),
      positions.map(({ topicId }) => topicId),
      positions.map(({ generation }) => generation),
    ],
  );
}

/** Offsets of one generation: more than any partition will ever have. */
const GENERATION = 2 ** 40;

/**
 * What orders the records of a partition, also beyond a topic that was made anew: a record of the new topic comes after
 * all of the old one, whatever their offsets (decision 0027).
 */
export const placeOf = (generation: number, offset: number): number => generation * GENERATION + offset;
