import { Failure } from "../domain/failure.ts";
import type { Pool } from "../postgres.ts";
import { type KafkaClient, withAdmin } from "./client.ts";
import type { Partition } from "./group-consumer.ts";
import type { AnewReason, KafkaTelemetry } from "./kafka-telemetry.ts";
import { clusterIds, refilledPartitions } from "./log-identity.ts";
import {
  advancePosition,
  beginAnew,
  differs,
  insertPositions,
  loadPositions,
  type NewPosition,
  noteIds,
  type Position,
  type PositionsOf,
  partitionName,
} from "./positions.ts";

/** First offset that a partition still has, and the one after its last. */
export type Bounds = { readonly low: number; readonly high: number };

/** Where a partition begins whose position Postgres does not have. */
export type UnreadBegin =
  /** At its first record: what a table lost is read again. */
  | "first"
  /** Where the group was by Kafka's account, or at the first record: for who kept its positions there before. */
  | "where-the-group-was";

type StartOptions = {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly positions: PositionsOf;
  readonly telemetry: KafkaTelemetry;
  readonly assigned: readonly Partition[];
  readonly unreadBegin?: UnreadBegin;
};

/** A position in a topic that is no longer the one that is there. */
type Anew = { readonly begin: Position; readonly reason: AnewReason };

/**
 * Where each partition begins: at its stored position, or where unread ones do. A topic that was made anew under its old
 * name or stands in another cluster, which ids show (case O31), one that was cut off and filled again, and a stored position
 * that the topic no longer has, raise an alarm and begin at the first offset: what is read twice is known by its version,
 * what is skipped is lost. Partitions that a topic
 * got since wait for those from which their tenants moved (decision 0050).
 * @throws Failure KAFKA_UNAVAILABLE, or what pg throws
 */
export async function startingPositions(options: StartOptions): Promise<readonly Position[]> {
  const { kafka, pool, positions, assigned } = options;
  const topics = [...new Set(assigned.map(({ topic }) => topic))];
  // Ids first: bounds of a topic that is made anew in between do no harm, its id is seen at the next look.
  const { clusterId, topicIds } = await clusterIds(kafka, topics);
  const bounds = await topicBounds(kafka, topics);
  const beginOf = (partition: Partition) => ({
    topic: partition.topic,
    partition: partition.partition,
    nextOffset: boundsOf(bounds, partition).low,
    topicId: topicIds.get(partition.topic) ?? null,
    clusterId,
  });
  const begins = assigned.map(beginOf);
  const known = await loadPositions(pool, positions);
  const missing = assigned.find((one) => !bounds.has(partitionName(one)));
  if (missing !== undefined)
    throw new Failure("KAFKA_UNAVAILABLE", `A broker does not know of ${partitionName(missing)} yet.`);
  const unread = unreadOf([...bounds.keys()].map(partitionNamed), known);
  if (unread.length > 0)
    await insertUnread(
      options,
      bounds,
      unread.map((one) => ({ ...one, ...beginOf(one) })),
    );
  // Another instance may have been first.
  const stored = ofAssigned(assigned, unread.length > 0 ? await loadPositions(pool, positions) : known);
  const refilled = await refilledPartitions(kafka, [...stored.values()]);
  const anew: Anew[] = [];
  const unnamed: Position[] = [];
  for (const begin of begins) {
    const known = stored.get(partitionName(begin));
    if (known === undefined) continue;
    const reason = whyAnew(known, begin, refilled);
    if (reason !== null) anew.push({ begin: { ...known, ...begin }, reason });
    else if (knowsMore(begin, known)) unnamed.push({ ...known, ...begin });
  }
  if (unnamed.length > 0) await noteIds(pool, positions, unnamed);
  if (anew.length > 0)
    await beginAnew(
      pool,
      positions,
      anew.map(({ begin }) => begin),
    );
  tellAnew(options.telemetry, anew);
  const starts =
    anew.length + unnamed.length > 0 ? ofAssigned(assigned, await loadPositions(pool, positions)) : stored;
  return withinBounds(options, bounds, [...starts.values()]);
}

type Ids = Pick<Position, "clusterId" | "topicId">;

function whyAnew(known: Position, seen: Ids, refilled: ReadonlySet<string>): AnewReason | null {
  if (differs(known.clusterId, seen.clusterId)) return "cluster";
  if (differs(known.topicId, seen.topicId)) return "topic";
  return refilled.has(partitionName(known)) ? "log" : null;
}

const knowsMore = (seen: Ids, known: Ids): boolean =>
  (known.clusterId === null && seen.clusterId !== null) || (known.topicId === null && seen.topicId !== null);

/** Once for each topic, however many of its partitions. */
function tellAnew(telemetry: KafkaTelemetry, anew: readonly Anew[]): void {
  for (const [topic, { begin, reason }] of new Map(anew.map((one) => [one.begin.topic, one])))
    telemetry.topicMadeAnew({ topic, reason, topicId: begin.topicId, clusterId: begin.clusterId });
}

type Unread = Partition & Pick<NewPosition, "generation" | "elder">;

/**
 * The partitions that nobody read. Those that come behind the stored ones of their topic were added to it: each tenant in them
 * was in the partition of the same remainder before, and what stands there is older (decision 0050).
 * @throws Failure KAFKA_UNAVAILABLE while a topic has a number of partitions that mixes tenants up
 */
function unreadOf(all: readonly Partition[], known: readonly Position[]): readonly Unread[] {
  const stored = new Map(known.map((one) => [partitionName(one), one]));
  return all
    .filter((one) => !stored.has(partitionName(one)))
    .map(({ topic, partition }) => {
      const before = countOf(known, topic);
      requireMultiple(topic, countOf(all, topic), before);
      const elder = before > 0 && partition >= before ? partition % before : null;
      const generation = stored.get(partitionName({ topic, partition: elder ?? partition }))?.generation;
      return { topic, partition, elder, generation: generation === undefined ? 0 : generation + 1 };
    });
}

/** Partitions are numbered from 0. */
const countOf = (partitions: readonly Partition[], topic: string): number =>
  1 + Math.max(-1, ...partitions.flatMap((one) => (one.topic === topic ? one.partition : [])));

/** While a topic is getting partitions, brokers show some of them sooner than others. */
function requireMultiple(topic: string, count: number, before: number): void {
  if (before > 0 && count % before !== 0)
    throw new Failure(
      "KAFKA_UNAVAILABLE",
      `Topic ${topic} has ${count} partitions, which is no multiple of the ${before} that it had: give it one, such as ${before * count}.`,
    );
}

async function insertUnread(
  { kafka, pool, positions, unreadBegin = "first" }: StartOptions,
  bounds: ReadonlyMap<string, Bounds>,
  unread: readonly NewPosition[],
): Promise<void> {
  const topics = [...new Set(unread.map(({ topic }) => topic))];
  const committed =
    unreadBegin === "where-the-group-was"
      ? await committedOffsets(kafka, positions.group, topics)
      : new Map<string, CommittedOffset>();
  await insertPositions(
    pool,
    positions,
    unread.map((begin) => {
      const { low, high } = boundsOf(bounds, begin);
      const offset = committed.get(partitionName(begin))?.offset ?? low;
      return { ...begin, nextOffset: offset >= low && offset <= high ? offset : low };
    }),
  );
}

/** Of the partitions that are assigned, by `partitionName`. */
function ofAssigned(
  assigned: readonly Partition[],
  stored: readonly Position[],
): ReadonlyMap<string, Position> {
  const wanted = new Set(assigned.map(partitionName));
  return new Map(
    stored.map((one) => [partitionName(one), one] as const).filter(([name]) => wanted.has(name)),
  );
}

async function withinBounds(
  { pool, positions, telemetry }: StartOptions,
  bounds: ReadonlyMap<string, Bounds>,
  stored: readonly Position[],
): Promise<readonly Position[]> {
  const starts: Position[] = [];
  for (const position of stored) {
    const { low, high } = boundsOf(bounds, position);
    const from = position.nextOffset;
    if (from >= low && from <= high) {
      starts.push(position);
      continue;
    }
    const { topic, partition, generation } = position;
    telemetry.offsetOutOfRange({ topic, partition, stored: from, low, high });
    if (from > high) {
      // Cut off: what is written there from now on is newer than what stood at those offsets.
      await beginAnew(pool, positions, [{ ...position, nextOffset: low }]);
      starts.push({ ...position, nextOffset: low, latest: null, generation: generation + 1 });
      continue;
    }
    const move = { topic, partition, generation, from, to: low, latestRecordMs: null };
    await advancePosition(pool, positions, move);
    starts.push({ ...position, nextOffset: low });
  }
  return starts;
}

const boundsOf = (bounds: ReadonlyMap<string, Bounds>, partition: Partition): Bounds =>
  bounds.get(partitionName(partition)) ?? { low: 0, high: 0 };

/** What Kafka keeps for a group: the next offset, and a note that was committed with it. */
export type CommittedOffset = { readonly offset: number; readonly note: string };

/** Where a group was by Kafka's account, by `partitionName`; partitions that it never committed are absent. */
export async function committedOffsets(
  kafka: KafkaClient,
  group: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, CommittedOffset>> {
  const committed = await withAdmin(kafka, (admin) =>
    admin.fetchOffsets({
      groupId: kafka.topicPrefix + group,
      topics: topics.map((topic) => kafka.topicPrefix + topic),
    }),
  );
  return new Map(
    committed.flatMap(({ topic, partitions }) =>
      partitions
        .filter(({ offset }) => Number(offset) >= 0)
        .map(({ partition, offset, metadata }) => [
          partitionName({ topic: topic.slice(kafka.topicPrefix.length), partition }),
          { offset: Number(offset), note: metadata ?? "" },
        ]),
    ),
  );
}

/** Bounds of every partition of the topics (names without prefix), by `partitionName`. */
export async function topicBounds(
  kafka: KafkaClient,
  topics: readonly string[],
): Promise<Map<string, Bounds>> {
  return withAdmin(kafka, async (admin) => {
    const bounds = new Map<string, Bounds>();
    for (const topic of topics)
      for (const { partition, low, high } of await admin.fetchTopicOffsets(kafka.topicPrefix + topic))
        bounds.set(partitionName({ topic, partition }), { low: Number(low), high: Number(high) });
    return bounds;
  });
}

/** Names of topics have no slash. */
function partitionNamed(name: string): Partition {
  const [topic = "", partition] = name.split("/");
  return { topic, partition: Number(partition) };
}
