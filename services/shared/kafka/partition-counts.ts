import { setTimeout as sleep } from "node:timers/promises";
import { type KafkaClient, partitionCounts } from "./client.ts";

/** A number of partitions that was looked up longer ago is looked up again before it is used. */
const LOOK_AFTER_MS = 10_000;
/** Who finds more waits until everybody else has found them too, and whatever was sent by the earlier number is out. */
const OTHERS_NOTICE_MS = LOOK_AFTER_MS + 2_000;

/**
 * How many partitions topics have (names with prefix), for whoever spreads records over them. When a topic got more, all
 * producers go over together: none uses a number that is older than 10 s, and none uses a new one within 12 s of
 * finding it. So of one tenant nothing goes to the old partition behind something in the new one (decision 0050).
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED, as `current` does
 */
export async function createPartitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<{ current(): Promise<ReadonlyMap<string, number>> }> {
  let counts: ReadonlyMap<string, number> = await partitionCounts(client, topics);
  let lookedAt = Date.now();
  return {
    current: async () => {
      while (Date.now() - lookedAt >= LOOK_AFTER_MS) {
        const lookingAt = Date.now();
        const seen = await partitionCounts(client, topics);
        if ([...seen].some(([topic, count]) => count !== counts.get(topic))) await sleep(OTHERS_NOTICE_MS);
        counts = seen;
        lookedAt = lookingAt;
      }
      return counts;
    },
  };
}
