import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { TOPICS } from "../../schemas/topics.ts";
import {
  type Consumer,
  createGroupConsumer,
  type Partition,
  type PartitionBatch,
  type PartitionControls,
} from "../../services/shared/kafka/group-consumer.ts";
import type { RawRecord } from "../../services/shared/kafka/incoming.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher, type WatchedPublisher } from "../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import type { World } from "./world.ts";

/** What stands behind the adapter: a client of Kafka that keeps the promises of test/integration/shared/kafka-contract/. */
type KafkaImplementation = {
  readonly name: string;
  readonly createConsumer: typeof createGroupConsumer;
  readonly createPublisher: typeof createPublisher;
};

/** Every one has to keep all of them. */
export const KAFKA_IMPLEMENTATIONS: readonly KafkaImplementation[] = [
  { name: "kafkajs", createConsumer: createGroupConsumer, createPublisher },
];

/** The topic that the contract is tried with. */
export const TOPIC = TOPICS.customerChanged.name;

const silent = () => createKafkaTelemetry(createTelemetry("test", "silent"), [TOPIC]);

/** A member of a group that notes what it is given; it ends with the test. */
export type Member = {
  readonly consumer: Consumer;
  /** Of each join, the partitions that it got. */
  readonly joins: (readonly number[])[];
  /** In the order in which they came. */
  readonly records: RawRecord[];
  readonly crashes: Error[];
  controls(): PartitionControls;
};

export async function startMember(
  t: Pick<TestContext, "after">,
  world: World,
  { createConsumer }: KafkaImplementation,
  options: {
    readonly group: string;
    readonly onAssigned?: (assigned: readonly Partition[], controls: PartitionControls) => void;
    /** In place of noting each record and calling it done. */
    readonly onBatch?: (batch: PartitionBatch, member: Member) => Promise<void>;
  },
): Promise<Member> {
  let controls: PartitionControls | null = null;
  const member: Member = {
    joins: [],
    records: [],
    crashes: [],
    consumer: createConsumer({
      client: world.kafka,
      group: options.group,
      topics: [TOPIC],
      telemetry: silent(),
      partitionsAtOnce: 2,
      onCrash: (failure) => member.crashes.push(failure),
      handlers: {
        onAssigned: (assigned, given) => {
          controls = given;
          member.joins.push(assigned.map(({ partition }) => partition).sort((a, b) => a - b));
          options.onAssigned?.(assigned, given);
        },
        onBatch: (batch) => (options.onBatch ?? takeAll)(batch, member),
      },
    }),
    controls: () => {
      assert.ok(controls);
      return controls;
    },
  };
  t.after(() => member.consumer.stop());
  await member.consumer.start();
  return member;
}

/** Notes each record and calls it done. */
export async function takeAll(batch: PartitionBatch, { joins, records }: Member): Promise<void> {
  assert.ok(joins.at(-1)?.includes(batch.partition), "what comes is of the assignment that was told");
  for (const record of batch.records) {
    if (!batch.isRunning()) return;
    // Bytes of a fetch do not outlive it.
    records.push({
      ...record,
      key: record.key && Buffer.from(record.key),
      value: record.value && Buffer.from(record.value),
    });
    batch.resolve(record.offset);
    await batch.heartbeat();
  }
}

/** A publisher of the world's topics; it ends with the test. */
export async function startPublisher(
  t: Pick<TestContext, "after">,
  world: World,
  implementation: KafkaImplementation,
): Promise<WatchedPublisher> {
  const publisher = await implementation.createPublisher(world.kafka, silent());
  t.after(() => publisher.close());
  return publisher;
}

/** Records whose values are their numbers, of a tenant whose partition is this one. */
export const numbered = (partition: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    topic: TOPIC,
    key: `p${partition}/${from + index}`,
    value: Buffer.from(`value number ${from + index}`),
    partition,
  }));

/** Numbers of the values of a partition, in the order of its offsets. */
export const numbersIn = (records: readonly RawRecord[], partition: number): readonly number[] =>
  records
    .filter((one) => one.partition === partition)
    .map(({ value }) => Number(value?.toString().split(" ").at(-1)));
