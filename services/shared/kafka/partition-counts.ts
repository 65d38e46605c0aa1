import { setTimeout as sleep } from "node:timers/promises";
import { type KafkaClient, partitionCounts } from "./client.ts";

/** A number of partitions that was looked up longer ago is looked up again before it is used. */
const LOOK_AFTER_MS = 10_000;
/** Who finds more waits until everybody else has found them too, and whatever was sent by the earlier number is out. */
const OTHERS_NOTICE_MS = LOOK_AFTER_MS + 2_000;

/**
 * How many partitions topics have (names with prefix), for whoever spreads records over them. When a topic got more, all
 * producers go over together: none uses a number that is older than 10 s, and none uses a new one within 12 s of
 * finding it. So of one tenant nothing goes to the old partition behind something in the new one (decision 0050). Only the topics
 * that are asked for are looked up again: one that is gone stops nobody who sends to others.
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED, as `current` does
 */
export async function createPartitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<{ current(wanted: Iterable<string>): Promise<ReadonlyMap<string, number>> }> {
  const begunAt = Date.now();
  const counts = await partitionCounts(client, topics);
  const lookedAt = new Map(topics.map((topic) => [topic, begunAt]));
  const outdated = (wanted: Iterable<string>): readonly string[] =>
    [...new Set(wanted)].filter((topic) => Date.now() - (lookedAt.get(topic) ?? 0) >= LOOK_AFTER_MS);
  return {
    current: async (wanted) => {
      for (let asked = outdated(wanted); asked.length > 0; asked = outdated(wanted)) {
        const lookingAt = Date.now();
        const seen = await partitionCounts(client, asked);
        if ([...seen].some(([topic, count]) => count !== counts.get(topic))) await sleep(OTHERS_NOTICE_MS);
        for (const [topic, count] of seen) counts.set(topic, count);
        for (const topic of asked) lookedAt.set(topic, lookingAt);
      }
      return counts;
    },
  };
}
