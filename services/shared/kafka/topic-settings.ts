import kafkajs from "kafkajs";
import { type KafkaClient, withAdmin } from "./client.ts";
import { type Decoder, encoder, rawRequest, withBroker } from "./raw-request.ts";

/** Settings of topics by their full names. */
export type TopicSettings = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What a broker said to the changes of one topic: null when they are made, else its error's name, such as TOPIC_AUTHORIZATION_FAILED. */
export type ChangeAnswer = { readonly topic: string; readonly error: string | null };

/** All settings of topics as they are, defaults included. @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED */
export async function readTopicSettings(
  client: KafkaClient,
  topics: readonly string[],
): Promise<TopicSettings> {
  const { resources } = await withAdmin(client, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
    }),
  );
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

const INCREMENTAL_ALTER_CONFIGS = 44;
const TOPIC = kafkajs.ConfigResourceTypes.TOPIC;
/** Of the operations on a setting: the value replaces what is there. */
const SET = 0;

/**
 * Changes these settings and no other. kafkajs has only the older call, which sets every setting that it does not name
 * back to its default (case O37). @throws what kafkajs throws
 */
export const changeTopicSettings = (
  client: KafkaClient,
  changes: TopicSettings,
): Promise<readonly ChangeAnswer[]> =>
  withBroker(client, (broker) => broker.connectionPool.send<readonly ChangeAnswer[]>(changesOf(changes)));

const changesOf = (changes: TopicSettings) =>
  rawRequest({
    apiKey: INCREMENTAL_ALTER_CONFIGS,
    apiVersion: 0,
    apiName: "IncrementalAlterConfigs",
    body: encoder()
      .writeArray(
        [...changes].map(([topic, settings]) =>
          encoder()
            .writeInt8(TOPIC)
            .writeString(topic)
            .writeArray(
              Object.entries(settings).map(([name, value]) =>
                encoder().writeString(name).writeInt8(SET).writeString(value),
              ),
            ),
        ),
      )
      .writeBoolean(false),
    decode: (decoder) => {
      decoder.readInt32();
      return decoder.readArray(answerIn);
    },
  });

function answerIn(decoder: Decoder): ChangeAnswer {
  const code = decoder.readInt16();
  const message = decoder.readString();
  decoder.readInt8();
  return {
    topic: decoder.readString() ?? "",
    error: code === 0 ? null : (NAMES[code] ?? message ?? String(code)),
  };
}

/** Kafka protocol guide, "Error codes". */
const NAMES: Readonly<Record<number, string>> = {
  29: "TOPIC_AUTHORIZATION_FAILED",
  31: "CLUSTER_AUTHORIZATION_FAILED",
  40: "INVALID_CONFIG",
  44: "POLICY_VIOLATION",
};
