import { randomUUID } from "node:crypto";
import { Failure } from "../../services/shared/domain/failure.ts";
import { type KafkaClient, withAdmin } from "../../services/shared/kafka/client.ts";
import { type RawRecord, rawRecord } from "../../services/shared/kafka/incoming.ts";
import { detached, forgetGroup } from "../../services/shared/kafka/passing-reader.ts";
import { HANG_MS } from "./limits.ts";

/** How often is looked what the broker has let go of. */
const LOOK_EVERY_MS = 1_000;

/**
 * Every record of a topic from its first to the last one at this moment, with values that outlive the fetch; what the
 * broker lets go of meanwhile is not waited for. Uses a group of its own, which is deleted afterwards. All records are
 * held in memory.
 * @throws Failure KAFKA_UNAVAILABLE
 */
export async function readAll(client: KafkaClient, topic: string): Promise<readonly RawRecord[]> {
  const fullName = client.topicPrefix + topic;
  const bounds = await withAdmin(client, (admin) => admin.fetchTopicOffsets(fullName));
  const ends = new Map(
    bounds
      .filter(({ low, high }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  if (ends.size === 0) return [];
  const groupId = `${client.topicPrefix}read-${randomUUID()}`;
  const consumer = client.kafka.consumer({ groupId, maxWaitTimeInMs: 100, retry: { retries: 5 } });
  const records: RawRecord[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [fullName], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const giveUp = (cause?: unknown): void =>
        reject(new Failure("KAFKA_UNAVAILABLE", `Topic ${fullName} could not be read.`, cause));
      // A crash with restart is no end: on a fresh broker the group's coordinator may still be loading.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) giveUp(payload.error);
      });
      const forgetGone = async (): Promise<void> => {
        const { length } = await withAdmin(client, async (admin) =>
          (await admin.fetchTopicOffsets(fullName)).filter(
            ({ partition, low }) => Number(low) >= (ends.get(partition) ?? 0) && ends.delete(partition),
          ),
        );
        if (length > 0 && ends.size === 0) resolve();
      };
      timers.push(setTimeout(giveUp, HANG_MS));
      timers.push(setInterval(() => void forgetGone().catch(reject), LOOK_EVERY_MS));
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const end = ends.get(batch.partition) ?? 0;
            for (const message of batch.messages)
              if (Number(message.offset) < end)
                records.push(detached(rawRecord(topic, batch.partition, message)));
            if (Number(batch.lastOffset()) + 1 >= end) ends.delete(batch.partition);
            if (ends.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    timers.forEach(clearTimeout);
    await consumer.disconnect();
    await forgetGroup(client, groupId);
  }
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
