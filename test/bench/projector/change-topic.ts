import { pipelineConfig } from "../../../infra/local/stack/pipeline-config.ts";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { createAvro } from "../../../services/shared/avro.ts";
import { createKafka, withAdmin } from "../../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher, type OutgoingRecord } from "../../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { customerChanged } from "../../support/records.ts";

/** A stretch of the topic of customer changes: offsets by partition. */
export type Stretch = {
  readonly from: readonly number[];
  /** Exclusive. */
  readonly to: readonly number[];
  readonly records: number;
};

/** The topic that is measured, and what is put on it. */
export type ChangeTopic = {
  /** Publishes records and says where they stand. @param recordOf record of an index, from 0 */
  publish(count: number, recordOf: (index: number) => OutgoingRecord): Promise<Stretch>;
  /** Publishes records; acknowledged when this resolves. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** A change of a customer as a record. */
  change(change: CustomerChanged): OutgoingRecord;
  close(): Promise<void>;
};

const TENANTS = 100;
const AT_ONCE = 10_000;
export const TOPIC = TOPICS.customerChanged.name;

export async function createChangeTopic(stack: Parameters<typeof pipelineConfig>[0]): Promise<ChangeTopic> {
  const telemetry = createTelemetry("bench", "silent");
  const config = pipelineConfig(stack);
  const kafka = createKafka({ config, clientId: "bench", log: telemetry.log });
  const avro = createAvro({ config, now: Date.now });
  const publisher = await createPublisher(kafka, createKafkaTelemetry(telemetry, []));
  const encoder = await avro.encoder<CustomerChanged>(TOPIC, TOPICS.customerChanged.schema);
  const ends = async (): Promise<readonly number[]> => {
    const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(kafka.topicPrefix + TOPIC));
    return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high));
  };
  return {
    change: (change) => ({
      topic: TOPIC,
      key: `${change.tenantId}/${change.customerId}`,
      value: encoder.encode(change),
    }),
    publish: async (count, recordOf) => {
      const from = await ends();
      for (let made = 0; made < count; made += AT_ONCE) {
        const next = Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, index) =>
          recordOf(made + index),
        );
        await publisher.publish(next);
      }
      return { from, to: await ends(), records: count };
    },
    send: (records) => publisher.publish(records),
    close: () => publisher.close(),
  };
}

/** Tenant and customer of a key's number; neighbours in number are of different tenants. */
const namesOf = (key: number): readonly [string, string] => [
  `tenant-${String(key % TENANTS).padStart(4, "0")}`,
  String(100_000 + Math.floor(key / TENANTS)),
];

/** The customer of a key's number, of about 200 bytes. @param revision version of the change */
export function customerOf(key: number, revision: number): CustomerChanged {
  const [tenantId, customerId] = namesOf(key);
  const n = (key * 7_919 + revision) % 100_000;
  return customerChanged(tenantId, customerId, {
    revision,
    observedAt: Date.now(),
    name: `Installatiebedrijf De Linde ${n}`,
    shortName: `LINDE ${n}`,
    contactPerson: `Mevr. J. de Vries-${n % 97}`,
    street1: `Hoofdstraat ${n % 400}`,
    zipCode: `${1_000 + (n % 8_999)} AB`,
    city: "'s-Hertogenbosch",
    telephone: `073-${6_100_000 + n}`,
    email: `administratie${n}@example.nl`,
  });
}

/** Scatters 0 to `count` - 1 over themselves: each number once. @param count not a multiple of the factor */
export const scattered = (index: number, count: number): number => (index * 7_368_787) % count;

/** Customers that are updated where a load is steady. */
export const KNOWN_CUSTOMERS = 50_000;

/** Keys of updates: a fifth of them on one hot key in a hundred. */
export function updatedKey(index: number, keys: number): number {
  const drawn = (index * 2_654_435_761) % 4_294_967_296;
  return index % 5 === 0 ? drawn % Math.max(1, Math.floor(keys / 100)) : drawn % keys;
}
