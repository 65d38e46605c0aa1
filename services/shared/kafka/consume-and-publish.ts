import type { Failure } from "../domain/failure.ts";
import type { KafkaClient } from "./client.ts";
import type { DeadLetters } from "./dead-letter.ts";
import {
  type Consumer,
  createGroupConsumer,
  type PartitionBatch,
  type PartitionControls,
} from "./group-consumer.ts";
import { holdWhileDown } from "./hold.ts";
import { type Incoming, type Poison, type RawRecord, type Reading, readRecords } from "./incoming.ts";
import type { KafkaTelemetry } from "./kafka-telemetry.ts";
import type { OutgoingRecord, Publisher } from "./producer.ts";

/** What the records of one topic become. */
export type PublishRoute = {
  readonly topic: string;
  process(records: readonly RawRecord[]): Promise<{
    readonly poison: readonly Poison[];
    readonly outgoing: readonly OutgoingRecord[];
  }>;
};

/** A route of Avro records. `handle` must give the same records for the same input: a repeat is then harmless. */
export function publishRoute<T>(
  options: Reading<T> & {
    readonly handle: (records: readonly Incoming<T>[]) => Promise<readonly OutgoingRecord[]>;
  },
): PublishRoute {
  return {
    topic: options.topic,
    process: async (records) => {
      const { good, poison } = await readRecords(options, records);
      return { poison, outgoing: good.length === 0 ? [] : await options.handle(good) };
    },
  };
}

export type PublishingConsumerOptions = {
  readonly kafka: KafkaClient;
  readonly group: string;
  readonly routes: readonly PublishRoute[];
  readonly publisher: Publisher;
  readonly deadLetters: DeadLetters;
  readonly telemetry: KafkaTelemetry;
  readonly onCrash: (failure: Failure) => void;
};

const CHUNK_RECORDS = 500;

/**
 * Consumes topics into topics, each record at least once: the group's offset is committed after every output was
 * acknowledged. Output is deterministic and its keys are known, so that a repeat changes nothing downstream.
 */
export function consumeAndPublish(options: PublishingConsumerOptions): Consumer {
  const { telemetry } = options;
  const routes = new Map(options.routes.map((one) => [one.topic, one]));
  let controls: PartitionControls | null = null;

  const onBatch = async (batch: PartitionBatch): Promise<void> => {
    const one = routes.get(batch.topic);
    if (one === undefined) return;
    for (let start = 0; start < batch.records.length && batch.isRunning(); start += CHUNK_RECORDS) {
      const records = batch.records.slice(start, start + CHUNK_RECORDS);
      const last = records.at(-1)?.offset ?? 0;
      const startedAt = Date.now();
      const done = await holdWhileDown(
        { telemetry, keepWaiting: batch.isRunning, heartbeat: batch.heartbeat },
        () => processChunk(options, one, records),
      );
      if (done === null) return;
      batch.resolve(last);
      await controls?.commit(batch, last + 1);
      telemetry.chunkProcessed(batch.topic, records.length, (Date.now() - startedAt) / 1000);
      telemetry.lagSeen(batch, Math.max(0, batch.highWatermark - last - 1));
      await batch.heartbeat();
    }
  };

  return createGroupConsumer({
    client: options.kafka,
    group: options.group,
    topics: options.routes.map(({ topic }) => topic),
    telemetry,
    handlers: {
      onAssigned: (_, given) => {
        controls = given;
      },
      onBatch,
    },
    onCrash: options.onCrash,
  });
}

async function processChunk(
  options: PublishingConsumerOptions,
  one: PublishRoute,
  records: readonly RawRecord[],
): Promise<true> {
  const { poison, outgoing } = await one.process(records);
  await options.deadLetters.send(options.group, poison);
  await options.publisher.publish(outgoing);
  return true;
}
