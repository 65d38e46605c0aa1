import { setTimeout as sleep } from "node:timers/promises";
import kafkajs from "kafkajs";
import { Failure } from "../domain/failure.ts";
import { type KafkaClient, withAdmin } from "./client.ts";

const LEADERS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

export type TopicToMake = {
  /** Name without prefix. */
  readonly name: string;
  /** How many it is made with. */
  readonly partitions: number;
  /** With how few it was made ever: one that is there has a multiple of that. */
  readonly partitionsAtFirst: number;
  /** How many it shall have from now on; as many as it has unless told. */
  readonly raiseTo?: number | undefined;
  readonly replicationFactor: number;
  readonly settings: Readonly<Record<string, string>>;
};

/**
 * Makes the topics that are missing; those that are there stay as they are, but for partitions that are to be more.
 * @returns names of the topics that were made, what was raised, and what has fewer than it would be made with today
 * @throws Failure DEPLOY_FAILED when a topic has, or shall get, a number of partitions by which tenants would move among those
 *   that it has
 */
export async function ensureTopics(
  client: KafkaClient,
  topics: readonly TopicToMake[],
): Promise<{
  readonly made: readonly string[];
  readonly raised: readonly Raised[];
  readonly fewer: readonly Raised[];
}> {
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
    const raised = kept.length > 0 ? await raisePartitions(client, admin, kept) : NOTHING;
    return { made: missing.map(({ name }) => fullName(name)), ...raised };
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

const NOTHING = { raised: [], fewer: [] } as const;

type Raised = { readonly topic: string; readonly from: number; readonly to: number };

/**
 * Gives topics the partitions that they shall have. With a multiple a tenant stays where it is or moves to a partition that is
 * new, and consumers know from where (decision 0050); with any other number it would move among those that are there.
 */
async function raisePartitions(
  client: KafkaClient,
  admin: kafkajs.Admin,
  topics: readonly TopicToMake[],
): Promise<{ readonly raised: readonly Raised[]; readonly fewer: readonly Raised[] }> {
  const metadata = await admin.fetchTopicMetadata({
    topics: topics.map(({ name }) => client.topicPrefix + name),
  });
  const raised: Raised[] = [];
  const fewer: Raised[] = [];
  for (const { name, partitions, partitionsAtFirst, raiseTo } of topics) {
    const topic = client.topicPrefix + name;
    const from = metadata.topics.find((one) => one.name === topic)?.partitions.length ?? partitionsAtFirst;
    const to = raiseTo ?? from;
    refuseMixing(topic, from, partitionsAtFirst, "it was made with");
    refuseMixing(topic, to, from, "it has");
    if (to > from) raised.push({ topic, from, to });
    if (to < partitions) fewer.push({ topic: name, from: to, to: partitions });
  }
  if (raised.length > 0)
    await admin.createPartitions({
      topicPartitions: raised.map(({ topic, to }) => ({ topic, count: to })),
    });
  if (raised.length > 0)
    await untilLed(
      admin,
      raised.map(({ topic }) => topic),
    );
  return { raised, fewer };
}

function refuseMixing(topic: string, count: number, before: number, whoSays: string): void {
  if (count % before === 0) return;
  throw new Failure(
    "DEPLOY_FAILED",
    `Topic ${topic} cannot have ${count} partitions: ${whoSays} ${before}. ` +
      "Only a multiple keeps the order of tenants: any other number moves them among the partitions that are there.",
  );
}
