import { setTimeout as sleep } from "node:timers/promises";
import kafkajs from "kafkajs";
import { Failure } from "../domain/failure.ts";
import { type KafkaClient, withAdmin } from "./client.ts";

const LEADERS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

export type TopicToMake = {
  /** Name without prefix. */
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly settings: Readonly<Record<string, string>>;
};

/**
 * Makes the topics that are missing; those that are there stay as they are.
 * @returns names of the topics that were made
 * @throws Failure DEPLOY_FAILED when an existing topic has fewer partitions: adding some would move tenants to others
 */
export async function ensureTopics(
  client: KafkaClient,
  topics: readonly TopicToMake[],
): Promise<readonly string[]> {
  return withAdmin(client, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const fullName = (name: string): string => client.topicPrefix + name;
    const missing = topics.filter(({ name }) => !existing.has(fullName(name)));
    if (missing.length > 0)
      await admin.createTopics({
        waitForLeaders: false,
        topics: missing.map((topic) => ({
          topic: fullName(topic.name),
          numPartitions: topic.partitions,
          replicationFactor: topic.replicationFactor,
          configEntries: Object.entries(topic.settings).map(([name, value]) => ({ name, value })),
        })),
      });
    if (missing.length > 0)
      await untilLed(
        admin,
        missing.map(({ name }) => fullName(name)),
      );
    const kept = topics.filter(({ name }) => existing.has(fullName(name)));
    if (kept.length > 0) await refuseOtherPartitionCounts(client, admin, kept);
    return missing.map(({ name }) => fullName(name));
  });
}

/**
 * Waits until every partition has a leader. kafkajs's own waiting gives up when a broker has not heard of a topic yet,
 * which happens when several topics are made at once.
 */
async function untilLed(admin: kafkajs.Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + LEADERS_WITHIN_MS;
  for (let last: unknown; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
      if (metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSProtocolError)) throw error;
      last = error;
    }
    if (Date.now() + LOOK_EVERY_MS >= deadline)
      throw new Failure(
        "DEPLOY_FAILED",
        "Topics were made, but their partitions got no leader in time.",
        last,
      );
  }
}

async function refuseOtherPartitionCounts(
  client: KafkaClient,
  admin: kafkajs.Admin,
  topics: readonly TopicToMake[],
): Promise<void> {
  const metadata = await admin.fetchTopicMetadata({
    topics: topics.map(({ name }) => client.topicPrefix + name),
  });
  for (const topic of topics) {
    const found = metadata.topics.find(({ name }) => name === client.topicPrefix + topic.name);
    if (found !== undefined && found.partitions.length !== topic.partitions)
      throw new Failure(
        "DEPLOY_FAILED",
        `Topic ${found.name} has ${found.partitions.length} partitions, schemas/topics.ts says ${topic.partitions}. ` +
          "Another number moves tenants to other partitions and breaks their order: make a new topic version instead.",
      );
  }
}
