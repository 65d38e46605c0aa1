import type { Pool } from "../postgres.ts";
import { type KafkaClient, withAdmin } from "./client.ts";
import type { Partition } from "./group-consumer.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import {
  advancePosition,
  insertPositions,
  loadPositions,
  type Position,
  type PositionsOf,
} from "./positions.ts";

/** First offset that a partition still has, and the one after its last. */
export type Bounds = { readonly low: number; readonly high: number };

/**
 * Where each partition begins: at its stored position, or at the first offset there is. A stored position that the
 * topic no longer has (expired, or the topic was made anew) raises an alarm and begins at the first offset: what is
 * read twice is known by its version, what is skipped is lost.
 * @throws Failure KAFKA_UNAVAILABLE, or what pg throws
 */
export async function startingPositions(options: {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly positions: PositionsOf;
  readonly telemetry: KafkaTelemetry;
  readonly assigned: readonly Partition[];
}): Promise<readonly Position[]> {
  const { pool, positions, assigned } = options;
  const bounds = await topicBounds(options.kafka, [...new Set(assigned.map(({ topic }) => topic))]);
  const boundsOf = (partition: Partition): Bounds =>
    bounds.get(partitionName(partition)) ?? { low: 0, high: 0 };
  await insertPositions(
    pool,
    positions,
    assigned.map((partition) => ({ ...partition, nextOffset: boundsOf(partition).low })),
  );
  const stored = new Map(
    (await loadPositions(pool, positions)).map((one) => [partitionName(one), one.nextOffset]),
  );
  const starts: Position[] = [];
  for (const partition of assigned) {
    const { low, high } = boundsOf(partition);
    const from = stored.get(partitionName(partition)) ?? low;
    if (from >= low && from <= high) {
      starts.push({ ...partition, nextOffset: from });
      continue;
    }
    options.telemetry.offsetOutOfRange({ ...partition, stored: from, low, high });
    await advancePosition(pool, positions, { ...partition, from, to: low });
    starts.push({ ...partition, nextOffset: low });
  }
  return starts;
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

export const partitionName = ({ topic, partition }: Partition): string => `${topic}/${partition}`;
