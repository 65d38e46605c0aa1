import { type PutBack, putBackHeader, putBackIn } from "../../shared/domain/put-back.ts";
import type { KafkaClient } from "../../shared/kafka/client.ts";
import { topicBounds } from "../../shared/kafka/starting-positions.ts";
import { withStretchReader } from "../../shared/kafka/stretches/stretch-reader.ts";

/** Where each partition of a topic ended, by its number: what is sent from then on stands behind it. */
export type TopicEnds = Readonly<Record<string, number>>;

/** @throws Failure KAFKA_UNAVAILABLE */
export async function topicEnds(kafka: KafkaClient, topic: string): Promise<TopicEnds> {
  const bounds = await topicBounds(kafka, [topic]);
  return Object.fromEntries([...bounds].map(([name, { high }]) => [name.slice(topic.length + 1), high]));
}

/** How a letter that was put back is told from all others, this time from the last. */
export const sentName = (letter: PutBack): string => String(putBackHeader(letter).value);

/**
 * The letters that stand on a topic behind where it ended: what a process had sent before it died.
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED
 */
export async function sentSince(
  kafka: KafkaClient,
  topic: string,
  ends: TopicEnds,
  progress: () => void,
): Promise<ReadonlySet<string>> {
  const now = await topicEnds(kafka, topic);
  return withStretchReader(kafka, topic, async (read) => {
    const sent = new Set<string>();
    for (const [partition, to] of Object.entries(now))
      for (let from = ends[partition] ?? 0; from < to; ) {
        const fetched = await read({ partition: Number(partition), from, to });
        for (const record of fetched.records) {
          const letter = putBackIn(record);
          if (letter !== null) sent.add(sentName(letter));
        }
        from = fetched.nextOffset;
        progress();
      }
    return sent;
  });
}
