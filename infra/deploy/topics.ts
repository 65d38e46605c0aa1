import { SEGMENT_MS, TOPICS, type Topic } from "../../schemas/topics.ts";
import { createKafka, type KafkaConfig } from "../../services/shared/kafka/client.ts";
import { enterKafka } from "../../services/shared/kafka/enter.ts";
import { ensureTopics, type TopicToMake } from "../../services/shared/kafka/topics.ts";

/** Makes the topics of schemas/topics.ts that are missing and sets the settings of all of them. */
export async function makeTopics(options: {
  readonly config: KafkaConfig;
  readonly partitions?: number;
  readonly replicationFactor?: number;
  readonly report: (line: string) => void;
}): Promise<void> {
  const kafka = createKafka({
    config: options.config,
    clientId: "deploy",
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await enterKafka(kafka, options.config);
  const made = await ensureTopics(
    kafka,
    Object.values(TOPICS).map(
      (topic: Topic): TopicToMake => ({
        name: topic.name,
        partitions: options.partitions ?? topic.partitions,
        replicationFactor: options.replicationFactor ?? 1,
        settings: settingsOf(topic),
      }),
    ),
  );
  for (const name of made) options.report(`topic ${name} made`);
}

/**
 * Broker settings of a topic. A compacted topic keeps the full history for its `historyMs` and the latest of each key
 * for ever; what was wiped is gone soon after, whether much or little is written (rule A13). Segments roll daily, so that what is old
 * stands in none that is still written to. None of this can reach the last segment of a partition on which nothing is written: see
 * the end of an emptying (services/console/emptying/emptying-loop.ts).
 */
export function settingsOf({ retention, maxMessageBytes }: Topic): Readonly<Record<string, string>> {
  const common = {
    "max.message.bytes": String(maxMessageBytes),
    "compression.type": "producer",
    "segment.ms": String(SEGMENT_MS),
  };
  if (retention.kind === "expiring")
    return { ...common, "cleanup.policy": "delete", "retention.ms": String(retention.keepMs) };
  return {
    ...common,
    "cleanup.policy": "compact",
    "min.compaction.lag.ms": String(retention.historyMs),
    // Without it half of a partition would have to be new before the older half is looked at.
    "max.compaction.lag.ms": String(retention.historyMs),
    // How long a tombstone stays, for readers that are behind.
    "delete.retention.ms": String(retention.historyMs),
  };
}
