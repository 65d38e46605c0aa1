import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, ConsumerConfig, Kafka } from "kafkajs";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { createAvro } from "../../../services/shared/avro.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { consumeIntoPostgres } from "../../../services/shared/kafka/consume-into-postgres.ts";
import { createDeadLetters } from "../../../services/shared/kafka/dead-letter.ts";
import { createGroupConsumer } from "../../../services/shared/kafka/group-consumer.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { route } from "../../../services/shared/kafka/postgres-route.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const { name: TOPIC, schema: SCHEMA } = TOPICS.customerChanged;
/** Any service's table will do: positions are kept by group. */
const POSITIONS = "simon.positions";

test("many callers at once: every record is written once, in the order of its key, zstd included", async (t) => {
  const world = await createWorld(t);
  const encoder = await world.avro.encoder<object>(TOPIC, SCHEMA);
  const calls = Array.from({ length: 60 }, (_, call) =>
    world.publisher.publish(
      Array.from({ length: 50 }, (_, index) => ({
        topic: TOPIC,
        key: `t${call}/K${index}`,
        value: encoder.encode(customerChanged(`t${call}`, `K${index}`, { revision: index + 1 })),
      })),
    ),
  );
  await Promise.all(calls);
  const records = await world.records<CustomerChanged>("customerChanged");
  assert.equal(records.length, 3_000);
  assert.equal(new Set(records.map(({ key }) => key)).size, 3_000);
  for (let call = 0; call < 60; call += 1) {
    const revisions = records
      .filter(({ value }) => value?.tenantId === `t${call}`)
      .map(({ value }) => value?.revision);
    assert.deepEqual(
      revisions,
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  }
});

test("a record above its topic's limit is refused before anything is sent", async (t) => {
  const world = await createWorld(t);
  const huge = { topic: TOPIC, key: "a/K1", value: Buffer.alloc(5 * 1024 * 1024) };
  await assert.rejects(world.publisher.publish([huge]), (error) => isFailure(error, "RECORD_TOO_LARGE"));
  assert.deepEqual(await world.records("customerChanged"), []);
});

test("an idle client sleeps: no timer that fires every millisecond", async (t) => {
  const world = await createWorld(t);
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", {}));
  const before = process.resourceUsage();
  let timers = 0;
  const original = globalThis.setTimeout;
  globalThis.setTimeout = ((...parameters: Parameters<typeof original>) => {
    timers += 1;
    return original(...parameters);
  }) as typeof original;
  try {
    await sleep(2_000);
  } finally {
    globalThis.setTimeout = original;
  }
  const after = process.resourceUsage();
  assert.ok(timers < 40, `${timers} timers in 2 s`);
  assert.ok(after.userCPUTime - before.userCPUTime < 400_000, "idle CPU stays below 20 %");
});

test("O21: an outage of the registry costs time only: nothing is set aside, the next record goes on by itself", async (t) => {
  const world = await createWorld(t);
  let isDown = true;
  const passOn = async (path: string): Promise<readonly [number, string]> => {
    if (isDown) return [503, "maintenance"];
    const answer = await fetch(new URL(path, world.registryUrl));
    return [answer.status, await answer.text()];
  };
  const registry = createServer((request, response) => {
    passOn(request.url ?? "").then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(body),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
  t.after(() => registry.close());
  const { port } = registry.address() as AddressInfo;
  const registryUrl = `http://127.0.0.1:${port}${new URL(world.registryUrl).pathname}`;
  const avro = createAvro({ config: { ...world.config, SCHEMA_REGISTRY_URL: registryUrl }, now: Date.now });

  const kafkaTelemetry = createKafkaTelemetry(createTelemetry("test", "error"), [TOPIC]);
  const held: string[] = [];
  const seen: string[] = [];
  const crashes: Error[] = [];
  const consumer = consumeIntoPostgres({
    pool: world.pool,
    positionsTable: POSITIONS,
    kafka: world.kafka,
    group: "outage",
    publisher: world.publisher,
    deadLetters: createDeadLetters(world.publisher, kafkaTelemetry, Date.now),
    messages: { records: () => [] },
    telemetry: { ...kafkaTelemetry, batchHeld: (waitsFor) => held.push(waitsFor) },
    onCrash: (failure) => crashes.push(failure),
    routes: [
      route<CustomerChanged>({
        topic: TOPIC,
        decoder: avro.decoder(SCHEMA),
        tombstones: false,
        check: () => null,
        apply: async (_, records) => {
          seen.push(...records.map(({ entityId }) => entityId));
          return [];
        },
      }),
    ],
  });
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", {}));
  await consumer.start();
  t.after(() => consumer.stop());
  await until("the batch to be held", () => held.length >= 2);
  assert.deepEqual(new Set(held), new Set(["registry"]));
  isDown = false;
  await until("the record", () => seen.length > 0);
  assert.deepEqual(seen, ["K1"]);
  assert.deepEqual(await world.records("deadLetter"), []);
  assert.deepEqual(crashes, []);
});

test("an error that nobody foresaw ends the consumer at once and leaves the record for the next start", async (t) => {
  const world = await createWorld(t);
  const kafkaTelemetry = createKafkaTelemetry(createTelemetry("test", "silent"), [TOPIC]);
  const crashes: Error[] = [];
  const handled: string[] = [];
  const start = async (work: () => void) => {
    const consumer = consumeIntoPostgres({
      pool: world.pool,
      positionsTable: POSITIONS,
      kafka: world.kafka,
      group: "crash",
      publisher: world.publisher,
      deadLetters: createDeadLetters(world.publisher, kafkaTelemetry, Date.now),
      messages: { records: () => [] },
      telemetry: kafkaTelemetry,
      onCrash: (failure) => crashes.push(failure),
      routes: [
        route<CustomerChanged>({
          topic: TOPIC,
          decoder: world.avro.decoder(SCHEMA),
          tombstones: false,
          check: () => null,
          apply: async (_, records) => {
            work();
            handled.push(...records.map(({ entityId }) => entityId));
            return [];
          },
        }),
      ],
    });
    await consumer.start();
    t.after(() => consumer.stop());
    return consumer;
  };
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", {}));
  const first = await start(() => {
    throw new RangeError("a bug");
  });
  await until("the crash", () => crashes.length > 0);
  await first.stop();
  await start(() => {});
  await until("the record", () => handled.length > 0);
  assert.deepEqual(handled, ["K1"]);
});

test("F12: a consumer without a coordinator is made anew and goes on; any other end is reported", async (t) => {
  const world = await createWorld(t);
  const made: Consumer[] = [];
  const crashListeners: ((event: object) => void)[] = [];
  const kafka = {
    consumer: (config: ConsumerConfig) => {
      const consumer = world.kafka.kafka.consumer(config);
      const on = consumer.on.bind(consumer) as (
        name: string,
        listener: (event: object) => void,
      ) => () => void;
      made.push(
        Object.assign(consumer, {
          on: (name: string, listener: (event: object) => void) => {
            if (name === consumer.events.CRASH) crashListeners.push(listener);
            return on(name, listener);
          },
        }),
      );
      return consumer;
    },
  } as unknown as Kafka;
  const seen: string[] = [];
  const failures: Error[] = [];
  const consumer = createGroupConsumer({
    client: { ...world.kafka, kafka },
    group: "anew",
    topics: [TOPIC],
    partitionsAtOnce: 1,
    telemetry: createKafkaTelemetry(createTelemetry("test", "silent"), [TOPIC]),
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

  const away = Object.assign(new Error("Failed to find group coordinator"), {
    name: "KafkaJSGroupCoordinatorNotFound",
  });
  await made[0]?.disconnect();
  crashListeners[0]?.({ payload: { error: away, restart: false } });
  await until("the group again", () => made.length === 2 && consumer.isReady());
  await world.send("customerChanged", "a/K1", customerChanged("a", "K1", {}));
  await until("the record", () => seen.includes("a/K1"));
  assert.deepEqual(failures, []);

  crashListeners[1]?.({ payload: { error: new RangeError("a bug"), restart: false } });
  assert.equal(failures.length, 1);
});
