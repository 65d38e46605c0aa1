import kafkajs, {
  type ConsumerCrashEvent,
  type ConsumerGroupJoinEvent,
  type EachBatchPayload,
  type Consumer as KafkaConsumer,
} from "kafkajs";
import { pause } from "../clock.ts";
import { type Backoff, backoffMs } from "../domain/backoff.ts";
import { describeError, Failure } from "../domain/failure.ts";
import { accessRefusal } from "./access/refusal.ts";
import type { KafkaClient } from "./client.ts";
import { isConsumerOutage } from "./consumer-outage.ts";
import { outageOf } from "./hold.ts";
import { type RawRecord, rawRecord } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";

/** A consumer as a service sees it. */
export type Consumer = {
  /** Resolves when the consumer has been started; it joins its group by itself. */
  start(): Promise<void>;
  /** Finishes the chunk at hand, leaves the group and disconnects. Idempotent. */
  stop(): Promise<void>;
  /** Whether it has joined its group, and the group has heard of it within its session. */
  isReady(): boolean;
  /** Whether it makes progress or rightly waits: false when no heartbeat went through for 5 minutes. */
  isAlive(): boolean;
};

export type Partition = { readonly topic: string; readonly partition: number };

/** Records of one partition, in order, with what is needed to move on. */
export type PartitionBatch = Partition & {
  readonly records: readonly RawRecord[];
  /** False once the consumer is stopping: finish the chunk at hand and return. */
  isRunning(): boolean;
  /** Tells the group that we live. Throws when the group rebalances: let it pass, the batch comes again. */
  heartbeat(): Promise<void>;
  /** Everything up to and including this offset is done. */
  resolve(offset: number): void;
};

type GroupHandlers = {
  /** Called synchronously at each join, before the first fetch of the new assignment. */
  onAssigned(assigned: readonly Partition[], controls: PartitionControls): void;
  /** May throw only what `heartbeat` threw. */
  onBatch(batch: PartitionBatch): Promise<void>;
};

export type PartitionControls = {
  pause(partitions: readonly Partition[]): void;
  resume(partitions: readonly Partition[]): void;
  seek(partition: Partition, offset: number): void;
  /** @param note kept with the offsets */
  commit(positions: readonly (Partition & { readonly nextOffset: number })[], note?: string): Promise<void>;
};

/** Heartbeats in one session time-out. */
const HEARTBEATS = 10;
/** Longer than an outage of Kafka that heals by itself: restarting a process that rightly waits helps nobody. */
const SILENCE_MS = 300_000;

/** New partitions of a topic are found within so long. */
const METADATA_AGE_MS = 10_000;

const RELAUNCH: Backoff = { firstMs: 500, longestMs: 5_000 };

type GroupConsumerOptions = {
  readonly client: KafkaClient;
  readonly group: string;
  readonly topics: readonly string[];
  readonly telemetry: KafkaTelemetry;
  readonly handlers: GroupHandlers;
  readonly onCrash: (failure: Failure) => void;
  /** Partitions whose batches are handled at the same time, each by itself in order. */
  readonly partitionsAtOnce: number;
  /** Packed bytes of one fetch; few unless told, so that records die young in the heap. */
  readonly fetchBytes?: FetchBytes | undefined;
};

export type FetchBytes = { readonly ofPartition: number; readonly inAll: number };

/**
 * The kafkajs consumer with the settings that its faults ask for. One that ends because Kafka is away is made anew until
 * Kafka is back: kafkajs itself gives up when it finds no group coordinator. `onCrash` is called when it ended for
 * another reason: end the process.
 */
export function createGroupConsumer(options: GroupConsumerOptions): Consumer {
  const { client, telemetry } = options;
  const stopping = new AbortController();
  let current: KafkaConsumer | null = null;
  let launching: Promise<void> = Promise.resolve();
  let joined = false;
  let lastSignOfLife = Date.now();

  const signOfLife = (): void => {
    lastSignOfLife = Date.now();
  };

  /** Makes a consumer and runs it; while Kafka is away, again and again. */
  const launch = async (): Promise<void> => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      const consumer = newConsumer(options);
      current = consumer;
      listen(consumer);
      try {
        return await run(consumer, options);
      } catch (error) {
        if (!isConsumerOutage(error)) throw error;
        telemetry.batchHeld("kafka", describeError(error));
        await consumer.disconnect();
        await pause(backoffMs(RELAUNCH, failures, Math.random()), stopping.signal);
      }
    }
  };

  const listen = (consumer: KafkaConsumer): void => {
    const controls = controlsOf(consumer, client.topicPrefix);
    consumer.on(consumer.events.GROUP_JOIN, (event: ConsumerGroupJoinEvent) => {
      joined = true;
      signOfLife();
      const assigned = assignedPartitions(event.payload.memberAssignment, client.topicPrefix);
      telemetry.groupJoined(options.group, assigned.length);
      options.handlers.onAssigned(assigned, controls);
    });
    consumer.on(consumer.events.HEARTBEAT, signOfLife);
    consumer.on(consumer.events.CRASH, (event: ConsumerCrashEvent) => {
      joined = false;
      const { error, restart } = event.payload;
      if (isConsumerOutage(error)) telemetry.batchHeld("kafka", describeError(error));
      else telemetry.consumerCrashed(describeError(error));
      if (restart || stopping.signal.aborted || consumer !== current) return;
      if (isConsumerOutage(error)) relaunch();
      else options.onCrash(endedBy(error));
    });
  };

  const relaunch = (): void => {
    launching = pause(RELAUNCH.firstMs, stopping.signal)
      .then(launch)
      .catch((error: unknown) => options.onCrash(endedBy(error)));
  };

  return {
    start: launch,
    stop: async () => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await launching;
      await current?.disconnect();
    },
    isReady: () => joined && Date.now() - lastSignOfLife < client.sessionTimeoutMs,
    isAlive: () => Date.now() - lastSignOfLife < SILENCE_MS,
  };
}

const FETCH_BYTES: FetchBytes = { ofPartition: 256 * 1024, inAll: 3 * 1024 * 1024 };

function newConsumer({ client, group, fetchBytes = FETCH_BYTES }: GroupConsumerOptions): KafkaConsumer {
  return client.kafka.consumer({
    groupId: client.topicPrefix + group,
    sessionTimeout: client.sessionTimeoutMs,
    heartbeatInterval: Math.min(1_000, Math.floor(client.sessionTimeoutMs / HEARTBEATS)),
    rebalanceTimeout: 60_000,
    metadataMaxAge: METADATA_AGE_MS,
    maxBytesPerPartition: fetchBytes.ofPartition,
    maxBytes: fetchBytes.inAll,
    // A paused consumer sleeps so long before it looks again.
    maxWaitTimeInMs: 250,
    minBytes: 1,
    allowAutoTopicCreation: false,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
}

async function run(consumer: KafkaConsumer, options: GroupConsumerOptions): Promise<void> {
  const { topicPrefix } = options.client;
  await consumer.connect();
  await consumer.subscribe({
    topics: options.topics.map((topic) => topicPrefix + topic),
    fromBeginning: true,
  });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: options.partitionsAtOnce,
    eachBatch: async (payload) => {
      try {
        await options.handlers.onBatch(partitionBatch(payload, topicPrefix));
      } catch (error) {
        // kafkajs's own errors steer it (rebalance, lost member). Any other would make it retry without heartbeats and
        // then die quietly: end the process at once instead; nothing of the batch was resolved.
        if (error instanceof kafkajs.KafkaJSError) throw error;
        // A heartbeat may need a new login, which fails in our own words while no token can be had: an outage, told in its words.
        if (outageOf(error) === "kafka") throw new kafkajs.KafkaJSConnectionError(describeError(error));
        options.onCrash(endedBy(error));
      }
    },
  });
}

const endedBy = (error: unknown): Failure =>
  accessRefusal(error) ??
  new Failure("CONSUMER_CRASHED", "The Kafka consumer ended for good; the process must start again.", error);

function partitionBatch(payload: EachBatchPayload, prefix: string): PartitionBatch {
  const { batch } = payload;
  const topic = batch.topic.slice(prefix.length);
  return {
    topic,
    partition: batch.partition,
    records: batch.messages.map((message) => rawRecord(topic, batch.partition, message)),
    isRunning: () => payload.isRunning() && !payload.isStale(),
    heartbeat: () => payload.heartbeat(),
    resolve: (offset) => payload.resolveOffset(String(offset)),
  };
}

function assignedPartitions(assignment: Readonly<Record<string, number[]>>, prefix: string): Partition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic: topic.slice(prefix.length), partition })),
  );
}

function controlsOf(consumer: KafkaConsumer, prefix: string): PartitionControls {
  const named = (partitions: readonly Partition[]) =>
    partitions.map(({ topic, partition }) => ({ topic: prefix + topic, partitions: [partition] }));
  return {
    pause: (partitions) => consumer.pause(named(partitions)),
    resume: (partitions) => consumer.resume(named(partitions)),
    seek: ({ topic, partition }, offset) =>
      consumer.seek({ topic: prefix + topic, partition, offset: String(offset) }),
    commit: (positions, note = "") =>
      consumer.commitOffsets(
        positions.map(({ topic, partition, nextOffset }) => ({
          topic: prefix + topic,
          partition,
          offset: String(nextOffset),
          metadata: note,
        })),
      ),
  };
}
