import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { takeOwnership } from "../processes/owner-lock.ts";
import { endLeftovers } from "../processes/pid-files.ts";
import { type PortNeed, requireFreePorts } from "../processes/ports.ts";
import { createProcessGroup, type ProcessGroup } from "../processes/process-group.ts";
import type { SupervisedProcess } from "../processes/supervised-process.ts";
import {
  type Download,
  ensureDownloaded,
  isDownloaded,
  kafkaDownload,
  registryDownload,
} from "./downloads.ts";
import { type KafkaWay, prepareKafka } from "./kafka-process.ts";
import { postgresPassword, rolePasswords } from "./postgres-password.ts";
import { ensureDatabase, postgresUrl, preparePostgres } from "./postgres-process.ts";
import { type Prerequisite, requirePrerequisites } from "./prerequisites.ts";
import { prepareRegistry } from "./registry-process.ts";

const DATABASE = "simon";
const DOWNLOADS = fileURLToPath(new URL("../../../.local/downloads", import.meta.url));

/** The TCP ports of the local parts, all on 127.0.0.1. */
export type StackPorts = {
  readonly postgres: number;
  readonly kafka: number;
  readonly kafkaController: number;
  readonly registry: number;
  /** For whoever puts something between clients and Kafka. */
  readonly kafkaWay?: KafkaWay;
};

/** Parts that run elsewhere; a part named here is not started. */
type ExistingParts = {
  readonly kafkaBrokers?: string | undefined;
  readonly registryUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
};

export type StackOptions = {
  /** Holds everything the stack keeps; two stacks never share one. */
  readonly dataDir: string;
  readonly ports: StackPorts;
  /** false: the database may be lost if the machine crashes; for tests. */
  readonly durable: boolean;
  readonly existing?: ExistingParts;
  /** Gets each step and each incident as one line. */
  readonly report?: (line: string) => void;
  /** Ports that the caller will use for itself, checked and reported together with the stack's own. */
  readonly callersPorts?: readonly PortNeed[];
  /** Aborting it while the stack starts ends what has been started; `bootStack` then rejects. */
  readonly signal?: AbortSignal;
};

/** A part that this stack started; undefined where the part runs elsewhere. */
type StackParts = {
  readonly postgres: SupervisedProcess | undefined;
  readonly kafka: SupervisedProcess | undefined;
  readonly registry: SupervisedProcess | undefined;
};

/** A running stack: addresses to use, parts to disturb, and the end of it. */
export type Stack = {
  /** host:port, comma-separated. */
  readonly kafkaBrokers: string;
  /** Base address of the Confluent-compatible API, without a slash at the end. */
  readonly registryUrl: string;
  /** The superuser's address of database "simon". */
  readonly databaseUrl: string;
  /** What a deployment sets for the roles of the local server, `<ROLE>_PASSWORD`; nothing for a server elsewhere. */
  readonly rolePasswords: Readonly<Record<string, string>>;
  readonly parts: StackParts;
  /** Ends all parts cleanly; safe to call again. */
  readonly stop: () => Promise<void>;
};

/** A data folder that is ours, with programs and ports checked and downloads there. */
export type PreparedStack = {
  readonly options: StackOptions;
  readonly dataDir: string;
  readonly logDir: string;
  readonly group: ProcessGroup;
  /** Ends whatever runs, cleanly, and frees the data folder; safe to call again. */
  readonly stop: () => Promise<void>;
  /** Ends whatever runs at once by SIGKILL, and frees the data folder. */
  readonly kill: () => Promise<void>;
};

/**
 * Everything that can be wrong before a process runs; processes that a killed run left behind are ended first.
 * Throws LocalStackError: PREREQUISITES_MISSING, ALREADY_RUNNING, PORTS_TAKEN, DOWNLOAD_FAILED; the data folder is free
 * then.
 */
export async function prepareStack(options: StackOptions): Promise<PreparedStack> {
  const dataDir = resolve(options.dataDir);
  const logDir = join(dataDir, "logs");
  const report = options.report ?? (() => {});
  await requirePrerequisites(await neededPrerequisites(options));
  const lock = await takeOwnership(dataDir);
  try {
    await mkdir(logDir, { recursive: true });
    await endLeftovers({ dataDir, report });
    await requireFreePorts([...neededPorts(options), ...(options.callersPorts ?? [])]);
    await ensureDownloaded({
      cacheDir: DOWNLOADS,
      downloads: neededDownloads(options),
      report,
      signal: options.signal,
    });
    const group = createProcessGroup(report);
    return {
      ...{ options, dataDir, logDir, group },
      stop: () => group.stop().then(lock.release),
      kill: () => group.kill().then(lock.release),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Starts PostgreSQL, Kafka and the schema registry, in parallel, and returns when all serve. Data of an earlier run in
 * the same folder is kept. The data folder is free again when it fails and when the stack has stopped.
 * Throws LocalStackError: DATA_DIRECTORY_UNUSABLE, COMMAND_FAILED, PROCESS_FAILED_TO_START, PROCESS_STOPPED; nothing is
 * left running then.
 */
export async function bootStack(prepared: PreparedStack): Promise<Stack> {
  const { options, stop } = prepared;
  const { ports, existing = {} } = options;
  const stopEarly = () => void stop();
  if (options.signal?.aborted) stopEarly();
  options.signal?.addEventListener("abort", stopEarly, { once: true });
  try {
    const parts = await startParts(prepared);
    const password = postgresPassword(prepared.dataDir);
    return {
      parts,
      kafkaBrokers: existing.kafkaBrokers ?? `127.0.0.1:${ports.kafka}`,
      registryUrl: existing.registryUrl ?? `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
      databaseUrl: existing.databaseUrl ?? postgresUrl(ports.postgres, DATABASE, password),
      rolePasswords: existing.databaseUrl === undefined ? rolePasswords(password) : {},
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stopEarly);
  }
}

async function startParts(prepared: PreparedStack): Promise<StackParts> {
  const { dataDir, logDir, group, options } = prepared;
  const { ports, durable, existing = {} } = options;

  async function startPostgres(): Promise<SupervisedProcess> {
    const part = await group.start(() => preparePostgres({ dataDir, logDir, durable, port: ports.postgres }));
    await ensureDatabase(ports.postgres, DATABASE, postgresPassword(dataDir));
    return part;
  }

  function startKafka(): Promise<SupervisedProcess> {
    const libraries = join(DOWNLOADS, kafkaDownload.directory);
    const { kafka: port, kafkaController: controllerPort, kafkaWay: way } = ports;
    return group.start(() => prepareKafka({ dataDir, logDir, libraries, port, controllerPort, way }));
  }

  function startRegistry(): Promise<SupervisedProcess> {
    const application = join(DOWNLOADS, registryDownload.directory);
    return group.start(() => prepareRegistry({ dataDir, logDir, application, port: ports.registry }));
  }

  const starting = [
    existing.databaseUrl === undefined ? startPostgres() : undefined,
    existing.kafkaBrokers === undefined ? startKafka() : undefined,
    existing.registryUrl === undefined ? startRegistry() : undefined,
  ] as const;
  try {
    const [postgres, kafka, registry] = await Promise.all(starting);
    return { postgres, kafka, registry };
  } catch (error) {
    await group.stop();
    // What was still being prepared now refuses to start; nothing may come up after we have returned.
    await Promise.allSettled(starting);
    throw error;
  }
}

function neededPorts({ ports, existing = {} }: StackOptions): readonly PortNeed[] {
  const kafka: readonly PortNeed[] = [
    { port: ports.kafka, usedBy: "Kafka", setting: "LOCAL_KAFKA_PORT" },
    { port: ports.kafkaController, usedBy: "Kafka's controller", setting: "LOCAL_KAFKA_CONTROLLER_PORT" },
  ];
  return [
    ...(existing.databaseUrl === undefined
      ? [{ port: ports.postgres, usedBy: "PostgreSQL", setting: "LOCAL_POSTGRES_PORT" }]
      : []),
    ...(existing.kafkaBrokers === undefined ? kafka : []),
    ...(existing.registryUrl === undefined
      ? [{ port: ports.registry, usedBy: "schema registry", setting: "LOCAL_REGISTRY_PORT" }]
      : []),
  ];
}

function neededDownloads({ existing = {} }: Pick<StackOptions, "existing">): readonly Download[] {
  return [
    ...(existing.kafkaBrokers === undefined ? [kafkaDownload] : []),
    ...(existing.registryUrl === undefined ? [registryDownload] : []),
  ];
}

/** Java runs the downloads; Maven is asked for only while one of them is missing. */
export async function neededPrerequisites(
  options: Pick<StackOptions, "existing">,
): Promise<readonly Prerequisite[]> {
  const downloads = neededDownloads(options);
  if (downloads.length === 0) return [];
  const present = await Promise.all(downloads.map((download) => isDownloaded(DOWNLOADS, download)));
  return present.every(Boolean) ? ["java"] : ["java", "maven"];
}
