import { describeError, type Failure } from "../domain/failure.ts";
import type { Pool } from "../postgres.ts";
import type { KafkaClient } from "./client.ts";
import type { DeadLetters } from "./dead-letter.ts";
import { createElders } from "./elders.ts";
import {
  type Consumer,
  createGroupConsumer,
  type FetchBytes,
  type Partition,
  type PartitionBatch,
  type PartitionControls,
} from "./group-consumer.ts";
import { holdWhileDown } from "./hold.ts";
import type { RawRecord } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import { createShownOffsets, watchLag, wronglyShown } from "./lag.ts";
import {
  loadPositions,
  type Move,
  type Position,
  type PositionsOf,
  type PositionsTable,
  partitionName,
} from "./positions.ts";
import type { PostgresRoute } from "./postgres-route.ts";
import { chunksOf, latestOf, type MessageRecords, processChunk } from "./process-chunk.ts";
import type { Publisher } from "./producer.ts";
import { startingPositions, type UnreadBegin } from "./starting-positions.ts";
import { watchTopics } from "./topic-watch.ts";

export type PostgresConsumerOptions = {
  readonly kafka: KafkaClient;
  readonly group: string;
  readonly pool: Pool;
  readonly positionsTable: PositionsTable;
  readonly routes: readonly PostgresRoute[];
  readonly deadLetters: DeadLetters;
  readonly publisher: Publisher;
  /** Says which records are processed that were set aside before. */
  readonly messages: MessageRecords;
  readonly telemetry: KafkaTelemetry;
  readonly onCrash: (failure: Failure) => void;
  /** Where a partition begins that was never read; the first record unless told. */
  readonly unreadBegin?: UnreadBegin;
  /** Kept with the offsets that are committed to Kafka. */
  readonly note?: () => string;
  /** Partitions that are worked at at the same time, each in order and in transactions of its own; four unless told. */
  readonly partitionsAtOnce?: number;
  /** Records in one transaction at most. */
  readonly chunkRecords?: number;
  /** As of the group's consumer. */
  readonly fetchBytes?: FetchBytes;
  /** Called after a chunk of that topic was committed. */
  readonly onCommitted?: (topic: string) => void;
};

const CHUNK_RECORDS = 2_000;
/** A chunk is mostly waiting, for Postgres and for Kafka: one partition after the other, a record waits for all the others. */
const PARTITIONS_AT_ONCE = 4;
/** A partition whose turn it is not yet is asked again after so long; meanwhile others have its place. */
const TURN_AGAIN_MS = 200;

/**
 * Consumes topics into Postgres, each record exactly once: the position of a partition moves in the transaction of its
 * rows, by a compare-and-set that keeps out whoever lost the partition. Kafka's own offsets are for lag tools only, and
 * follow within a second.
 *
 * At each join: all partitions are paused before their first fetch, positions are loaded from Postgres, each partition
 * is put at its own and resumed. For each chunk: decode → poison to the dead letters, acknowledged → transaction
 * (position, rows, records of the route acknowledged) → next. While Postgres, the registry or Kafka is down the chunk is held, with
 * heartbeats: nothing is set aside because of an outage. A partition that its topic got later takes turns with its elder
 * at first.
 */
export function consumeIntoPostgres(options: PostgresConsumerOptions): Consumer {
  const { group, telemetry } = options;
  const positions: PositionsOf = { table: options.positionsTable, group };
  const elders = createElders({ ...options, positions });
  const routes = new Map(options.routes.map((one) => [one.topic, one]));
  const expected = new Map<string, Position>();
  /** Partitions whose offset in Kafka was looked at since the last join. */
  const shownSinceJoin = new Set<string>();
  /** When the oldest record was written of what is being processed, by partition name. */
  const oldestAtHand = new Map<string, number>();
  const batches = new Set<Promise<void>>();
  let joins = 0;
  let stopping = false;
  let controls: PartitionControls | null = null;
  let assignedNow: readonly Partition[] = [];

  const onAssigned = (assigned: readonly Partition[], given: PartitionControls): void => {
    controls = given;
    assignedNow = assigned;
    joins += 1;
    expected.clear();
    shownSinceJoin.clear();
    given.pause(assigned);
    seekToPositions(assigned, given);
  };

  const seekToPositions = (assigned: readonly Partition[], given: PartitionControls): void => {
    const join = joins;
    const isCurrent = (): boolean => join === joins && !stopping;
    holdWhileDown({ telemetry, keepWaiting: isCurrent, heartbeat: async () => {} }, () =>
      startingPositions({ ...options, positions, assigned }),
    ).then(
      (starts) => {
        if (starts === null || !isCurrent()) return;
        for (const start of starts) {
          expected.set(partitionName(start), start);
          given.seek(start, start.nextOffset);
        }
        given.resume(assigned);
      },
      (error: Failure) => options.onCrash(error),
    );
  };

  const onBatch = async (batch: PartitionBatch): Promise<void> => {
    const name = partitionName(batch);
    const one = routes.get(batch.topic);
    const position = expected.get(name);
    if (one === undefined || position === undefined) return;
    const isRunning = (): boolean => batch.isRunning() && !stopping;
    const work = processBatch({ ...batch, isRunning }, one, position).finally(() => {
      oldestAtHand.delete(name);
      batches.delete(work);
    });
    batches.add(work);
    await work;
  };

  const processBatch = async (
    batch: PartitionBatch,
    one: PostgresRoute,
    position: Position,
  ): Promise<void> => {
    const name = partitionName(batch);
    const records = await clearedOf(batch, position);
    let next = position.nextOffset;
    for (const chunk of chunksOf(records, position, options.chunkRecords ?? CHUNK_RECORDS)) {
      if (!batch.isRunning()) return;
      const startedAt = Date.now();
      oldestAtHand.set(name, chunk.records[0]?.timestampMs ?? startedAt);
      const move: Move = {
        topic: batch.topic,
        partition: batch.partition,
        from: next,
        to: chunk.lastOffset + 1,
        generation: position.generation,
        latestRecordMs: latestOf(chunk.records),
      };
      const moved = await holdWhileDown(
        { telemetry, keepWaiting: batch.isRunning, heartbeat: batch.heartbeat },
        () => processChunk({ ...options, positions }, one, chunk.records, move),
      );
      if (moved === null) return;
      if (!moved) return giveUp(batch);
      next = move.to;
      expected.set(name, { ...position, nextOffset: next });
      batch.resolve(chunk.lastOffset);
      telemetry.chunkProcessed(batch.topic, chunk.records.length, (Date.now() - startedAt) / 1000);
      options.onCommitted?.(batch.topic);
      shown.show(name);
      await batch.heartbeat();
    }
  };

  /** The records of a batch that may be processed now. */
  const clearedOf = async (batch: PartitionBatch, position: Position): Promise<readonly RawRecord[]> => {
    const last = batch.records.at(-1);
    if (position.elder === null || last === undefined) return batch.records;
    const cleared = await holdWhileDown(
      { telemetry, keepWaiting: batch.isRunning, heartbeat: batch.heartbeat },
      () => elders.clearedUpTo(position, last.offset + 1),
    );
    const records = batch.records.filter(({ offset }) => offset < (cleared ?? 0));
    if (records.length < batch.records.length) askAgainSoon(batch);
    return records;
  };

  /** What is left of the batch comes again. */
  const askAgainSoon = ({ topic, partition }: Partition): void => {
    const join = joins;
    const given = controls;
    given?.pause([{ topic, partition }]);
    setTimeout(() => {
      if (join === joins && !stopping) given?.resume([{ topic, partition }]);
    }, TURN_AGAIN_MS).unref();
  };

  /** Somebody else moved the position: begin again at the stored one, if the partition is still ours. */
  const giveUp = (partition: Partition): void => {
    telemetry.positionLost(partition.topic, partition.partition);
    expected.delete(partitionName(partition));
    controls?.pause([partition]);
    if (controls !== null) seekToPositions([partition], controls);
  };

  const shown = createShownOffsets(async (names) => {
    const places = names.flatMap((name) => expected.get(name) ?? []);
    if (controls === null || places.length === 0) return true;
    try {
      await controls.commit(places, options.note?.());
      return true;
    } catch (error) {
      telemetry.commitFailed(describeError(error));
      return false;
    }
  });

  /** A partition without records is never moved: what Kafka has of it is put right once after each join. */
  const showUnmoved = async (ends: ReadonlyMap<string, number>): Promise<void> => {
    const unmoved = new Map([...nextOffsets()].filter(([name]) => !shownSinceJoin.has(name)));
    if (unmoved.size === 0) return;
    const join = joins;
    const wrong = await wronglyShown({ ...options, topics, positions: unmoved, ends });
    if (join !== joins) return;
    for (const name of unmoved.keys()) shownSinceJoin.add(name);
    for (const name of wrong) shown.show(name);
  };

  const nextOffsets = (): ReadonlyMap<string, number> =>
    new Map([...expected].map(([name, { nextOffset }]) => [name, nextOffset]));

  const topics = options.routes.map(({ topic }) => topic);
  const consumer = createGroupConsumer({
    client: options.kafka,
    group,
    topics,
    telemetry,
    handlers: { onAssigned, onBatch },
    onCrash: options.onCrash,
    partitionsAtOnce: options.partitionsAtOnce ?? PARTITIONS_AT_ONCE,
    fetchBytes: options.fetchBytes,
  });
  const watch = watchTopics(options.kafka, topics, {
    reading: (topic) => [...expected.values()].find((one) => one.topic === topic),
    isBehind: async () => {
      await elders.settle();
      // As they were before Postgres is asked: they move on meanwhile.
      const moved = [...expected];
      const loaded = await loadPositions(options.pool, positions);
      const stored = new Map(loaded.map((one) => [partitionName(one), one]));
      return moved.some(([name, { generation, nextOffset, elder }]) => {
        const known = stored.get(name);
        if (known === undefined || known.elder !== elder) return true;
        return known.generation === generation && known.nextOffset < nextOffset;
      });
    },
    // What was made anew or lost is found again with the stored positions; the others go on where they are.
    beginAgain: () => {
      if (controls !== null) onAssigned(assignedNow, controls);
    },
    onError: options.onCrash,
  });
  const lag = watchLag({
    ...{ kafka: options.kafka, topics, positions: nextOffsets, oldestAtHand },
    ...{ onEnds: showUnmoved, onError: options.onCrash },
  });
  telemetry.lagIsRead(group, lag.read);
  return {
    ...consumer,
    stop: async () => {
      if (stopping) return;
      stopping = true;
      await Promise.all([watch.stop(), lag.stop()]);
      // Kafka takes offsets of members only: what is at hand is finished and shown before the group is left.
      controls?.pause(assignedNow);
      await Promise.allSettled(batches);
      await shown.close();
      await consumer.stop();
    },
  };
}
