import { type KafkaClient, kafkaFailure } from "./client.ts";
import { type Decoder, encoder, rawRequest, withBroker } from "./raw-request.ts";

const METADATA = 3;
const WITH_IDS = 12;
const NO_ID = Buffer.alloc(16);

/**
 * The ids of topics (names without prefix), in hex, by which one that was made anew under its old name is told from the
 * old one (case O31); a topic that is not there has none, and with brokers older than 3.0 none has. kafkajs speaks
 * Metadata up to version 6, which has none: this is version 12.
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED
 */
export async function topicIds(
  client: KafkaClient,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await withBroker(client, async (broker) => {
      if ((broker.versions[METADATA]?.maxVersion ?? 0) < WITH_IDS) return new Map();
      const found = await broker.connectionPool.send<readonly Found[]>(
        metadataOf(topics.map((topic) => client.topicPrefix + topic)),
      );
      return new Map(
        found.flatMap(({ name, id }) => (id === null ? [] : [[name.slice(client.topicPrefix.length), id]])),
      );
    });
  } catch (error) {
    throw kafkaFailure(error, "Kafka gave no topic ids");
  }
}

type Found = { readonly name: string; readonly id: string | null };

const metadataOf = (names: readonly string[]) =>
  rawRequest({
    apiKey: METADATA,
    apiVersion: WITH_IDS,
    apiName: "Metadata",
    // The first empty bytes end the head of the request: no tagged fields.
    body: encoder()
      .writeUVarIntBytes()
      .writeUVarIntArray(
        names.map((name) => encoder().writeBuffer(NO_ID).writeUVarIntString(name).writeUVarIntBytes()),
      )
      .writeBoolean(false)
      .writeBoolean(false)
      .writeUVarIntBytes(),
    decode: topicsIn,
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
