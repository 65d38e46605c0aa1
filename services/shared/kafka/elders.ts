import { TOPICS, type Topic } from "../../../schemas/topics.ts";
import type { Pool } from "../postgres.ts";
import type { KafkaClient } from "./client.ts";
import type { Partition } from "./group-consumer.ts";
import { loadPositions, type Position, type PositionsOf, partitionName } from "./positions.ts";
import { topicBounds } from "./starting-positions.ts";

/**
 * What a partition that a topic got later waits for: its records up to an offset, for its elders to be read so far, each by its
 * number.
 */
type Turn = { readonly before: number; readonly until: ReadonlyMap<number, number> };

type EldersOptions = {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly positions: PositionsOf;
};

export type Elders = {
  /**
   * Up to which offset (exclusive) records of a partition may be processed now. @param end offset after those at hand
   * @throws Failure KAFKA_UNAVAILABLE, or what pg throws
   */
  clearedUpTo(position: Position, end: number): Promise<number>;
  /** Ends the waiting for elders that have been read to where nobody adds to them any more. @throws as clearedUpTo */
  settle(): Promise<void>;
};

/**
 * Keeps the order of tenants that moved when a topic got more partitions (decision 0050). Whoever produced a record knows
 * those of the same tenant before it, and they stand in the elder partition: its end is looked at after the record was
 * fetched, and the record is processed when the group has read so far. Once all producers use the new number, and what
 * they left has been read, the waiting ends for good. Of a compacted topic the elder is then read once more from its beginning: each
 * record that stands there for a tenant who moved is found as a stray.
 */
export function createElders({ kafka, pool, positions }: EldersOptions): Elders {
  const turns = new Map<string, Turn>();
  /** Of elders to which nobody adds any more, where that was seen; by their names and generations. */
  const lastEnds = new Map<string, number>();

  const endOf = async (partition: Partition): Promise<number> =>
    (await topicBounds(kafka, [partition.topic])).get(partitionName(partition))?.high ?? 0;

  const newTurn = async ({ topic, elder }: Position, before: number): Promise<Turn> => {
    const elders = eldersOf(topic, elder, await loadPositions(pool, positions));
    const bounds = await topicBounds(kafka, [topic]);
    const ends = elders.map(
      (partition) => [partition, bounds.get(partitionName({ topic, partition }))?.high ?? 0] as const,
    );
    return { before, until: new Map(ends) };
  };

  return {
    clearedUpTo: async (position, end) => {
      if (position.elder === null) return Number.POSITIVE_INFINITY;
      const { topic } = position;
      const name = `${partitionName(position)}/${position.generation}`;
      const turn = turns.get(name) ?? (await newTurn(position, end));
      turns.set(name, turn);
      const stored = await loadPositions(pool, positions);
      for (const [partition, until] of turn.until)
        if (readUntil(stored, { topic, partition }) < until) return 0;
      turns.delete(name);
      return turn.before;
    },
    settle: async () => {
      for (const elder of await quietElders(pool, positions, kafka.producersNoticeMs)) {
        const name = `${partitionName(elder)}/${elder.generation}`;
        const lastEnd = lastEnds.get(name) ?? (await endOf(elder));
        lastEnds.set(name, lastEnd);
        if (readUntil(await loadPositions(pool, positions), elder) < lastEnd) continue;
        const low = (await topicBounds(kafka, [elder.topic])).get(partitionName(elder))?.low ?? 0;
        await endWaiting(pool, positions, { ...elder, readAgainFrom: isCompacted(elder.topic) ? low : null });
        lastEnds.delete(name);
      }
    },
  };
}

/** The partitions before one, the nearest first: an elder may have one of its own to which tenants went in a raise before. */
function eldersOf(topic: string, first: number | null, stored: readonly Position[]): readonly number[] {
  const elders: number[] = [];
  for (let elder = first; elder !== null; ) {
    elders.push(elder);
    const name = partitionName({ topic, partition: elder });
    elder = stored.find((one) => partitionName(one) === name)?.elder ?? null;
  }
  return elders;
}

const readUntil = (stored: readonly Position[], partition: Partition): number =>
  stored.find((one) => partitionName(one) === partitionName(partition))?.nextOffset ?? 0;

const isCompacted = (name: string): boolean =>
  Object.values(TOPICS).some((topic: Topic) => topic.name === name && topic.retention.kind === "compacted");

/**
 * Partitions for which others wait, which wait for none themselves, and to which no producer adds records of those that
 * moved any more.
 */
async function quietElders(
  pool: Pool,
  { table, group }: PositionsOf,
  afterMs: number,
): Promise<readonly (Partition & Pick<Position, "generation">)[]> {
  const { rows } = await pool.query<Partition & Pick<Position, "generation">>(
    `select own.topic, own.partition, own.generation from ${table} young
     join ${table} own on own.consumer_group = $1 and own.topic = young.topic and own.partition = young.elder
     where young.consumer_group = $1 and own.elder is null
     group by own.topic, own.partition, own.generation having max(young.elder_since) < now() - $2 * interval '1 millisecond'`,
    [group, afterMs],
  );
  return rows;
}

/** One instance ends it, and with it the reading again begins. @param elder.readAgainFrom null: it is not read again */
async function endWaiting(
  pool: Pool,
  { table, group }: PositionsOf,
  elder: Partition & { readonly readAgainFrom: number | null },
): Promise<void> {
  await pool.query(
    `with waiting as (
       update ${table} set elder = null where consumer_group = $1 and topic = $2 and elder = $3 returning topic)
     update ${table} known set next_offset = least(next_offset, coalesce($4, next_offset)),
       keys_among = (select max(partition) + 1 from ${table} where consumer_group = $1 and topic = $2)
     where consumer_group = $1 and topic = $2 and partition = $3 and exists (select from waiting)`,
    [group, elder.topic, elder.partition, elder.readAgainFrom],
  );
}
