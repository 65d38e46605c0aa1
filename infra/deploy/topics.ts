import { SEGMENT_MS, TOPICS, type Topic } from "../../schemas/topics.ts";
import { isFailure } from "../../services/shared/domain/failure.ts";
import { giveRights } from "../../services/shared/kafka/acls.ts";
import { createKafka, type KafkaClient, type KafkaConfig } from "../../services/shared/kafka/client.ts";
import { enterKafka } from "../../services/shared/kafka/enter.ts";
import {
  changeTopicSettings,
  readTopicSettings,
  type TopicSettings,
} from "../../services/shared/kafka/topic-settings.ts";
import { ensureTopics, type TopicToMake } from "../../services/shared/kafka/topics.ts";
import { rightLine, rightsOf } from "./rights.ts";
import { type TopicChange, topicChanges } from "./topic-changes.ts";

/**
 * Makes the topics of schemas/topics.ts that are missing, and changes what the table names where it differs, each change
 * told. What lets go of records is changed only with `letsGoOfRecords`; what this login may not change is told.
 */
export async function makeTopics(options: {
  readonly config: KafkaConfig;
  readonly partitions?: number;
  /** How many partitions topics that are there shall have, by their names without prefix. */
  readonly raiseTo?: ReadonlyMap<string, number>;
  readonly replicationFactor?: number;
  /** Of topics that are made: copies that have to have a record before it counts as written; the broker's by default. */
  readonly minInSyncReplicas?: number;
  readonly letsGoOfRecords?: boolean;
  readonly givesRights?: boolean;
  readonly report: (line: string) => void;
}): Promise<void> {
  const kafka = createKafka({
    config: options.config,
    clientId: "deploy",
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await enterKafka(kafka, options.config);
  const topics = Object.values(TOPICS).map(
    (topic: Topic): TopicToMake => ({
      name: topic.name,
      partitions: options.partitions ?? topic.partitions,
      partitionsAtFirst: options.partitions ?? topic.partitionsAtFirst,
      raiseTo: options.raiseTo?.get(topic.name),
      replicationFactor: options.replicationFactor ?? 1,
      settings: settingsOf(topic),
    }),
  );
  if (options.givesRights) await giveAllRights(kafka, options.report);
  const { made, raised, fewer } = await ensureTopics(
    kafka,
    topics.map((topic) => ({
      ...topic,
      settings: { ...topic.settings, ...copiesOf(options.minInSyncReplicas) },
    })),
  );
  for (const name of made) options.report(`topic ${name} made`);
  for (const { topic, from, to } of raised) options.report(`topic ${topic}: partitions ${from} → ${to}`);
  for (const { topic, from, to } of fewer)
    options.report(
      `topic ${topic} has ${from} partitions and is made with ${to} today: --partitions ${topic}=${to} adds them when every process runs this release`,
    );
  await changeSettings(
    kafka,
    topics.filter(({ name }) => !made.includes(kafka.topicPrefix + name)),
    options,
  );
}

/** A service's principal is `User:<service>`, or what `KAFKA_PRINCIPAL_<SERVICE>` says, such as a certificate's name. */
async function giveAllRights(kafka: KafkaClient, report: (line: string) => void): Promise<void> {
  const principalOf = (service: string): string =>
    process.env[`KAFKA_PRINCIPAL_${service.toUpperCase().replaceAll("-", "_")}`] ?? `User:${service}`;
  const rights = rightsOf({ topicPrefix: kafka.topicPrefix, principalOf });
  for (const right of rights) report(rightLine(right));
  await unlessRefused(
    () => giveRights(kafka, rights),
    (why) => report(`these rights are not given: ${why}`),
  );
}

/** What this login may not do is left to somebody who may: a deployment goes on with the rest. */
async function unlessRefused<T>(work: () => Promise<T>, onRefused: (why: string) => void): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "KAFKA_ACCESS_REFUSED")) throw error;
    onRefused(error.message);
    return null;
  }
}

const copiesOf = (count: number | undefined): Readonly<Record<string, string>> =>
  count === undefined ? {} : { "min.insync.replicas": String(count) };

async function changeSettings(
  kafka: KafkaClient,
  topics: readonly TopicToMake[],
  { letsGoOfRecords = false, report }: Pick<Parameters<typeof makeTopics>[0], "letsGoOfRecords" | "report">,
): Promise<void> {
  const wanted = new Map(topics.map(({ name, settings }) => [kafka.topicPrefix + name, settings]));
  if (wanted.size === 0) return;
  const standing = await unlessRefused(
    () => readTopicSettings(kafka, [...wanted.keys()]),
    (why) => report(`settings of topics are left as they are: ${why}`),
  );
  if (standing === null) return;
  const changes = [...wanted].flatMap(([topic, settings]) =>
    topicChanges(topic, standing.get(topic) ?? {}, settings),
  );
  const made = changes.filter(({ letsGo }) => letsGoOfRecords || !letsGo);
  const answers = await changeTopicSettings(kafka, bySetting(made));
  for (const change of changes) {
    const { error = null } = answers.find(({ topic }) => topic === change.topic) ?? {};
    const isLeft = !made.includes(change);
    const what = `topic ${change.topic}: ${change.setting} ${change.from} → ${change.to}`;
    if (isLeft) report(`${what} is left: records would go; --let-go-of-records does it`);
    else report(error === null ? what : `${what} is left: ${error}; somebody who may has to change it`);
  }
}

function bySetting(changes: readonly TopicChange[]): TopicSettings {
  const byTopic = new Map<string, Record<string, string>>();
  for (const { topic, setting, to } of changes) byTopic.set(topic, { ...byTopic.get(topic), [setting]: to });
  return byTopic;
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
