import "./kafkajs-patch.ts";
import "./zstd.ts";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Admin, type ISocketFactory, Kafka, type LogEntry, logLevel } from "kafkajs";
import { describeError, Failure } from "../domain/failure.ts";
import type { Log } from "../telemetry.ts";

/** A connection to one cluster. Names outside this folder are without the prefix; inside they carry it. */
export type KafkaClient = {
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly sessionTimeoutMs: number;
  readonly log: Log;
};

const SESSION_TIMEOUT_MS = 10_000;
/**
 * A connection on which a request had no answer for so long is given up (case O57); joining a group has its own time.
 */
const SILENT_AFTER_MS = 12_000;

export function createKafka(options: {
  /** host:port, comma-separated. */
  readonly brokers: string;
  readonly clientId: string;
  readonly topicPrefix: string;
  /** How long a consumer that is silent keeps its partitions; 10 s by default. */
  readonly sessionTimeoutMs?: number;
  readonly log: Log;
}): KafkaClient {
  const kafka = new Kafka({
    clientId: options.clientId,
    brokers: options.brokers.split(","),
    connectionTimeout: 3_000,
    requestTimeout: SILENT_AFTER_MS,
    socketFactory,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => forwardLog(options.log, entry),
  });
  const { topicPrefix, sessionTimeoutMs = SESSION_TIMEOUT_MS, log } = options;
  return { kafka, topicPrefix, sessionTimeoutMs, log };
}

/** A connection on which nobody speaks is asked after so long whether its other end is there. */
const KEEP_ALIVE_MS = 5_000;

/** kafkajs leaves Nagle's algorithm on, which holds small requests back. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const socket =
    Object.keys(ssl ?? {}).length > 0
      ? connectTls({ host, port, servername: host, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
};

/** Said of every idempotent producer with bounded retries. Ours is replaced after an error, which its advice is for. */
const BOUNDED_RETRIES = "Limiting retries for the idempotent producer";

/** kafkajs calls much an error that it then retries by itself: at most a warning here; the adapter says what failed. */
function forwardLog(log: Log, entry: LogEntry): void {
  const { message, error } = entry.log;
  if (message.startsWith(BOUNDED_RETRIES)) return;
  log.warn("kafka_client_warned", {
    area: entry.namespace,
    message,
    ...(error === undefined ? {} : { error }),
  });
}

/** Runs `work` with an admin connection that is closed afterwards. @throws Failure KAFKA_UNAVAILABLE */
export async function withAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      "KAFKA_UNAVAILABLE",
      `Kafka did not answer: ${describeError(error)}; check KAFKA_BROKERS.`,
      error,
    );
  } finally {
    await admin.disconnect();
  }
}

/** Number of partitions of each topic (names with prefix). @throws Failure KAFKA_UNAVAILABLE also for a missing topic */
export async function partitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<Map<string, number>> {
  const metadata = await withAdmin(client, (admin) => admin.fetchTopicMetadata({ topics: [...topics] }));
  return new Map(metadata.topics.map((topic) => [topic.name, topic.partitions.length]));
}
