import { type KafkaClient, kafkaFailure } from "../client.ts";
import type { FetchedRecord } from "../fetched/packed-record.ts";
import { type RawRecord, rawRecord } from "../incoming.ts";
import { type Cluster, withCluster } from "../raw-request.ts";
import { topicBounds } from "../starting-positions.ts";

/** Records of one partition from one offset up to, and without, another one. */
type Stretch = { readonly partition: number; readonly from: number; readonly to: number };

export type Fetched = {
  /** In order, values as views of the fetch. */
  readonly records: readonly RawRecord[];
  /** Of keys and values, unpacked. */
  readonly bytes: number;
  /** Where to go on; the stretch's end when nothing is left of it. */
  readonly nextOffset: number;
  /** Offsets that the topic had when the stretch was chosen, and no longer has. */
  readonly gone: number;
};

/** Reads what is next of a stretch. @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED */
export type ReadStretch = (stretch: Stretch) => Promise<Fetched>;

const READ_COMMITTED = 1;
const FETCH_BYTES = 1024 * 1024;

/**
 * Reads stretches of a topic for `work`, one fetch at a time, when it asks for one: no group, no committed offset, nothing that
 * anybody else's reading depends on. What is read is exactly what the brokers have.
 * @param topic name without prefix
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED, and what `work` throws
 */
export async function withStretchReader<T>(
  client: KafkaClient,
  topic: string,
  work: (read: ReadStretch) => Promise<T>,
): Promise<T> {
  let failed: { readonly by: unknown } | null = null;
  try {
    return await withCluster(client, async (cluster) => {
      await cluster.addMultipleTargetTopics([client.topicPrefix + topic]);
      try {
        return await work((stretch) => readNext(client, cluster, topic, stretch));
      } catch (error) {
        failed = { by: error };
        throw error;
      }
    });
  } catch (error) {
    if (failed !== null) throw error;
    throw kafkaFailure(error, `Topic ${topic} could not be read`);
  }
}

async function readNext(
  client: KafkaClient,
  cluster: Cluster,
  topic: string,
  stretch: Stretch,
): Promise<Fetched> {
  const { partition, from, to } = stretch;
  if (from >= to) return { records: [], bytes: 0, nextOffset: to, gone: 0 };
  try {
    return await fetchNext(client, cluster, topic, stretch);
  } catch (error) {
    if (!isOutOfRange(error))
      throw kafkaFailure(error, `Partition ${partition} of ${topic} could not be read`);
  }
  // What expired since the stretch was chosen is passed over.
  const { low = to } = (await topicBounds(client, [topic])).get(`${topic}/${partition}`) ?? {};
  const nextOffset = Math.max(from + 1, Math.min(low, to));
  return { records: [], bytes: 0, nextOffset, gone: nextOffset - from };
}

async function fetchNext(
  client: KafkaClient,
  cluster: Cluster,
  topic: string,
  { partition, from, to }: Stretch,
): Promise<Fetched> {
  const fullName = client.topicPrefix + topic;
  const [nodeId = ""] = Object.keys(cluster.findLeaderForPartitions(fullName, [partition]));
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = await broker.fetch({
    maxWaitTime: 100,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    isolationLevel: READ_COMMITTED,
    topics: [
      {
        topic: fullName,
        partitions: [{ partition, fetchOffset: String(from), maxBytes: FETCH_BYTES }],
      },
    ],
  });
  const messages = responses[0]?.partitions[0]?.messages ?? [];
  // Nothing at all behind an offset that the partition once had: compaction let go of the rest.
  if (messages.length === 0) return { records: [], bytes: 0, nextOffset: to, gone: 0 };
  const records = messages
    .filter((message) => !(message as unknown as FetchedRecord).isControlRecord)
    .map((message) => rawRecord(topic, partition, message))
    .filter(({ offset }) => offset >= from && offset < to);
  const last = Number(messages.at(-1)?.offset ?? from);
  // A batch whose last records compaction took is given again, without any that is asked for.
  const nextOffset = Math.min(to, Math.max(from, last) + 1);
  return { records, bytes: bytesOf(records), nextOffset, gone: 0 };
}

const bytesOf = (records: readonly RawRecord[]): number =>
  records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);

const isOutOfRange = (error: unknown): boolean =>
  error instanceof Error && "type" in error && error.type === "OFFSET_OUT_OF_RANGE";
