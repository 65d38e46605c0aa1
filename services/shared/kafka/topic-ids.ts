import { createRequire } from "node:module";
import { type KafkaClient, kafkaFailure } from "./client.ts";

/**
 * Ids of topics, by which one that was made anew under its old name is told from the old one (case O31). kafkajs speaks
 * Metadata up to version 6, which has none: this is version 12 over its own connections. Its classes have no types
 * here.
 */
type Encoder = {
  writeUVarIntBytes(bytes?: Buffer): Encoder;
  writeUVarIntArray(items: readonly Encoder[]): Encoder;
  writeUVarIntString(text: string): Encoder;
  writeBuffer(bytes: Buffer): Encoder;
  writeBoolean(value: boolean): Encoder;
};
type Decoder = {
  readTaggedFields(): unknown;
  readInt16(): number;
  readInt32(): number;
  readBoolean(): boolean;
  readBytes(length: number): Buffer;
  readUVarIntString(): string | null;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[];
};
type Broker = {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  readonly connectionPool: { send<T>(protocolRequest: object): Promise<T> };
};
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
};

const METADATA = 3;
const WITH_IDS = 12;
const NO_ID = Buffer.alloc(16);

const load = createRequire(import.meta.url);
const EncoderClass = load("kafkajs/src/protocol/encoder") as new () => Encoder;
const DecoderClass = load("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;

/**
 * The ids of topics (names without prefix), in hex; a topic that is not there has none, and with brokers older than 3.0
 * none has. @throws Failure KAFKA_UNAVAILABLE
 */
export async function topicIds(
  client: KafkaClient,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const cluster = newCluster(client);
  try {
    await cluster.connect();
    const broker = await cluster.brokerPool.findConnectedBroker();
    if ((broker.versions[METADATA]?.maxVersion ?? 0) < WITH_IDS) return new Map();
    const found = await broker.connectionPool.send<readonly Found[]>(
      metadataOf(topics.map((topic) => client.topicPrefix + topic)),
    );
    return new Map(
      found.flatMap(({ name, id }) => (id === null ? [] : [[name.slice(client.topicPrefix.length), id]])),
    );
  } catch (error) {
    throw kafkaFailure(error, "Kafka gave no topic ids");
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

type Found = { readonly name: string; readonly id: string | null };

const metadataOf = (names: readonly string[]) => ({
  request: {
    apiKey: METADATA,
    apiVersion: WITH_IDS,
    apiName: "Metadata",
    // The first empty bytes end the head of the request: no tagged fields.
    encode: async () =>
      new EncoderClass()
        .writeUVarIntBytes()
        .writeUVarIntArray(
          names.map((name) =>
            new EncoderClass().writeBuffer(NO_ID).writeUVarIntString(name).writeUVarIntBytes(),
          ),
        )
        .writeBoolean(false)
        .writeBoolean(false)
        .writeUVarIntBytes(),
  },
  response: {
    decode: async (bytes: Buffer) => topicsIn(new DecoderClass(bytes)),
    parse: async (topics: readonly Found[]) => topics,
  },
});

function topicsIn(decoder: Decoder): readonly Found[] {
  decoder.readTaggedFields();
  decoder.readInt32();
  decoder.readUVarIntArray((broker) => {
    broker.readInt32();
    broker.readUVarIntString();
    broker.readInt32();
    broker.readUVarIntString();
    broker.readTaggedFields();
  });
  decoder.readUVarIntString();
  decoder.readInt32();
  return decoder.readUVarIntArray(topicIn);
}

function topicIn(decoder: Decoder): Found {
  const isThere = decoder.readInt16() === 0;
  const name = decoder.readUVarIntString() ?? "";
  const id = decoder.readBytes(NO_ID.length);
  decoder.readBoolean();
  decoder.readUVarIntArray((partition) => {
    partition.readInt16();
    for (let numbers = 0; numbers < 3; numbers += 1) partition.readInt32();
    for (let lists = 0; lists < 3; lists += 1) partition.readUVarIntArray((list) => list.readInt32());
    partition.readTaggedFields();
  });
  decoder.readInt32();
  decoder.readTaggedFields();
  return { name, id: isThere && !id.equals(NO_ID) ? id.toString("hex") : null };
}
