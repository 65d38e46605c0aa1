import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { deploy } from "../../infra/deploy/deploy.ts";
import { pipelineConfig } from "../../infra/local/stack/pipeline-config.ts";
import { rolePasswords } from "../../infra/local/stack/postgres-password.ts";
import { TOPICS } from "../../schemas/topics.ts";
import { type Avro, createAvro } from "../../services/shared/avro.ts";
import { createKafka, type KafkaClient, type KafkaConfig } from "../../services/shared/kafka/client.ts";
import { createKafkaTelemetry } from "../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher, type Publisher } from "../../services/shared/kafka/producer.ts";
import { createPool, type Pool } from "../../services/shared/postgres.ts";
import { databaseUrlOf } from "../../services/shared/postgres-access.ts";
import type { RegistryConfig } from "../../services/shared/registry-access.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import {
  type ProgramName,
  type RunningService,
  type SpawnedService,
  spawnService,
} from "./running-service.ts";
import { readTopic, type SeenRecord } from "./topic-reader.ts";

type TopicId = keyof typeof TOPICS;

/** A world of one test: its own database, topics and consumer groups on the shared stack. */
export type World = {
  readonly brokers: string;
  readonly registryUrl: string;
  /** Database of this world as the superuser. */
  readonly databaseUrl: string;
  readonly topicPrefix: string;
  /** Where Kafka and the registry are. */
  readonly config: KafkaConfig & RegistryConfig;
  /** As the superuser. */
  readonly pool: Pool;
  readonly kafka: KafkaClient;
  readonly avro: Avro;
  readonly publisher: Publisher;
  /** Publishes a record with an Avro value (an object), raw bytes (a Buffer) or none (null). */
  send(
    topic: TopicId,
    key: string,
    value: object | Buffer | null,
    headers?: Record<string, string>,
  ): Promise<void>;
  /** Everything on a topic at this moment, in the order of its partitions; `value` is null for what does not decode. */
  records<T>(topic: TopicId): Promise<readonly SeenRecord<T>[]>;
  /** The database as the role of a service or stand-in. */
  databaseUrlAs(program: string): string;
  /** Environment of a service of this world, as its own Postgres role. */
  environment(service: ProgramName, extra?: Readonly<Record<string, string>>): Record<string, string>;
  /** Starts a service as a process and waits until it is ready; it ends with the test. @param tree another release's files */
  start(
    service: ProgramName,
    extra?: Readonly<Record<string, string>>,
    tree?: string,
  ): Promise<RunningService>;
  /** Deploys this tree's release. @param report hears each line */
  deploy(report?: (line: string) => void): Promise<void>;
};

/** Partitions of each topic in a world: more than one, few enough to be made quickly. */
export const PARTITIONS = 3;

export type WorldOptions = {
  /** Another Kafka than the test stack's, and how each user gets in; `isOpen` where nobody's rights are asked for. */
  readonly kafka?: {
    login(user: string): { readonly KAFKA_BROKERS: string } & Record<string, string>;
    readonly isOpen?: boolean;
  };
  /** The database of another world, or one on another server; one of its own unless told. */
  readonly databaseUrl?: string;
  /** Settings of another way to the test stack's registry. */
  readonly registry?: { readonly SCHEMA_REGISTRY_URL: string } & Readonly<Record<string, string>>;
  /** Port of a pooler before the test stack's PostgreSQL, through which services go; deployments do not. */
  readonly poolerPort?: number;
  /** More settings of each service. */
  readonly settings?: (service: ProgramName) => Readonly<Record<string, string>>;
  /** Of each topic; few unless told. */
  readonly partitions?: number;
  /** Files of another release, which is deployed instead of this one. */
  readonly tree?: string;
};

/** Makes a world; it ends with the test. */
export async function createWorld(t: TestContext, options: WorldOptions = {}): Promise<World> {
  const { kafka: secured, registry, poolerPort, settings, partitions = PARTITIONS, tree } = options;
  const id = `t${randomBytes(5).toString("hex")}`;
  const login = secured?.login ?? (() => ({ KAFKA_BROKERS: setting("TEST_KAFKA_BROKERS") }));
  const { KAFKA_BROKERS: brokers } = login("admin");
  const registryLogin = registry ?? { SCHEMA_REGISTRY_URL: setting("TEST_REGISTRY_URL") };
  const { SCHEMA_REGISTRY_URL: registryUrl } = registryLogin;
  const databaseUrl = options.databaseUrl ?? (await createDatabase(setting("TEST_DATABASE_URL"), id));
  const topicPrefix = `${id}.`;
  const config = pipelineConfig(
    { kafkaBrokers: brokers, registryUrl, topicPrefix },
    { ...login("admin"), ...registryLogin },
  );
  const passwords = rolePasswords(new URL(databaseUrl).password);
  const deployThis = (report: (line: string) => void = () => {}): Promise<void> =>
    deploy({
      config,
      databaseUrl,
      partitions,
      hasStandIns: true,
      givesRights: secured !== undefined && secured.isOpen !== true,
      rolePasswords: passwords,
      report,
    });
  if (tree === undefined) await deployThis();
  else await deployTree(tree, { ...config, ...passwords, DATABASE_URL: databaseUrl });

  const telemetry = createTelemetry("test", "error");
  const pool = createPool({ url: databaseUrl, size: 4, applicationName: "test" });
  const kafka = createKafka({ config, clientId: "test", log: telemetry.log });
  const avro = createAvro({ config, now: Date.now });
  const publisher = await createPublisher(kafka, createKafkaTelemetry(telemetry, []));
  const spawned: SpawnedService[] = [];
  let hasEnded = false;
  t.after(async () => {
    hasEnded = true;
    const stopped = await Promise.allSettled(spawned.map((service) => service.stop()));
    await publisher.close();
    await pool.end();
    for (const one of stopped) if (one.status === "rejected") throw one.reason;
  });

  const encode = async (topic: TopicId, value: object): Promise<Buffer> => {
    const { name, schema } = TOPICS[topic];
    if (schema === null) throw new Error(`${name} takes bytes only`);
    return (await avro.encoder<object>(name, schema)).encode(value);
  };
  const databaseUrlAs = (program: string): string => {
    const url = new URL(databaseUrlOf(program, databaseUrl, passwords));
    if (poolerPort !== undefined) url.port = String(poolerPort);
    return url.href;
  };
  const environment = (service: ProgramName, extra: Readonly<Record<string, string>> = {}) => {
    return {
      ...login(service),
      ...registryLogin,
      DATABASE_URL: databaseUrlAs(service),
      KAFKA_TOPIC_PREFIX: topicPrefix,
      HEALTH_PORT: "0",
      KAFKA_SESSION_TIMEOUT_MS: "3000",
      ...settings?.(service),
      ...extra,
    };
  };
  return {
    brokers,
    registryUrl,
    databaseUrl,
    topicPrefix,
    config,
    pool,
    kafka,
    avro,
    publisher,
    databaseUrlAs,
    environment,
    send: async (topic, key, value, headers) => {
      const bytes = value === null || Buffer.isBuffer(value) ? value : await encode(topic, value);
      await publisher.publish([
        { topic: TOPICS[topic].name, key, value: bytes, ...(headers === undefined ? {} : { headers }) },
      ]);
    },
    records: (topic) => readTopic(kafka, avro, TOPICS[topic]),
    deploy: deployThis,
    start: async (service, extra, from) => {
      if (hasEnded) throw new Error(`the world has ended; ${service} is not started any more`);
      // Known at once: one that never becomes ready would outlive the test, and hold up its whole file.
      const started = spawnService(service, environment(service, extra), from);
      spawned.push(started);
      return started.ready();
    },
  };
}

/** `npm run deploy` of another release, on one broker. */
async function deployTree(tree: string, settings: object): Promise<void> {
  const one = { KAFKA_REPLICATION_FACTOR: "1", KAFKA_MIN_INSYNC_REPLICAS: "1" };
  const given = Object.entries(settings).map(([name, value]) => [name, String(value)]);
  await promisify(execFile)(process.execPath, [join(tree, "infra/deploy/main.ts")], {
    env: { PATH: process.env["PATH"], ...Object.fromEntries(given), ...one },
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set; run integration tests with \`npm run test:integration\``);
  return value;
}

async function createDatabase(adminUrl: string, name: string): Promise<string> {
  const admin = createPool({ url: adminUrl, size: 1, applicationName: "test" });
  try {
    await admin.query(`create database ${name}`);
  } finally {
    await admin.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
