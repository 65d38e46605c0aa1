import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runToSuccess } from "../processes/run-command.ts";
import { type ProcessDefinition, READY_WITHIN_MS } from "../processes/supervised-process.ts";
import { isErrno } from "../processes/system-processes.ts";
import { countLiveBrokers } from "./kafka-metadata-probe.ts";

/** Any 16 bytes in base64url; the same for every local cluster that is not given another one, for they never meet. */
const CLUSTER_ID = "c2ltb24tbG9jYWwtMDAwMQ";
/** Room for the largest record of schemas/topics.ts with its batch overhead, in bytes. */
const LARGEST_MESSAGE_BYTES = 10_485_760;
/** Heap and a boot on a small machine: the serial collector starts fastest and keeps the process near 400 MB. */
const JVM_OPTIONS = [
  "-Xms256m",
  "-Xmx512m",
  "-XX:+UseSerialGC",
  "-XX:+ExitOnOutOfMemoryError",
  "-Xshare:auto",
];

/** Where a local Kafka broker lives: `libraries` is the folder of its jars. */
export type KafkaPlace = {
  readonly dataDir: string;
  readonly logDir: string;
  readonly libraries: string;
  readonly port: number;
  readonly controllerPort: number;
  readonly way?: KafkaWay | undefined;
  readonly clusterId?: string;
  readonly secured?: SecuredListeners | undefined;
};

/** Listeners beside the plain one, as companies have them. */
type SecuredListeners = {
  /** NAME: its port on 127.0.0.1, its security protocol, and the port that clients are told where that is another one. */
  readonly listeners: Readonly<
    Record<string, { readonly port: number; readonly protocol: string; readonly advertisedPort?: number }>
  >;
  /** More settings of the broker. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** SCRAM users, such as `SCRAM-SHA-256=[name=…,password=…]`. */
  readonly scramUsers: readonly string[];
  /** System properties of its JVM. */
  readonly properties: Readonly<Record<string, string>>;
};

/** A second way to the broker: it listens on one port and tells clients that come there to use the other one. */
export type KafkaWay = { readonly port: number; readonly advertisedPort: number };

/** Makes the broker's folder and settings, formats its storage once, and says how to run it. */
export async function prepareKafka(place: KafkaPlace): Promise<ProcessDefinition> {
  const folder = join(place.dataDir, "kafka");
  const storage = join(folder, "data");
  const settings = join(folder, "server.properties");
  await mkdir(folder, { recursive: true });
  await writeFile(settings, brokerSettings(place, storage));
  await formatOnce(place, storage);
  return {
    name: "kafka",
    dataDir: place.dataDir,
    command: "java",
    args: [
      ...JVM_OPTIONS,
      `-XX:ErrorFile=${join(place.logDir, "kafka-crash.log")}`,
      "-Dlog4j2.level=WARN",
      ...Object.entries(place.secured?.properties ?? {}).map(([name, value]) => `-D${name}=${value}`),
      "-cp",
      join(place.libraries, "*"),
      "kafka.Kafka",
      settings,
    ],
    env: process.env,
    workingDirectory: folder,
    logFile: join(place.logDir, "kafka.log"),
    stopSignal: "SIGTERM",
    stopWithinMs: 8_000,
    readyWithinMs: READY_WITHIN_MS,
    startAttempts: 2,
    isReady: async () => (await countLiveBrokers("127.0.0.1", place.port)) > 0,
  };
}

/**
 * Formats into a folder beside the storage and renames it when it is whole, so a format that was cut off is simply
 * done again.
 */
async function formatOnce(place: KafkaPlace, storage: string): Promise<void> {
  if (await exists(join(storage, "meta.properties"))) return;
  const unfinished = `${storage}.unfinished`;
  const settings = join(place.dataDir, "kafka", "format.properties");
  await rm(unfinished, { recursive: true, force: true });
  await rm(storage, { recursive: true, force: true });
  await writeFile(settings, brokerSettings(place, unfinished));
  await runToSuccess({
    command: "java",
    args: [
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-cp",
      join(place.libraries, "*"),
      "kafka.tools.StorageTool",
      "format",
      "--config",
      settings,
      "--cluster-id",
      place.clusterId ?? CLUSTER_ID,
      ...(place.secured?.scramUsers ?? []).flatMap((user) => ["--add-scram", user]),
    ],
  });
  await rename(unfinished, storage);
}

/**
 * One broker that is its own controller. The session time-out is short because a broker that was killed may register
 * again only after it has run out; the limits that hold for groups are lowered so that tests need not wait.
 */
function brokerSettings(place: KafkaPlace, storage: string): string {
  const { port, controllerPort, way, secured } = place;
  const ways = way === undefined ? [] : [["WAY", way.port, way.advertisedPort, "PLAINTEXT"] as const];
  const others = Object.entries(secured?.listeners ?? {}).map(
    ([name, { port: own, advertisedPort = own, protocol }]) => [name, own, advertisedPort, protocol] as const,
  );
  const listeners = [["PLAINTEXT", port, port, "PLAINTEXT"] as const, ...ways, ...others];
  const settings = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: [
      `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...listeners.map(([name, own]) => `${name}://127.0.0.1:${own}`),
    ].join(),
    "advertised.listeners": listeners.map(([name, , told]) => `${name}://127.0.0.1:${told}`).join(),
    "listener.security.protocol.map": [
      "CONTROLLER:PLAINTEXT",
      ...listeners.map(([name, , , protocol]) => `${name}:${protocol}`),
    ].join(),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": storage,
    "broker.heartbeat.interval.ms": 250,
    "broker.session.timeout.ms": 3_000,
    "auto.create.topics.enable": false,
    "message.max.bytes": LARGEST_MESSAGE_BYTES,
    "replica.fetch.max.bytes": LARGEST_MESSAGE_BYTES,
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "offsets.topic.num.partitions": 4,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    "log.index.size.max.bytes": 1_048_576,
    "log.cleaner.dedupe.buffer.size": 16_777_216,
    "log.cleaner.backoff.ms": 1_000,
    "log.retention.check.interval.ms": 5_000,
    "num.network.threads": 2,
    "num.io.threads": 4,
    ...secured?.settings,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
}
