import type { UnreadableReason } from "../domain/wire-format.ts";
import type { Telemetry } from "../telemetry.ts";
import type { PartitionLag } from "./domain/partition-lag.ts";

/** Why a record can never be processed. */
export const UNREADABLE_REASONS: readonly UnreadableReason[] = [
  "TOO_SHORT",
  "TOO_LARGE",
  "NOT_UNPACKED",
  "WRONG_MAGIC",
  "SCHEMA_ID_UNKNOWN",
  "BODY_UNREADABLE",
  "EMPTY",
  "KEY_UNREADABLE",
  "MEANINGLESS",
  "REFUSED_BY_POSTGRES",
];

/**
 * Why a topic is not what it was under its name: made again, in another cluster, or cut off and filled again by a cluster
 * that came back as it was some time ago.
 */
export type AnewReason = "topic" | "cluster" | "log";
const ANEW_REASONS: readonly AnewReason[] = ["topic", "cluster", "log"];

/** What a consumer waits for when it holds a batch. */
export type Awaited = "postgres" | "registry" | "kafka";

/** What happens in the Kafka adapter: log line and metric of each. */
export type KafkaTelemetry = ReturnType<typeof createKafkaTelemetry>;

/** @param topics names that label values can have; the topics that this process consumes */
export function createKafkaTelemetry(telemetry: Telemetry, topics: readonly string[]) {
  const published = telemetry.counter("simon_records_published_total", "Records acknowledged by Kafka.", {});
  const publishSeconds = telemetry.histogram(
    "simon_publish_duration_seconds",
    "Time until a send was acknowledged.",
    {},
  );
  const publishFailures = telemetry.counter(
    "simon_publish_failures_total",
    "Sends that failed and were tried again.",
    {},
  );
  const consumed = telemetry.counter("simon_records_consumed_total", "Records processed.", { topic: topics });
  const batchSeconds = telemetry.histogram("simon_batch_duration_seconds", "Time to process one chunk.", {
    topic: topics,
  });
  const deadLetters = telemetry.counter("simon_dead_letters_total", "Records set aside for good.", {
    topic: topics,
    reason: UNREADABLE_REASONS,
  });
  const holds = telemetry.counter(
    "simon_consumer_holds_total",
    "Times a batch waited for something that was down.",
    {
      reason: ["postgres", "registry", "kafka"],
    },
  );
  const rebalances = telemetry.counter(
    "simon_consumer_joins_total",
    "Times the consumer joined its group.",
    {},
  );
  const offsetAlarms = telemetry.counter(
    "simon_offset_out_of_range_total",
    "Stored positions that the topic no longer has.",
    {
      topic: topics,
    },
  );
  const madeAnew = telemetry.counter(
    "simon_topics_made_anew_total",
    "Topics that are not what they were under their name, and are read from their beginning.",
    { topic: topics, reason: ANEW_REASONS },
  );
  const { log } = telemetry;
  return {
    recordsPublished: (count: number, seconds: number): void => {
      published({}, count);
      publishSeconds({}, seconds);
    },
    publishFailed: (error: string): void => {
      publishFailures({});
      log.warn("publish_failed", { error });
    },
    acknowledgementMissing: (count: number): void => {
      publishFailures({});
      log.warn("acknowledgement_missing", { count });
    },
    chunkProcessed: (topic: string, records: number, seconds: number): void => {
      consumed({ topic }, records);
      batchSeconds({ topic }, seconds);
    },
    deadLettered: (topic: string, reason: UnreadableReason, position: string, detail: string): void => {
      deadLetters({ topic, reason });
      log.warn("record_dead_lettered", { topic, reason, position, detail });
    },
    batchHeld: (waitsFor: Awaited, error: string): void => {
      holds({ reason: waitsFor });
      log.warn("batch_held", { waitsFor, error });
    },
    /** @param read how far this process's partitions of the group are behind, at the moment it is asked */
    lagIsRead: (group: string, read: () => readonly PartitionLag[]): void => {
      const labels = { group: [group], topic: topics, partition: [] };
      const readings = (figure: (lag: PartitionLag) => number) => () =>
        read().map((lag) => {
          const [topic = "", partition = ""] = lag.name.split("/");
          return { labels: { group, topic, partition }, value: figure(lag) };
        });
      telemetry.readGauge(
        "simon_consumer_lag_records",
        "Records between the stored position and the partition's end, of the partitions of this process; absent while that is not known.",
        labels,
        readings(({ records }) => records),
      );
      telemetry.readGauge(
        "simon_consumer_lag_seconds",
        "Age of the oldest record of the partition that is not processed, 0 when there is none; absent while that is not known.",
        labels,
        readings(({ seconds }) => seconds),
      );
    },
    groupJoined: (group: string, partitions: number): void => {
      rebalances({});
      log.info("group_joined", { group, partitions });
    },
    positionLost: (topic: string, partition: number): void => log.info("position_lost", { topic, partition }),
    offsetOutOfRange: (found: {
      readonly topic: string;
      readonly partition: number;
      readonly stored: number;
      readonly low: number;
      readonly high: number;
    }): void => {
      offsetAlarms({ topic: found.topic });
      log.error("offset_out_of_range", found);
    },
    topicMadeAnew: (found: {
      readonly topic: string;
      readonly reason: AnewReason;
      readonly topicId: string | null;
      readonly clusterId: string | null;
    }): void => {
      madeAnew({ topic: found.topic, reason: found.reason });
      log.error("topic_made_anew", found);
    },
    commitFailed: (error: string): void => log.warn("offset_commit_failed", { error }),
    consumerCrashed: (error: string): void => log.error("consumer_crashed", { error }),
  };
}
