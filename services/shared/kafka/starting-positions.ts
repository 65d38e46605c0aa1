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
  type Ids,
  insertPositions,
  loadPositions,
  type NewPosition,
  noteIds,
  type Position,
  type PositionsOf,
  partitionName,
  type ReplacedTopic,
  replaceTopic,
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
  const begins = [...bounds].map(([name, { low }]) => beginOf(name, low, topicIds, clusterId));
  const found = await loadPositions(pool, positions);
  const missing = assigned.find((one) => !bounds.has(partitionName(one)));
  if (missing !== undefined)
    throw new Failure("KAFKA_UNAVAILABLE", `A broker does not know of ${partitionName(missing)} yet.`);
  const replaced = replacedTopics(begins, found);
  for (const one of replaced)
    if (await replaceTopic(pool, positions, one)) options.telemetry.topicMadeAnew(one);
  const known = replaced.length > 0 ? await loadPositions(pool, positions) : found;
  const unread = unreadOf(begins, known);
  if (unread.length > 0) await insertUnread(options, bounds, unread);
  // Another instance may have been first.
  const stored = ofAssigned(assigned, unread.length > 0 ? await loadPositions(pool, positions) : known);
  const unnamed = begins.filter((begin) => knowsMore(begin, stored.get(partitionName(begin))));
  if (unnamed.length > 0) await noteIds(pool, positions, unnamed);
  const refilled = await beginRefilled(options, bounds, stored);
  const starts =
    refilled + unnamed.length > 0 ? ofAssigned(assigned, await loadPositions(pool, positions)) : stored;
  return withinBounds(
    options,
    bounds,
    [...starts.values()].map((one) => ({ ...one, keysAmong: keysAmongOf(one, countOf(begins, one.topic)) })),
  );
}

/** A partition, where its first record stands, and whose it is. */
type Begin = Partition & Ids & Pick<Position, "nextOffset">;

const beginOf = (
  name: string,
  low: number,
  topicIds: ReadonlyMap<string, string>,
  clusterId: string | null,
): Begin => {
  const one = partitionNamed(name);
  return { ...one, nextOffset: low, topicId: topicIds.get(one.topic) ?? null, clusterId };
};

/** The topics that are others than those of their stored positions, by their ids or that of their cluster. */
function replacedTopics(
  begins: readonly Begin[],
  known: readonly Position[],
): readonly (ReplacedTopic & { readonly reason: AnewReason })[] {
  return [...new Map(begins.map((begin) => [begin.topic, begin])).values()].flatMap((seen) => {
    const { topic, topicId, clusterId } = seen;
    const stored = known.filter((one) => one.topic === topic);
    const reason = whyReplaced(stored, seen);
    if (reason === null) return [];
    const generation = 1 + Math.max(...stored.map((one) => one.generation));
    return [
      { topic, topicId, clusterId, reason, generation, begins: begins.filter((one) => one.topic === topic) },
    ];
  });
}

function whyReplaced(stored: readonly Position[], seen: Ids): AnewReason | null {
  if (stored.some(({ clusterId }) => differs(clusterId, seen.clusterId))) return "cluster";
  return stored.some(({ topicId }) => differs(topicId, seen.topicId)) ? "topic" : null;
}

const knowsMore = (seen: Ids, known: Ids | undefined): boolean =>
  known !== undefined &&
  ((known.clusterId === null && seen.clusterId !== null) ||
    (known.topicId === null && seen.topicId !== null));

/** What is spread among more partitions than there are is of a topic of before. @param count of the topic now */
const keysAmongOf = ({ keysAmong }: Position, count: number): number | null =>
  keysAmong !== null && keysAmong > count ? null : keysAmong;

/** Puts those at their first record whose log was cut off and filled again, with an alarm. @returns how many */
async function beginRefilled(
  { kafka, pool, positions, telemetry }: StartOptions,
  bounds: ReadonlyMap<string, Bounds>,
  stored: ReadonlyMap<string, Position>,
): Promise<number> {
  const names = await refilledPartitions(kafka, [...stored.values()]);
  const anew = [...stored.values()]
    .filter((one) => names.has(partitionName(one)))
    .map((one) => ({ ...one, nextOffset: boundsOf(bounds, one).low }));
  if (anew.length > 0) await beginAnew(pool, positions, anew);
  // Once for each topic, however many of its partitions.
  for (const { topic, topicId, clusterId } of new Map(anew.map((one) => [one.topic, one])).values())
    telemetry.topicMadeAnew({ topic, reason: "log", topicId, clusterId });
  return anew.length;
}

/**
 * The partitions that nobody read. Those that come behind the stored ones of their topic were added to it: each tenant in them
 * was in the partition of the same remainder before, and what stands there is older (decision 0050).
 * @throws Failure KAFKA_UNAVAILABLE while a topic has a number of partitions that mixes tenants up
 */
function unreadOf(all: readonly Begin[], known: readonly Position[]): readonly NewPosition[] {
  const stored = new Map(known.map((one) => [partitionName(one), one]));
  return all
    .filter((one) => !stored.has(partitionName(one)))
    .map((begin) => {
      const { topic, partition } = begin;
      const before = countOf(known, topic);
      requireMultiple(topic, countOf(all, topic), before);
      const elder = before > 0 && partition >= before ? partition % before : null;
      const generation = stored.get(partitionName({ topic, partition: elder ?? partition }))?.generation;
      return { ...begin, elder, generation: generation === undefined ? 0 : generation + 1 };
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
