import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pg from "pg";
import { endLeftovers } from "../../../infra/local/processes/pid-files.ts";
import { pipelineConfig } from "../../../infra/local/stack/pipeline-config.ts";
import { passwordFile, postgresPassword } from "../../../infra/local/stack/postgres-password.ts";
import { postgresUrl } from "../../../infra/local/stack/postgres-process.ts";
import type { Stack, StackOptions, StackPorts } from "../../../infra/local/stack/stack.ts";
import type { Failure } from "../../../services/shared/domain/failure.ts";
import { createKafka, type KafkaClient, withAdmin } from "../../../services/shared/kafka/client.ts";
import { createGroupConsumer } from "../../../services/shared/kafka/group-consumer.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { ownerState } from "../../support/abandoned-stacks.ts";
import { freePort } from "../../support/free-port.ts";
import { startStack } from "../../support/start-stack.ts";
import { until } from "../../support/until.ts";

const TOPIC = "kept";
const SUBJECT = "kept-value";

let dataDir: string;
let ports: StackPorts;
let stack: Stack;
let schemaId: number;

// One chain of starts on one folder, for each start costs seconds: first in a process that is killed, then here.
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "simon-local-stack-"));
  await chmod(dataDir, 0o755);
  ports = {
    postgres: await freePort(),
    kafka: await freePort(),
    kafkaController: await freePort(),
    registry: await freePort(),
  };
  await leaveHalfMadeFolders();
  await runKilledOwner();
  stack = await startStack(options());
});

after(async () => {
  await stack?.stop();
  await endLeftovers({ dataDir, report: console.error });
  await rm(dataDir, { recursive: true, force: true });
});

test("local stack: a start after the owner was killed keeps row, topic and schema id", async () => {
  assert.deepEqual(await readBack(), { rows: ["kept"], topics: [TOPIC], schemaId });
});

test("local stack: PostgreSQL lets nobody in without a password, whom it knew before neither", async () => {
  const { mode } = await stat(passwordFile(dataDir));
  assert.equal(mode & 0o777, 0o600);
  await withDatabase((client) =>
    client.query("create role plain login; create role known login password 'known'"),
  );
  const enter = async (user: string, password: string): Promise<string> => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: ports.postgres,
      database: "simon",
      user,
      password,
    });
    await client.connect();
    await client.end();
    return user;
  };
  await assert.rejects(enter("postgres", ""), /password/);
  await assert.rejects(enter("postgres", "wrong"), /password authentication failed/);
  await assert.rejects(enter("plain", "x"), /password authentication failed/);
  assert.equal(await enter("known", "known"), "known");
  const { rows } = await withDatabase((client) =>
    client.query("select distinct auth_method from pg_hba_file_rules"),
  );
  assert.deepEqual(rows, [{ auth_method: "scram-sha-256" }]);
});

test("local stack: all parts killed by SIGKILL come back with their data", async () => {
  const { postgres, kafka, registry } = stack.parts;
  assert.ok(postgres !== undefined && kafka !== undefined && registry !== undefined);
  const parts = [postgres, kafka, registry];
  const lateId = await registerSchema("late-value", "Late");

  await Promise.all(parts.map((part) => part.kill9()));
  assert.deepEqual(
    parts.map((part) => part.pid()),
    [undefined, undefined, undefined],
  );
  await Promise.all(parts.map((part) => part.restart()));

  assert.deepEqual(await readBack(), { rows: ["kept"], topics: [TOPIC], schemaId });
  // Registered right before the kill: a record may carry this id already.
  assert.equal(await registeredId("late-value"), lateId);
});

test("local stack: a second one in the same folder is refused while the first runs", async () => {
  await assert.rejects(startStack(options()), { code: "ALREADY_RUNNING" });
  assert.deepEqual((await readBack()).rows, ["kept"]);
});

test("local stack: taken ports are all named with their settings, and nothing is started", async (t) => {
  const otherDir = await mkdtemp(join(tmpdir(), "simon-local-stack-"));
  t.after(() => rm(otherDir, { recursive: true, force: true }));

  await assert.rejects(startStack({ ...options(), dataDir: otherDir }), {
    code: "PORTS_TAKEN",
    message: [
      `port ${ports.postgres} (PostgreSQL) is taken; set LOCAL_POSTGRES_PORT to another one`,
      `port ${ports.kafka} (Kafka) is taken; set LOCAL_KAFKA_PORT to another one`,
      `port ${ports.kafkaController} (Kafka's controller) is taken; set LOCAL_KAFKA_CONTROLLER_PORT to another one`,
      `port ${ports.registry} (schema registry) is taken; set LOCAL_REGISTRY_PORT to another one`,
    ].join("\n"),
  });
  assert.equal(await ownerState(otherDir), "none");
});

test("local stack: a part that runs elsewhere is not started", async (t) => {
  const otherDir = await mkdtemp(join(tmpdir(), "simon-local-stack-"));
  t.after(() => rm(otherDir, { recursive: true, force: true }));
  const existing = {
    kafkaBrokers: stack.kafkaBrokers,
    registryUrl: stack.registryUrl,
    databaseUrl: stack.databaseUrl,
  };

  const borrowed = await startStack({ ...options(), dataDir: otherDir, existing });
  await borrowed.stop();

  assert.deepEqual(borrowed.parts, { postgres: undefined, kafka: undefined, registry: undefined });
  assert.equal(borrowed.databaseUrl, stack.databaseUrl);
});

test("F12: a consumer outlives a Kafka that is away longer than kafkajs tries, without a new process", async (t) => {
  const seen: string[] = [];
  const failures: Failure[] = [];
  let outages = 0;
  const client = kafka();
  const telemetry = createKafkaTelemetry(createTelemetry("test", "silent"), [TOPIC]);
  const consumer = createGroupConsumer({
    client,
    group: "patient",
    topics: [TOPIC],
    partitionsAtOnce: 1,
    telemetry: {
      ...telemetry,
      batchHeld: () => {
        outages += 1;
      },
    },
    handlers: {
      onAssigned: () => {},
      onBatch: async ({ records, resolve }) => {
        for (const { key, offset } of records) {
          seen.push(String(key));
          resolve(offset);
        }
      },
    },
    onCrash: (failure) => failures.push(failure),
  });
  await consumer.start();
  t.after(() => consumer.stop());
  await until("the group", () => consumer.isReady());
  await stack.parts.kafka?.kill9();
  await until("kafkajs to give up", () => outages > 0);
  await stack.parts.kafka?.restart();
  const producer = client.kafka.producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, messages: [{ key: "after", value: "after" }] });
  await producer.disconnect();
  await until("the record", () => seen.includes("after"));
  assert.deepEqual(failures, []);
});

test("local stack: stopping twice is stopping once, and the folder is free again", async () => {
  await Promise.all([stack.stop(), stack.stop()]);
  assert.equal(await ownerState(dataDir), "none");
  await assert.rejects(fetch(stack.registryUrl));
});

function options(): StackOptions {
  return { dataDir, ports, durable: false };
}

/** What an initdb and a Kafka format leave that were killed halfway. */
async function leaveHalfMadeFolders(): Promise<void> {
  for (const part of ["postgres", "kafka"]) {
    const unfinished = join(dataDir, part, "data.unfinished");
    await mkdir(unfinished, { recursive: true });
    await writeFile(join(unfinished, "half"), "made");
  }
}

/** Starts the stack in a process of its own, writes through it, and kills that process: the parts stay behind. */
async function runKilledOwner(): Promise<void> {
  const module = import.meta.resolve("../../support/start-stack.ts");
  const script = `const { startStack } = await import(${JSON.stringify(module)});
    await startStack(${JSON.stringify(options())});
    console.log("up");`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(owner, "exit");
  try {
    const [first] = await Promise.race([once(owner.stdout, "data"), ended]);
    assert.match(String(first), /up/);
    await write();
    await asBefore();
  } finally {
    owner.kill("SIGKILL");
  }
  await ended;
}

/** What a cluster of before is like: it trusts this machine, and nobody has a password. */
async function asBefore(): Promise<void> {
  await withDatabase((client) => client.query("alter role postgres password null"));
  await writeFile(join(dataDir, "postgres", "data", "pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
  await rm(passwordFile(dataDir));
}

async function write(): Promise<void> {
  await withDatabase((client) =>
    client.query("create table kept (id text primary key); insert into kept values ('kept')"),
  );
  await withAdmin(kafka(), (admin) =>
    admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: TOPIC, numPartitions: 2, replicationFactor: 1 }],
    }),
  );
  schemaId = await registerSchema(SUBJECT, "Kept");
}

async function readBack() {
  const rows = await withDatabase((client) => client.query<{ id: string }>("select id from kept"));
  const topics = await withAdmin(kafka(), (admin) => admin.listTopics());
  return {
    rows: rows.rows.map((row) => row.id),
    topics: topics.filter((topic) => !topic.startsWith("__")),
    schemaId: await registeredId(SUBJECT),
  };
}

async function withDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: postgresUrl(ports.postgres, "simon", postgresPassword(dataDir)),
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function kafka(): KafkaClient {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return createKafka({
    config: pipelineConfig({
      kafkaBrokers: `127.0.0.1:${ports.kafka}`,
      registryUrl: `http://127.0.0.1:${ports.registry}`,
    }),
    clientId: "local-stack-test",
    log: silent,
  });
}

async function registerSchema(subject: string, name: string): Promise<number> {
  const schema = JSON.stringify({ type: "record", name, fields: [{ name: "id", type: "string" }] });
  return askRegistry(`/subjects/${subject}/versions`, { method: "POST", body: JSON.stringify({ schema }) });
}

function registeredId(subject: string): Promise<number> {
  return askRegistry(`/subjects/${subject}/versions/latest`, {});
}

/** The schema id in the registry's answer. */
async function askRegistry(path: string, request: RequestInit): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${ports.registry}/apis/ccompat/v7${path}`, {
    ...request,
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
  });
  assert.equal(response.status, 200, await response.clone().text());
  const { id } = (await response.json()) as { readonly id: number };
  return id;
}
