import { createRequire } from "node:module";
import type { KafkaMessage } from "kafkajs";
import type { KafkaClient } from "./client.ts";

/**
 * Requests that kafkajs does not have, over its own connections and logins. Its classes have no types; these are the
 * parts that we use.
 */
export type Encoder = {
  writeInt8(value: number): Encoder;
  writeString(text: string | null): Encoder;
  writeArray(items: readonly Encoder[]): Encoder;
  writeUVarIntBytes(bytes?: Buffer): Encoder;
  writeUVarIntArray(items: readonly Encoder[]): Encoder;
  writeUVarIntString(text: string): Encoder;
  writeBuffer(bytes: Buffer): Encoder;
  writeBoolean(value: boolean): Encoder;
};
export type Decoder = {
  readTaggedFields(): unknown;
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readBoolean(): boolean;
  readBytes(length: number): Buffer;
  readString(): string | null;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[];
};
export type Broker = {
  /** By api key. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  readonly connectionPool: { send<T>(protocolRequest: object): Promise<T> };
  listOffsets(question: {
    readonly isolationLevel: number;
    readonly topics: readonly { readonly topic: string; readonly partitions: readonly TimeOfPartition[] }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
  fetch(question: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly highWatermark: string; readonly messages: KafkaMessage[] }[];
    }[];
  }>;
};
type TimeOfPartition = { readonly partition: number; readonly timestamp: number };
export type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  /** By node id. */
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  findBroker(node: { readonly nodeId: string }): Promise<Broker>;
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
};

const load = createRequire(import.meta.url);
const EncoderClass = load("kafkajs/src/protocol/encoder") as new () => Encoder;
const DecoderClass = load("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;

export const encoder = (): Encoder => new EncoderClass();

/** A request with its answer, as kafkajs sends them. */
export const rawRequest = <T>(options: {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly body: Encoder;
  readonly decode: (decoder: Decoder) => T;
}) => ({
  request: {
    apiKey: options.apiKey,
    apiVersion: options.apiVersion,
    apiName: options.apiName,
    encode: async () => options.body,
  },
  response: {
    decode: async (bytes: Buffer) => options.decode(new DecoderClass(bytes)),
    parse: async (answer: T) => answer,
  },
});

/** Does `work` with any broker of the cluster; its connection is closed afterwards. @throws what kafkajs throws */
export const withBroker = <T>(client: KafkaClient, work: (broker: Broker) => Promise<T>): Promise<T> =>
  withCluster(client, async (cluster) => work(await cluster.brokerPool.findConnectedBroker()));

/** Does `work` with a cluster, whose connections are closed afterwards. @throws what kafkajs throws */
export async function withCluster<T>(
  client: KafkaClient,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = newCluster(client);
  try {
    await cluster.connect();
    return await work(cluster);
  } finally {
    await cluster.disconnect();
  }
}

/** As kafkajs makes it for its own clients, with their addresses and sockets. */
function newCluster({ kafka }: KafkaClient): Cluster {
  const maker = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  if (maker === undefined) throw new Error("kafkajs makes its clusters elsewhere; was it updated?");
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[maker];
  if (make === undefined) throw new Error("kafkajs makes no clusters");
  return make({ allowAutoTopicCreation: false });
}
