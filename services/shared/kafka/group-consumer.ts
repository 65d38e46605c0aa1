import kafkajs, {
  type ConsumerCrashEvent,
  type ConsumerGroupJoinEvent,
  type EachBatchPayload,
  type Consumer as KafkaConsumer,
} from "kafkajs";
import { describeError, Failure } from "../domain/failure.ts";
import type { KafkaClient } from "./client.ts";
import { type RawRecord, rawRecord } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";

/** A consumer as a service sees it. */
export type Consumer = {
  /** Resolves when the consumer has been started; it joins its group by itself. */
  start(): Promise<void>;
  /** Finishes the chunk at hand, leaves the group and disconnects. Idempotent. */
  stop(): Promise<void>;
  /** Whether it has joined its group. */
  isReady(): boolean;
  /** Whether it makes progress or rightly waits: false when no heartbeat went through for 5 minutes. */
  isAlive(): boolean;
};

export type Partition = { readonly topic: string; readonly partition: number };

/** Records of one partition, in order, with what is needed to move on. */
export type PartitionBatch = Partition & {
  readonly records: readonly RawRecord[];
  /** Offset after the last record of the partition, when it was fetched. */
  readonly highWatermark: number;
  /** False once the consumer is stopping: finish the chunk at hand and return. */
  isRunning(): boolean;
  /** Tells the group that we live. Throws when the group rebalances: let it pass, the batch comes again. */
  heartbeat(): Promise<void>;
  /** Everything up to and including this offset is done. */
  resolve(offset: number): void;
};

export type GroupHandlers = {
  /** Called synchronously at each join, before the first fetch of the new assignment. */
  onAssigned(assigned: readonly Partition[], controls: PartitionControls): void;
  /** May throw only what `heartbeat` threw. */
  onBatch(batch: PartitionBatch): Promise<void>;
};

export type PartitionControls = {
  pause(partitions: readonly Partition[]): void;
  resume(partitions: readonly Partition[]): void;
  seek(partition: Partition, offset: number): void;
  commit(partition: Partition, offset: number): Promise<void>;
};

/** Heartbeats in one session time-out. */
const HEARTBEATS = 10;
/** Longer than an outage of Kafka that heals by itself: restarting a process that rightly waits helps nobody. */
const SILENCE_MS = 300_000;

/**
 * The kafkajs consumer with the settings that its faults ask for. `onCrash` is called when it ended and will not come
 * back by itself: end the process.
 */
export function createGroupConsumer(options: {
  readonly client: KafkaClient;
  readonly group: string;
  readonly topics: readonly string[];
  readonly telemetry: KafkaTelemetry;
  readonly handlers: GroupHandlers;
  readonly onCrash: (failure: Failure) => void;
}): Consumer {
  const { client, telemetry, handlers } = options;
  const prefix = client.topicPrefix;
  const consumer = client.kafka.consumer({
    groupId: prefix + options.group,
    sessionTimeout: client.sessionTimeoutMs,
    heartbeatInterval: Math.min(1_000, Math.floor(client.sessionTimeoutMs / HEARTBEATS)),
    rebalanceTimeout: 60_000,
    // Small chunks die young in the heap; a paused consumer sleeps maxWaitTime before it looks again.
    maxBytesPerPartition: 256 * 1024,
    maxWaitTimeInMs: 250,
    minBytes: 1,
    allowAutoTopicCreation: false,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
  const controls = controlsOf(consumer, prefix);
  let joined = false;
  let stopped = false;
  let lastSignOfLife = Date.now();

  consumer.on(consumer.events.GROUP_JOIN, (event: ConsumerGroupJoinEvent) => {
    joined = true;
    lastSignOfLife = Date.now();
    const assigned = assignedPartitions(event.payload.memberAssignment, prefix);
    telemetry.groupJoined(options.group, assigned.length);
    handlers.onAssigned(assigned, controls);
  });
  consumer.on(consumer.events.HEARTBEAT, () => {
    lastSignOfLife = Date.now();
  });
  consumer.on(consumer.events.CRASH, (event: ConsumerCrashEvent) => {
    joined = false;
    telemetry.consumerCrashed(describeError(event.payload.error));
    if (event.payload.restart || stopped) return;
    options.onCrash(endedBy(event.payload.error));
  });

  return {
    start: async () => {
      await consumer.connect();
      await consumer.subscribe({
        topics: options.topics.map((topic) => prefix + topic),
        fromBeginning: true,
      });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => {
          try {
            await handlers.onBatch(partitionBatch(payload, prefix));
          } catch (error) {
            // kafkajs's own errors steer it (rebalance, lost member). Any other would make it retry without heartbeats
            // and then die quietly: end the process at once instead; nothing of the batch was resolved.
            if (error instanceof kafkajs.KafkaJSError) throw error;
            options.onCrash(endedBy(error));
          }
        },
      });
    },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await consumer.disconnect();
    },
    isReady: () => joined,
    isAlive: () => Date.now() - lastSignOfLife < SILENCE_MS,
  };
}

const endedBy = (error: unknown): Failure =>
  new Failure("CONSUMER_CRASHED", "The Kafka consumer ended for good; the process must start again.", error);

function partitionBatch(payload: EachBatchPayload, prefix: string): PartitionBatch {
  const { batch } = payload;
  const topic = batch.topic.slice(prefix.length);
  return {
    topic,
    partition: batch.partition,
    records: batch.messages.map((message) => rawRecord(topic, batch.partition, message)),
    highWatermark: Number(batch.highWatermark),
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
    commit: ({ topic, partition }, offset) =>
      consumer.commitOffsets([{ topic: prefix + topic, partition, offset: String(offset) }]),
  };
}
