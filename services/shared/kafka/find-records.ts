import { randomUUID } from "node:crypto";
import type { EachBatchPayload } from "kafkajs";
import { TOPICS } from "../../../schemas/topics.ts";
import { partitionsEver } from "../domain/partitioner.ts";
import { partitionKey } from "../domain/record-key.ts";
import { type KafkaClient, kafkaFailure, withAdmin } from "./client.ts";
import { type RawRecord, rawRecord } from "./incoming.ts";
import { detached, forgetGroup, SEARCH_GROUPS } from "./passing-reader.ts";

/** A record as others remember it: key `tenantId/entityId` and time stamp in milliseconds since 1970 UTC. */
export type RememberedRecord = { readonly key: string; readonly timestampMs: number };

/** Producers' clocks differ: a record may stand behind so many that have a later time stamp. */
const LOOK_AHEAD_RECORDS = 10_000;
const LONGEST_MS = 60_000;

type Search = RememberedRecord & {
  /** What is looked for, in each partition in which it may be. */
  readonly wanted: RememberedRecord;
  readonly partition: number;
  /** First offset at which it may be, and the first one at which it is no longer looked for. */
  readonly from: number;
  readonly to: number;
};

/**
 * Finds records by key and time stamp, by Kafka's own index of times: no position has to be remembered, and what the
 * topic still has is found. Uses a group of its own, which is deleted afterwards; takes some seconds.
 * @returns the records that are there, values that outlive the fetch, in no particular order
 * @throws Failure KAFKA_UNAVAILABLE
 */
export async function findRecords(
  client: KafkaClient,
  topic: string,
  remembered: readonly RememberedRecord[],
): Promise<readonly RawRecord[]> {
  const left = await searchesFor(client, topic, remembered);
  const found: RawRecord[] = [];
  if (left.size === 0) return found;
  await readFrom(client, topic, left, (record) => found.push(record));
  return found;
}

/** How many partitions the oldest topic of that name was made with (without prefix): where its oldest records stand follows from it. */
export const partitionsAtFirst = (topic: string): number =>
  Object.values(TOPICS).find(({ name }) => name === topic)?.partitionsAtFirst ?? 1;

/** Where each record may be, also before its topic got more partitions. What begins at the end of its partition is gone. */
async function searchesFor(
  client: KafkaClient,
  topic: string,
  remembered: readonly RememberedRecord[],
): Promise<Set<Search>> {
  const fullName = client.topicPrefix + topic;
  const first = partitionsAtFirst(topic);
  return withAdmin(client, async (admin) => {
    const bounds = await admin.fetchTopicOffsets(fullName);
    const highs = new Map(bounds.map(({ partition, high }) => [partition, Number(high)]));
    const searches = new Set<Search>();
    for (const one of remembered) {
      const starts = await admin.fetchTopicOffsetsByTimestamp(fullName, one.timestampMs);
      for (const partition of partitionsEver(Buffer.from(partitionKey(one.key)), bounds.length, first)) {
        const from = Number(starts.find((start) => start.partition === partition)?.offset ?? 0);
        const to = Math.min(highs.get(partition) ?? 0, from + LOOK_AHEAD_RECORDS);
        if (from < to) searches.add({ ...one, wanted: one, partition, from, to });
      }
    }
    return searches;
  });
}

/** Reads only the partitions and stretches in which something is looked for. */
async function readFrom(
  client: KafkaClient,
  topic: string,
  left: Set<Search>,
  onFound: (record: RawRecord) => void,
): Promise<void> {
  const fullName = client.topicPrefix + topic;
  const groupId = client.topicPrefix + SEARCH_GROUPS + randomUUID();
  const consumer = client.kafka.consumer({ groupId, maxWaitTimeInMs: 100, retry: { retries: 5 } });
  let timer: NodeJS.Timeout | undefined;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [fullName], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const giveUp = (cause?: unknown): void =>
        reject(kafkaFailure(cause, `Topic ${fullName} could not be searched`));
      timer = setTimeout(giveUp, LONGEST_MS);
      // A crash with restart is no end: on a fresh broker the group's coordinator may still be loading.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) giveUp(payload.error);
      });
      const goTo = (partition: number, next: number | null): void => {
        if (left.size === 0) resolve();
        else if (next === null) consumer.pause([{ topic: fullName, partitions: [partition] }]);
        else consumer.seek({ topic: fullName, partition, offset: String(next) });
      };
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        for (const partition of payload.memberAssignment[fullName] ?? [])
          goTo(partition, nextOffset(left, partition, 0));
      });
      consumer
        .run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: async (payload) => {
            const end = searchBatch(topic, payload, left, onFound);
            payload.resolveOffset(String(end - 1));
            const next = nextOffset(left, payload.batch.partition, end);
            if (left.size === 0 || next !== end) goTo(payload.batch.partition, next);
          },
        })
        .catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
    await forgetGroup(client, groupId);
  }
}

/** Takes what is wanted out of a batch and gives up what should have been in it. @returns the offset after the batch */
function searchBatch(
  topic: string,
  { batch }: EachBatchPayload,
  left: Set<Search>,
  onFound: (record: RawRecord) => void,
): number {
  const end = Number(batch.lastOffset()) + 1;
  for (const message of batch.messages) {
    const record = rawRecord(topic, batch.partition, message);
    const search = [...left].find((one) => isIt(one, record));
    if (search === undefined) continue;
    for (const other of left) if (other.wanted === search.wanted) left.delete(other);
    onFound(detached(record));
  }
  for (const search of left)
    if (search.partition === batch.partition && search.to <= end) left.delete(search);
  return end;
}

/** One that was not unpacked whole is none: its value is only first bytes. */
const isIt = (search: Search, record: RawRecord): boolean =>
  record.cut === undefined &&
  search.partition === record.partition &&
  search.timestampMs === record.timestampMs &&
  record.offset >= search.from &&
  record.key?.toString() === search.key;

/** Where to go on in a partition from an offset; null when nothing is left to find there. */
function nextOffset(left: ReadonlySet<Search>, partition: number, from: number): number | null {
  const wanted = [...left].filter((search) => search.partition === partition && search.to > from);
  if (wanted.length === 0) return null;
  return Math.max(from, Math.min(...wanted.map((search) => search.from)));
}
