import type { MessageLogged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { type Avro, createAvro, type RecordEncoder } from "./avro.ts";
import { systemClock } from "./clock.ts";
import type { Failure } from "./domain/failure.ts";
import { createKafka, type KafkaClient, type KafkaConfig, partitionCounts } from "./kafka/client.ts";
import { createDeadLetters, type DeadLetters } from "./kafka/dead-letter.ts";
import { enterKafka } from "./kafka/enter.ts";
import { untilUp } from "./kafka/hold.ts";
import { createKafkaTelemetry, type KafkaTelemetry } from "./kafka/kafka-telemetry.ts";
import { createPublisher, type Publisher } from "./kafka/producer.ts";
import { createMessageLog, type MessageLog } from "./messages.ts";
import { createPool, isPostgresUp, type Pool } from "./postgres.ts";
import { enterPostgres } from "./postgres-access.ts";
import { createPresence } from "./presence.ts";
import type { RegistryConfig } from "./registry-access.ts";
import type { Part } from "./service.ts";
import type { Telemetry } from "./telemetry.ts";
import { watchCertificates } from "./watch/certificates.ts";
import { dependencyMoments, watchDependencies } from "./watch/dependencies.ts";
import { watchPools } from "./watch/postgres-telemetry.ts";

/** What every service stands on. */
export type Pipeline = {
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly kafkaTelemetry: KafkaTelemetry;
  readonly avro: Avro;
  readonly publisher: Publisher;
  readonly deadLetters: DeadLetters;
  readonly messages: MessageLog;
  /** An encoder for a topic's records; waits for the registry as long as it takes. */
  encoder<T>(topic: string, schema: string): Promise<RecordEncoder<T>>;
  /** To be started before, and stopped after, the service's own parts. */
  readonly parts: readonly Part[];
};

type PipelineConfig = KafkaConfig &
  RegistryConfig & {
    readonly DATABASE_URL: string;
    readonly DATABASE_PASSWORD_FILE?: string | undefined;
    readonly DATABASE_POOL_SIZE: number;
  };

/**
 * Connects a service to Postgres, Kafka and the registry. Waits for each as long as it takes: a service that starts
 * before its neighbours is not ready, and does not end.
 * @param consumed topics that the service consumes, as in schemas/topics.ts
 */
export async function connectPipeline(options: {
  readonly service: string;
  readonly config: PipelineConfig;
  readonly telemetry: Telemetry;
  /** Name of this process. */
  readonly instance: string;
  readonly fail: (failure: Failure) => void;
  readonly consumed: readonly string[];
}): Promise<Pipeline> {
  const { service, config, telemetry } = options;
  const { log } = telemetry;
  const pool = createPool({
    url: config.DATABASE_URL,
    passwordFile: config.DATABASE_PASSWORD_FILE,
    size: config.DATABASE_POOL_SIZE,
    applicationName: service,
    onIdleError: (error) => log.warn("postgres_connection_lost", { error: error.message }),
  });
  watchPools(telemetry, { main: pool });
  watchCertificates(telemetry, config);
  const answered = dependencyMoments(telemetry, ["postgres", "kafka", "registry"]);
  const kafka = createKafka({ config, clientId: service, log });
  const kafkaTelemetry = createKafkaTelemetry(telemetry, options.consumed);
  const avro = createAvro({ config, now: systemClock });
  await untilUp(kafkaTelemetry, () => enterPostgres(pool));
  answered("postgres", systemClock());
  await untilUp(kafkaTelemetry, () => enterKafka(kafka, config));
  answered("kafka", systemClock());
  const publisher = await untilUp(kafkaTelemetry, () => createPublisher(kafka, kafkaTelemetry));
  const encoder = <T>(topic: string, schema: string): Promise<RecordEncoder<T>> =>
    untilUp(kafkaTelemetry, () => avro.encoder<T>(topic, schema));
  const { name, schema } = TOPICS.messageLogged;
  const messageEncoder = await encoder<MessageLogged>(name, schema);
  answered("registry", systemClock());
  return {
    pool,
    kafka,
    kafkaTelemetry,
    avro,
    publisher,
    deadLetters: createDeadLetters(publisher, kafkaTelemetry, systemClock),
    messages: createMessageLog(publisher, messageEncoder),
    encoder,
    parts: [
      { name: "postgres", stop: () => pool.end(), isReady: () => isPostgresUp(pool) },
      createPresence({ ...options, pool }),
      watchDependencies({
        ...options,
        answered,
        ask: questionsFor({ pool, kafka, avro }),
      }),
      { name: "publisher", stop: () => publisher.close(), isReady: publisher.isReady },
    ],
  };
}

/** What a process asks its dependencies, to see whether they answer (`watchDependencies`). */
export function questionsFor({ pool, kafka, avro }: Pick<Pipeline, "pool" | "kafka" | "avro">) {
  const { name, schema } = TOPICS.messageLogged;
  return {
    postgres: () => isPostgresUp(pool),
    kafka: async () => (await partitionCounts(kafka, [kafka.topicPrefix + name])).size > 0,
    registry: async () => (await avro.encoder(name, schema)) !== null,
  };
}
