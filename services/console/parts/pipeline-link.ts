import type { MessageLogged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { type Avro, createAvro } from "../../shared/avro.ts";
import { systemClock } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import { createKafka, type KafkaClient, partitionCounts } from "../../shared/kafka/client.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import { createKafkaTelemetry } from "../../shared/kafka/kafka-telemetry.ts";
import { createPublisher, type Publisher } from "../../shared/kafka/producer.ts";
import { createMessageLog, type MessageLog } from "../../shared/messages.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { Config } from "../config.ts";
import { SERVICE } from "./domain/service-name.ts";

/**
 * The console's way to Kafka. It is made when it is first needed and again after it failed: the pages live on Postgres
 * and stay up, and explain, while Kafka is down.
 */
export type PipelineLink = {
  readonly kafka: KafkaClient;
  readonly avro: Avro;
  /** @throws Failure KAFKA_UNAVAILABLE */
  publisher(): Promise<Publisher>;
  /** @throws Failure KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE */
  messages(): Promise<MessageLog>;
  /** Whether Kafka answered when it was last asked. */
  isUp(): boolean;
  /** Asks Kafka anew, so that `isUp` is true to now. */
  look(): Promise<void>;
  close(): Promise<void>;
};

export function createPipelineLink(
  config: Pick<Config, "KAFKA_BROKERS" | "KAFKA_TOPIC_PREFIX" | "SCHEMA_REGISTRY_URL">,
  allTelemetry: Telemetry,
): PipelineLink {
  const topicPrefix = config.KAFKA_TOPIC_PREFIX;
  const kafka = createKafka({
    brokers: config.KAFKA_BROKERS,
    clientId: SERVICE,
    topicPrefix,
    log: allTelemetry.log,
  });
  const avro = createAvro({ registryUrl: config.SCHEMA_REGISTRY_URL, topicPrefix, now: systemClock });
  const telemetry = createKafkaTelemetry(allTelemetry, []);
  let isUp = true;
  let publishing: Promise<Publisher> | null = null;

  const noting = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      isUp = true;
      return result;
    } catch (error) {
      const waitsFor = outageOf(error);
      if (waitsFor === "kafka" || waitsFor === "registry") isUp = false;
      throw error;
    }
  };
  const publisher = (): Promise<Publisher> => {
    publishing ??= createPublisher(kafka, telemetry).catch((error: unknown) => {
      publishing = null;
      throw error;
    });
    return noting(publishing);
  };
  return {
    kafka,
    avro,
    publisher,
    messages: async () => {
      const { name, schema } = TOPICS.messageLogged;
      const encoder = await noting(avro.encoder<MessageLogged>(name, schema));
      return createMessageLog(await publisher(), encoder);
    },
    isUp: () => isUp,
    look: async () => {
      try {
        await noting(partitionCounts(kafka, [kafka.topicPrefix + TOPICS.messageLogged.name]));
      } catch (error) {
        const waitsFor = outageOf(error);
        if (waitsFor === null) throw error;
        telemetry.batchHeld(waitsFor, describeError(error));
      }
    },
    close: async () => {
      await (await publishing?.catch(() => null))?.close();
    },
  };
}
