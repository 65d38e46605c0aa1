import type { MessageLogged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { type Avro, createAvro } from "../../shared/avro.ts";
import { systemClock } from "../../shared/clock.ts";
import { describeError } from "../../shared/domain/failure.ts";
import {
  createKafka,
  type KafkaClient,
  type KafkaConfig,
  partitionCounts,
} from "../../shared/kafka/client.ts";
import { enterKafka } from "../../shared/kafka/enter.ts";
import { isRefusal, outageOf } from "../../shared/kafka/hold.ts";
import { createKafkaTelemetry } from "../../shared/kafka/kafka-telemetry.ts";
import { createPublisher, type Publisher } from "../../shared/kafka/producer.ts";
import { createMessageLog, type MessageLog } from "../../shared/messages.ts";
import type { Pool } from "../../shared/postgres.ts";
import { enterPostgres } from "../../shared/postgres-access.ts";
import type { RegistryConfig } from "../../shared/registry-access.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
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
  /**
   * Asks Postgres, Kafka and the registry once whether they let us in. One that is away is no reason not to start: pages
   * are shown meanwhile. @throws Failure POSTGRES_ACCESS_REFUSED, KAFKA_ACCESS_REFUSED, REGISTRY_ACCESS_REFUSED
   */
  enter(pool: Pool): Promise<void>;
  /** Whether Kafka answered when it was last asked. */
  isUp(): boolean;
  /** Asks Kafka anew, so that `isUp` is true to now. */
  look(): Promise<void>;
  /** Whether calls of Unit4 failed at many tenants at once when it was last noted. */
  isUnit4Down(): boolean;
  noteUnit4(isDown: boolean): void;
  close(): Promise<void>;
};

export function createPipelineLink(
  config: KafkaConfig & RegistryConfig,
  allTelemetry: Telemetry,
): PipelineLink {
  const kafka = createKafka({ config, clientId: SERVICE, log: allTelemetry.log });
  const avro = createAvro({ config, now: systemClock });
  const telemetry = createKafkaTelemetry(allTelemetry, []);
  let isUp = true;
  let isUnit4Down = false;
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
    enter: async (pool) => {
      const { name, schema } = TOPICS.messageLogged;
      const asked = [enterPostgres(pool), enterKafka(kafka, config), avro.encoder(name, schema)];
      for (const { reason } of (await Promise.allSettled(asked)).filter((one) => one.status === "rejected"))
        if (isRefusal(reason)) throw reason;
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
    isUnit4Down: () => isUnit4Down,
    noteUnit4: (isDown) => {
      isUnit4Down = isDown;
    },
    close: async () => {
      await (await publishing?.catch(() => null))?.close();
    },
  };
}
