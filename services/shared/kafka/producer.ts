import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { CompressionTypes, type Message, type Producer, type RecordMetadata } from "kafkajs";
import { TOPICS } from "../../../schemas/topics.ts";
import { type Backoff, backoffMs } from "../domain/backoff.ts";
import { describeError, Failure } from "../domain/failure.ts";
import { partitionFor } from "../domain/partitioner.ts";
import { partitionKey } from "../domain/record-key.ts";
import { type KafkaClient, kafkaFailure, partitionCounts } from "./client.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import { createPartitionCounts } from "./partition-counts.ts";

export type OutgoingRecord = {
  /** Name as in schemas/topics.ts. */
  readonly topic: string;
  /** As bytes where it came so; null only with a partition. */
  readonly key: string | Buffer | null;
  /** null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of `headers`: byte for byte, as `packHeaders` packs them. */
  readonly headerBytes?: Buffer;
  /** The one in which the record has to stand; that of its key unless told. */
  readonly partition?: number;
};

export type Publisher = {
  /**
   * Resolves when the brokers have acknowledged every record, in the order given for each key. After an error some
   * may have been written: publishing again is always right, since consumers know repeats.
   * @throws Failure RECORD_TOO_LARGE (nothing was written), KAFKA_UNAVAILABLE (after 30 s of trying)
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** Sends what is queued and disconnects. Idempotent. */
  close(): Promise<void>;
};

export type WatchedPublisher = Publisher & {
  /** Whether what is sent arrives: no send waits for long, and Kafka answers if the last one failed. Never throws. */
  isReady(): Promise<boolean>;
};

const FLUSH_RECORDS = 500;
const FLUSH_BYTES = 256 * 1024;
const LINGER_MS = 5;
/** kafkajs groups a send in quadratic time; 1,000 records of one partition take 2 ms, 20,000 take 9 s. */
const QUEUE_RECORDS = 10_000;
const GIVE_UP_MS = 30_000;
/** A send that takes longer than this meets an outage. */
const SLOW_SEND_MS = 5_000;
const BACKOFF: Backoff = { firstMs: 100, longestMs: 2_000 };
const RECORD_OVERHEAD_BYTES = 200;

type Queued = {
  /** Name with prefix. */
  readonly topic: string;
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly call: Call;
};
/** One that has its partition: a repeat goes to the same. */
type Addressed = { readonly topic: string; readonly message: Message & { readonly headerBytes?: Buffer } };
type Call = { left: number; readonly resolve: () => void; readonly reject: (error: Failure) => void };

/**
 * A producer that gathers records for 5 ms (or 500 records, or 256 KB) and has one send in flight.
 *
 * One send, because an idempotent kafkajs producer with two of them loses a record when the first times out. Every
 * acknowledgement is compared with what was sent, because kafkajs can resolve a send of which a part was never
 * written. After any error the producer is replaced, because its sequence numbers are then wrong for good.
 */
export async function createPublisher(
  client: KafkaClient,
  telemetry: KafkaTelemetry,
): Promise<WatchedPublisher> {
  const topics = Object.values(TOPICS).map((topic) => client.topicPrefix + topic.name);
  const partitions = await createPartitionCounts(client, topics);
  let producer = await connectedProducer(client);
  const queue: Queued[] = [];
  let running: Promise<void> | null = null;
  const roomWaiters: (() => void)[] = [];
  let closed = false;
  /** Since when a send waits, or what was sent last did not arrive; null when all is well. */
  let waitingSince: number | null = null;

  const enqueue = (record: OutgoingRecord, call: Call): void => {
    const topic = client.topicPrefix + record.topic;
    if (!topics.includes(topic))
      throw new Failure("KAFKA_UNAVAILABLE", `Topic ${topic} is not in schemas/topics.ts.`);
    queue.push({ topic, record, bytes: sizeOf(record), call });
  };

  const publish = async (records: readonly OutgoingRecord[]): Promise<void> => {
    if (records.length === 0) return;
    if (closed) throw new Failure("KAFKA_UNAVAILABLE", "The publisher was closed; nothing more can be sent.");
    for (const record of records) refuseTooLarge(record);
    while (queue.length > QUEUE_RECORDS) await new Promise<void>((resolve) => roomWaiters.push(resolve));
    await new Promise<void>((resolve, reject) => {
      const call: Call = { left: records.length, resolve, reject };
      for (const record of records) enqueue(record, call);
      running ??= drain().finally(() => {
        running = null;
      });
    });
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      if (queue.length < FLUSH_RECORDS) await sleep(LINGER_MS);
      const batch = queue.splice(0, batchLength(queue));
      for (const resolve of roomWaiters.splice(0)) resolve();
      const failure = await sendUntilAcknowledged(batch);
      for (const { call } of batch) settle(call, failure);
    }
  };

  const sendUntilAcknowledged = async (batch: readonly Queued[]): Promise<Failure | null> => {
    const startedAt = Date.now();
    waitingSince ??= startedAt;
    let missing: readonly Addressed[] | null = null;
    for (let failures = 0; missing?.length !== 0; ) {
      try {
        missing ??= addressed(batch, await partitions.current(batch.map(({ topic }) => topic)));
        missing = unacknowledged(missing, await producer.sendBatch(sendBatchOf(missing)));
        // It passes over partitions that it has not heard of, or that are gone; a fresh one asks for all of them.
        if (missing.length > 0) {
          telemetry.acknowledgementMissing(missing.length);
          throw new Error(`${missing.length} records were not acknowledged`);
        }
      } catch (error) {
        failures += 1;
        telemetry.publishFailed(describeError(error));
        if (!isWorthRetrying(error) || Date.now() - startedAt > GIVE_UP_MS) {
          await replaceProducer();
          return kafkaFailure(error, "Records could not be published");
        }
        await sleep(backoffMs(BACKOFF, failures, Math.random()));
        await replaceProducer();
      }
    }
    waitingSince = null;
    telemetry.recordsPublished(batch.length, (Date.now() - startedAt) / 1000);
    return null;
  };

  const replaceProducer = async (): Promise<void> => {
    const old = producer;
    await old.disconnect().catch((error: unknown) => telemetry.publishFailed(describeError(error)));
    const fresh = newProducer(client);
    await fresh.connect().catch((error: unknown) => telemetry.publishFailed(describeError(error)));
    producer = fresh;
  };

  /** Nobody may send for hours after a failure: Kafka is asked instead. */
  const isReady = async (): Promise<boolean> => {
    if (waitingSince === null || Date.now() - waitingSince < SLOW_SEND_MS) return true;
    if (running !== null) return false;
    const answers = await partitionCounts(client, topics.slice(0, 1)).catch(() => null);
    if (answers !== null && running === null) waitingSince = null;
    return answers !== null;
  };

  return {
    publish,
    isReady,
    close: async () => {
      closed = true;
      await running;
      await producer.disconnect();
    },
  };
}

function settle(call: Call, failure: Failure | null): void {
  call.left -= 1;
  if (failure !== null) call.reject(failure);
  else if (call.left === 0) call.resolve();
}

const newProducer = (client: KafkaClient): Producer =>
  client.kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // Every record has its partition before it is sent, so that its acknowledgement can be checked.
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
  });

async function connectedProducer(client: KafkaClient): Promise<Producer> {
  const producer = newProducer(client);
  await producer.connect();
  return producer;
}

/** @throws Failure RECORD_TOO_LARGE before anything is queued */
function refuseTooLarge(record: OutgoingRecord): void {
  const topic = Object.values(TOPICS).find((candidate) => candidate.name === record.topic);
  const bytes = sizeOf(record);
  if (topic !== undefined && bytes > topic.maxMessageBytes)
    throw new Failure(
      "RECORD_TOO_LARGE",
      `A record of ${bytes} bytes for ${record.topic} is above its limit of ${topic.maxMessageBytes}.`,
    );
}

/** Size on the wire before it is packed, roughly and rather too much, in bytes. */
export function sizeOf(record: OutgoingRecord): number {
  const texts = [record.key ?? "", ...Object.entries(record.headers ?? {}).flat()];
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return RECORD_OVERHEAD_BYTES + textBytes + (record.headerBytes?.length ?? 0) + (record.value?.length ?? 0);
}

/** How many records from the front of the queue go into one send: at least one. */
function batchLength(queue: readonly Queued[]): number {
  let bytes = 0;
  let length = 0;
  for (const { bytes: own } of queue) {
    if (length === FLUSH_RECORDS || (length > 0 && bytes + own > FLUSH_BYTES)) break;
    bytes += own;
    length += 1;
  }
  return length;
}

const addressed = (batch: readonly Queued[], counts: ReadonlyMap<string, number>): readonly Addressed[] =>
  batch.map(({ topic, record: { key, value, headers, headerBytes, partition } }) => ({
    topic,
    message: {
      key,
      value,
      partition:
        partition ?? partitionFor(Buffer.from(partitionKey(key?.toString() ?? "")), counts.get(topic) ?? 1),
      ...(headers === undefined ? {} : { headers: { ...headers } }),
      ...(headerBytes === undefined ? {} : { headerBytes }),
    },
  }));

function sendBatchOf(batch: readonly Addressed[]) {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, message } of batch) {
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
  }
  return {
    acks: -1,
    compression: CompressionTypes.ZSTD,
    topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
  };
}

function unacknowledged(
  batch: readonly Addressed[],
  answers: readonly RecordMetadata[],
): readonly Addressed[] {
  const acknowledged = new Set(
    answers
      .filter((answer) => answer.errorCode === 0)
      .map((answer) => `${answer.topicName}/${answer.partition}`),
  );
  return batch.filter(({ topic, message }) => !acknowledged.has(`${topic}/${message.partition}`));
}

const NEVER_BETTER = new Set(["MESSAGE_TOO_LARGE", "INVALID_RECORD", "TOPIC_AUTHORIZATION_FAILED"]);

function isWorthRetrying(error: unknown): boolean {
  if (error instanceof kafkajs.KafkaJSProtocolError) return !NEVER_BETTER.has(error.type);
  return !(error instanceof TypeError || (error instanceof Failure && error.code !== "KAFKA_UNAVAILABLE"));
}
