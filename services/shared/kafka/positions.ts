import type { Connection, Queryable } from "../postgres.ts";
import type { Partition } from "./group-consumer.ts";

/** A table `positions` in the schema of a service, such as `simon.positions`: the next offset of each partition. */
export type PositionsTable = `${string}.positions`;

export type Position = Partition & {
  readonly nextOffset: number;
  /** Of the topic in which that offset is, in hex; null where the brokers give none. */
  readonly topicId: string | null;
  /** Of the cluster in which that topic is; null where the brokers give none. */
  readonly clusterId: string | null;
  /** What is known of the records before it; null where nothing is. */
  readonly latest: Latest | null;
  /** How many times the topic was made anew since it was read first, one more for a partition that came later. */
  readonly generation: number;
  /**
   * The partition from which tenants moved to this one when the topic got more, while some of their records may not be read
   * there yet (decision 0050); null where there is none, or any more.
   */
  readonly elder: number | null;
  /** Among how many partitions keys are spread since others took some of this one's; null where none did. */
  readonly keysAmong: number | null;
};

export type Latest = {
  /** The latest time stamp of all records from `since` up to the position, milliseconds since 1970 UTC. */
  readonly recordMs: number;
  /** The first offset that was read without a gap; what stands before it may have been read by a release that notes nothing. */
  readonly since: number;
};

export const partitionName = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

/** A position that was never stored. */
export type NewPosition = Omit<Position, "keysAmong" | "latest">;

/** By what a topic is known, whatever its name. */
export type Ids = Pick<Position, "topicId" | "clusterId">;

/** Where in Postgres a group keeps its positions. */
export type PositionsOf = { readonly table: PositionsTable; readonly group: string };

/** Stored positions of a group; partitions that were never read are absent. */
export async function loadPositions(
  db: Queryable,
  { table, group }: PositionsOf,
): Promise<readonly Position[]> {
  const { rows } = await db.query<Position>(
    `select topic, partition, next_offset as "nextOffset", topic_id as "topicId", cluster_id as "clusterId",
       case when latest_until = next_offset and latest_record_ms is not null
         then json_build_object('recordMs', latest_record_ms, 'since', latest_since) end as latest,
       generation, elder, keys_among as "keysAmong"
     from ${table} where consumer_group = $1`,
    [group],
  );
  return rows;
}

/**
 * Stores where unread partitions begin, all of a topic at once: what is stored of a topic tells how many it had. Leaves
 * alone what another instance stored first.
 */
export async function insertPositions(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly NewPosition[],
): Promise<void> {
  await db.query(
    `insert into ${table} (consumer_group, topic, partition, next_offset, topic_id, cluster_id, generation, elder,
       elder_since)
     select $1, topic, partition, next_offset, topic_id, cluster_id, generation, elder,
       case when elder is not null then now() end
     from unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::int[])
       unread (topic, partition, next_offset, topic_id, cluster_id, generation, elder)
     on conflict do nothing`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ nextOffset }) => nextOffset),
      positions.map(({ topicId }) => topicId),
      positions.map(({ clusterId }) => clusterId),
      positions.map(({ generation }) => generation),
      positions.map(({ elder }) => elder),
    ],
  );
}

export type Move = Partition & {
  readonly from: number;
  readonly to: number;
  readonly generation: number;
  /** The latest time stamp of the records that it passes, milliseconds since 1970 UTC; null where it passes none. */
  readonly latestRecordMs: number | null;
};

/**
 * Moves a position, in the transaction of the effect. Where something else moved it since the latest time stamp was noted, as a
 * release that notes none does, the latest one is that of this move alone (decision 0045). The comparison is the only fence there is: a process that was
 * frozen and lost its partition still believes that it owns it.
 * @returns false when somebody else moved it: roll back
 */
export async function advancePosition(
  tx: Connection | Queryable,
  { table, group }: PositionsOf,
  move: Move,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update ${table} set next_offset = $5, latest_until = $5,
       latest_record_ms = case when latest_until = $4 then greatest(latest_record_ms, $7) else $7 end,
       latest_since = case when latest_until = $4 then latest_since else $4 end
     where consumer_group = $1 and topic = $2 and partition = $3 and next_offset = $4 and generation = $6`,
    [group, move.topic, move.partition, move.from, move.to, move.generation, move.latestRecordMs],
  );
  return rowCount === 1;
}

/** Notes the ids of topic and cluster where none was stored, as before brokers or we knew of ids. */
export async function noteIds(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly (Partition & Ids)[],
): Promise<void> {
  await db.query(
    `update ${table} known set topic_id = coalesce(known.topic_id, seen.topic_id),
       cluster_id = coalesce(known.cluster_id, seen.cluster_id)
     from unnest($2::text[], $3::int[], $4::text[], $5::text[]) seen (topic, partition, topic_id, cluster_id)
     where known.consumer_group = $1 and known.topic = seen.topic and known.partition = seen.partition`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ topicId }) => topicId),
      positions.map(({ clusterId }) => clusterId),
    ],
  );
}

/**
 * Puts positions at the beginning of a log that was cut off, in its next generation; leaves alone what another instance put
 * there first. @param positions as they shall be, but for the generation, which is the one before
 */
export async function beginAnew(
  db: Queryable,
  { table, group }: PositionsOf,
  positions: readonly Position[],
): Promise<void> {
  await db.query(
    `update ${table} known set next_offset = anew.next_offset, latest_record_ms = null, latest_since = null,
       latest_until = null, generation = known.generation + 1
     from unnest($2::text[], $3::int[], $4::bigint[], $5::int[]) anew (topic, partition, next_offset, generation)
     where known.consumer_group = $1 and known.topic = anew.topic and known.partition = anew.partition
       and known.generation = anew.generation`,
    [
      group,
      positions.map(({ topic }) => topic),
      positions.map(({ partition }) => partition),
      positions.map(({ nextOffset }) => nextOffset),
      positions.map(({ generation }) => generation),
    ],
  );
}

/** A topic that is another one than that of the stored positions, as it is now. */
export type ReplacedTopic = Ids & {
  readonly topic: string;
  /** After all that were stored of the topic before. */
  readonly generation: number;
  /** Where each of its partitions begins. */
  readonly begins: readonly Pick<Position, "partition" | "nextOffset">[];
};

/**
 * Puts all positions of a topic at its beginning, in one generation, since tenants may stand in other partitions than before. What
 * was known of a raise of the old topic is forgotten, and so are partitions that the new one does not have.
 * @returns false when another instance did it first
 */
export async function replaceTopic(
  db: Queryable,
  { table, group }: PositionsOf,
  { topic, topicId, clusterId, generation, begins }: ReplacedTopic,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with gone as (
       delete from ${table}
       where consumer_group = $1 and topic = $2 and generation < $5 and partition <> all($6::int[]))
     insert into ${table} as known (consumer_group, topic, partition, next_offset, topic_id, cluster_id, generation)
     select $1, $2, partition, next_offset, $3, $4, $5
     from unnest($6::int[], $7::bigint[]) anew (partition, next_offset) order by partition
     on conflict (consumer_group, topic, partition) do update
       set next_offset = excluded.next_offset, topic_id = excluded.topic_id, cluster_id = excluded.cluster_id,
         generation = excluded.generation, latest_record_ms = null, latest_since = null, latest_until = null,
         elder = null, elder_since = null, keys_among = null
       where known.generation < excluded.generation`,
    [
      group,
      topic,
      topicId,
      clusterId,
      generation,
      begins.map(({ partition }) => partition),
      begins.map(({ nextOffset }) => nextOffset),
    ],
  );
  return (rowCount ?? 0) > 0;
}

/** Offsets of one generation: more than any partition will ever have. */
const GENERATION = 2 ** 40;

/**
 * What orders the records of a partition, also beyond a topic that was made anew: a record of the new topic comes after
 * all of the old one, whatever their offsets (decision 0027). So do those of a partition that came later after those of the
 * one from which its tenants moved (decision 0050).
 */
export const placeOf = (generation: number, offset: number): number => generation * GENERATION + offset;

/** Whether two ids tell of two things; where one is not known they tell nothing. */
export const differs = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one !== other;
