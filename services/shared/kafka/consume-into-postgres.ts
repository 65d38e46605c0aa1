import { crashPoint } from "../crash-points.ts";
import { describeError, type Failure } from "../domain/failure.ts";
import type { NewMessage } from "../domain/message-catalogue.ts";
import type { MessageLog } from "../messages.ts";
import { type Connection, inTransaction, type Pool, postgresTrouble } from "../postgres.ts";
import { applyAroundCulprits } from "./apply-around-culprits.ts";
import type { KafkaClient } from "./client.ts";
import type { DeadLetters } from "./dead-letter.ts";
import {
  type Consumer,
  createGroupConsumer,
  type Partition,
  type PartitionBatch,
  type PartitionControls,
} from "./group-consumer.ts";
import { holdWhileDown } from "./hold.ts";
import type { RawRecord } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import { advancePosition, type PositionsOf, type PositionsTable } from "./positions.ts";
import type { PostgresRoute, PreparedChunk } from "./postgres-route.ts";
import { partitionName, startingPositions } from "./starting-positions.ts";

export type PostgresConsumerOptions = {
  readonly kafka: KafkaClient;
  readonly group: string;
  readonly pool: Pool;
  readonly positionsTable: PositionsTable;
  readonly routes: readonly PostgresRoute[];
  readonly deadLetters: DeadLetters;
  readonly messages: MessageLog;
  readonly telemetry: KafkaTelemetry;
  readonly onCrash: (failure: Failure) => void;
  /** Records in one transaction at most. */
  readonly chunkRecords?: number;
  /** Called after a chunk of that topic was committed. */
  readonly onCommitted?: (topic: string) => void;
};

const CHUNK_RECORDS = 2_000;
const SHOW_LAG_TOOLS_EVERY_MS = 5_000;

/**
 * Consumes topics into Postgres, each record exactly once: the position of a partition moves in the transaction of its
 * rows, by a compare-and-set that keeps out whoever lost the partition. Kafka's own offsets are committed now and then,
 * for lag tools only.
 *
 * At each join: all partitions are paused before their first fetch, positions are loaded from Postgres, each partition
 * is put at its own and resumed. For each chunk: decode → poison to the dead letters, acknowledged → transaction
 * (position, rows, messages acknowledged) → next. While Postgres, the registry or Kafka is down the chunk is held, with
 * heartbeats: nothing is set aside because of an outage.
 */
export function consumeIntoPostgres(options: PostgresConsumerOptions): Consumer {
  const { group, telemetry } = options;
  const positions: PositionsOf = { table: options.positionsTable, group };
  const routes = new Map(options.routes.map((one) => [one.topic, one]));
  const expected = new Map<string, number>();
  const shownAt = new Map<string, number>();
  let joins = 0;
  let stopping = false;
  let controls: PartitionControls | null = null;

  const onAssigned = (assigned: readonly Partition[], given: PartitionControls): void => {
    controls = given;
    joins += 1;
    expected.clear();
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
          expected.set(partitionName(start), start.nextOffset);
          given.seek(start, start.nextOffset);
        }
        given.resume(assigned);
      },
      (error: Failure) => options.onCrash(error),
    );
  };

  const onBatch = async (batch: PartitionBatch): Promise<void> => {
    const one = routes.get(batch.topic);
    let next = expected.get(partitionName(batch));
    if (one === undefined || next === undefined) return;
    const start = next;
    for (const chunk of chunksOf(batch.records, start, options.chunkRecords ?? CHUNK_RECORDS)) {
      if (!batch.isRunning()) return;
      const startedAt = Date.now();
      const move: Move = {
        topic: batch.topic,
        partition: batch.partition,
        from: next,
        to: chunk.lastOffset + 1,
      };
      const moved = await holdWhileDown(
        { telemetry, keepWaiting: batch.isRunning, heartbeat: batch.heartbeat },
        () => processChunk({ ...options, positions }, one, chunk.records, move),
      );
      if (moved === null) return;
      if (!moved) return giveUp(batch);
      next = move.to;
      expected.set(partitionName(batch), next);
      batch.resolve(chunk.lastOffset);
      telemetry.chunkProcessed(batch.topic, chunk.records.length, (Date.now() - startedAt) / 1000);
      telemetry.lagSeen(batch, Math.max(0, batch.highWatermark - next));
      options.onCommitted?.(batch.topic);
      showLagTools(batch, next);
      await batch.heartbeat();
    }
  };

  /** Somebody else moved the position: begin again at the stored one, if the partition is still ours. */
  const giveUp = (partition: Partition): void => {
    telemetry.positionLost(partition.topic, partition.partition);
    expected.delete(partitionName(partition));
    controls?.pause([partition]);
    if (controls !== null) seekToPositions([partition], controls);
  };

  const showLagTools = (partition: Partition, offset: number): void => {
    const name = partitionName(partition);
    if (controls === null || Date.now() - (shownAt.get(name) ?? 0) < SHOW_LAG_TOOLS_EVERY_MS) return;
    shownAt.set(name, Date.now());
    controls
      .commit(partition, offset)
      .catch((error: unknown) => telemetry.commitFailed(describeError(error)));
  };

  const consumer = createGroupConsumer({
    client: options.kafka,
    group,
    topics: options.routes.map(({ topic }) => topic),
    telemetry,
    handlers: { onAssigned, onBatch },
    onCrash: options.onCrash,
  });
  return {
    ...consumer,
    stop: async () => {
      stopping = true;
      await consumer.stop();
    },
  };
}

type Chunk = { readonly records: readonly RawRecord[]; readonly lastOffset: number };

function* chunksOf(records: readonly RawRecord[], from: number, size: number): Generator<Chunk> {
  const wanted = records.filter(({ offset }) => offset >= from);
  for (let start = 0; start < wanted.length; start += size) {
    const chunk = wanted.slice(start, start + size);
    yield { records: chunk, lastOffset: chunk.at(-1)?.offset ?? from };
  }
}

type Move = Partition & { readonly from: number; readonly to: number };
type ChunkOptions = PostgresConsumerOptions & { readonly positions: PositionsOf };

/** @returns false when the position was somebody else's to move */
async function processChunk(
  options: ChunkOptions,
  one: PostgresRoute,
  records: readonly RawRecord[],
  move: Move,
): Promise<boolean> {
  const prepared = await one.prepare(records);
  await options.deadLetters.send(options.group, prepared.poison);
  if (prepared.poison.length > 0) crashPoint("dead-letters-sent");
  try {
    return await applyAndMove(options, prepared, move);
  } catch (error) {
    if (postgresTrouble(error) !== "data" || prepared.originals.length === 0) throw error;
  }
  return applyWithoutCulprits(options, prepared, move);
}

/** All of the chunk and the position in one transaction. */
async function applyAndMove(options: ChunkOptions, prepared: PreparedChunk, move: Move): Promise<boolean> {
  return commitIfOwned(options, move, (tx) => prepared.apply(tx, 0, prepared.originals.length));
}

class PositionLost extends Error {}

async function commitIfOwned(
  options: ChunkOptions,
  move: Move,
  work: (tx: Connection) => Promise<readonly NewMessage[]>,
): Promise<boolean> {
  try {
    await inTransaction(options.pool, async (tx) => {
      if (!(await advancePosition(tx, options.positions, move))) throw new PositionLost();
      await options.messages.log(await work(tx));
      crashPoint("before-chunk-commit");
    });
    crashPoint("after-chunk-commit");
    return true;
  } catch (error) {
    if (error instanceof PositionLost) return false;
    throw error;
  }
}

/** Postgres refused the values of some record: apply all the others and set the culprits aside. */
async function applyWithoutCulprits(
  options: ChunkOptions,
  prepared: PreparedChunk,
  move: Move,
): Promise<boolean> {
  return commitIfOwned(options, move, async (tx) => {
    const { messages, culprits } = await applyAroundCulprits(tx, prepared);
    await options.deadLetters.send(options.group, culprits);
    return messages;
  });
}
