import type { Pool } from "../postgres.ts";
import type { KafkaClient } from "./client.ts";
import { loadPositions, type PositionsTable } from "./positions.ts";
import { type Bounds, topicBounds } from "./starting-positions.ts";

/** Records that a group has not processed yet, over all partitions of its topics. */
export type GroupLag = { readonly group: string; readonly lag: number };

/** Lag of a group that keeps its positions in Postgres. @throws Failure KAFKA_UNAVAILABLE, or what pg throws */
export async function lagInPostgres(options: {
  readonly kafka: KafkaClient;
  readonly pool: Pool;
  readonly group: string;
  readonly table: PositionsTable;
  readonly topics: readonly string[];
}): Promise<GroupLag> {
  const bounds = await topicBounds(options.kafka, options.topics);
  const positions = await loadPositions(options.pool, options);
  const stored = new Map(
    positions.map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
  );
  return { group: options.group, lag: sumOfLags(bounds, stored) };
}

function sumOfLags(bounds: ReadonlyMap<string, Bounds>, stored: ReadonlyMap<string, number>): number {
  let lag = 0;
  for (const [name, { low, high }] of bounds)
    lag += Math.max(0, high - Math.max(low, stored.get(name) ?? low));
  return lag;
}
