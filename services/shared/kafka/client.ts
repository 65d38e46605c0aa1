import "./kafkajs/patch.ts";
import "./kafkajs/zstd.ts";
import { type Admin, Kafka, logLevel } from "kafkajs";
import { systemClock } from "../clock.ts";
import { describeError, Failure } from "../domain/failure.ts";
import type { Log } from "../telemetry.ts";
import { kafkaLogin } from "./access/login.ts";
import { accessRefusal } from "./access/refusal.ts";
import type { KafkaAccess } from "./access/settings.ts";
import { kafkaSockets } from "./access/tls.ts";
import { forwardLog } from "./kafkajs/client-log.ts";

/** Which cluster, how to get into it, and what stands before the names of topics and groups there. */
export type KafkaConfig = KafkaAccess & {
  /** host:port, comma-separated. */
  readonly KAFKA_BROKERS: string;
  readonly KAFKA_TOPIC_PREFIX: string;
  /** How long a consumer that is silent keeps its partitions; 10 s by default. */
  readonly KAFKA_SESSION_TIMEOUT_MS?: number;
  /** Within how long every producer of our topics uses new partitions; 10 minutes by default. */
  readonly KAFKA_PRODUCERS_NOTICE_MS?: number;
};

/** A connection to one cluster. Names outside this folder are without the prefix; inside they carry it. */
export type KafkaClient = {
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly producersNoticeMs: number;
  readonly log: Log;
};

const SESSION_TIMEOUT_MS = 10_000;
/** Kafka's own clients look every 5 minutes (`metadata.max.age.ms`). */
const PRODUCERS_NOTICE_MS = 600_000;
/**
 * A connection on which a request had no answer for so long is given up (case O57); joining a group has its own time.
 */
const SILENT_AFTER_MS = 12_000;

/** @throws Failure CONFIG_INVALID when a file that the access names cannot be used */
export function createKafka(options: {
  readonly config: KafkaConfig;
  readonly clientId: string;
  readonly log: Log;
}): KafkaClient {
  const { config, log } = options;
  const sasl = kafkaLogin(config, systemClock);
  const kafka = new Kafka({
    clientId: options.clientId,
    brokers: config.KAFKA_BROKERS.split(","),
    connectionTimeout: 3_000,
    requestTimeout: SILENT_AFTER_MS,
    socketFactory: kafkaSockets(config),
    ...(sasl === null ? {} : { sasl }),
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => forwardLog(log, entry),
  });
  return {
    kafka,
    topicPrefix: config.KAFKA_TOPIC_PREFIX,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS ?? SESSION_TIMEOUT_MS,
    producersNoticeMs: config.KAFKA_PRODUCERS_NOTICE_MS ?? PRODUCERS_NOTICE_MS,
    log,
  };
}

/**
 * What an error of kafkajs is to a caller: KAFKA_ACCESS_REFUSED where we are not let in or lack a right, else
 * KAFKA_UNAVAILABLE. @param what what did not work, as the beginning of a sentence
 */
export const kafkaFailure = (error: unknown, what: string): Failure =>
  accessRefusal(error) ??
  new Failure("KAFKA_UNAVAILABLE", `${what}: ${describeError(error)}; check KAFKA_BROKERS.`, error);

/**
 * Runs `work` with an admin connection that is closed afterwards.
 * @throws Failure KAFKA_UNAVAILABLE, KAFKA_ACCESS_REFUSED
 */
export async function withAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw kafkaFailure(error, "Kafka did not answer");
  } finally {
    await admin.disconnect();
  }
}

/** Number of partitions of each topic (names with prefix). @throws Failure as withAdmin, also for a missing topic */
export async function partitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const metadata = await withAdmin(client, (admin) => admin.fetchTopicMetadata({ topics: [...topics] }));
  return new Map(metadata.topics.map((topic) => [topic.name, topic.partitions.length]));
}
