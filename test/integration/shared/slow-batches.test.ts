import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { KafkaClient } from "../../../services/shared/kafka/client.ts";
import { consumeIntoPostgres } from "../../../services/shared/kafka/consume-into-postgres.ts";
import { createDeadLetters } from "../../../services/shared/kafka/dead-letter.ts";
import type { Consumer } from "../../../services/shared/kafka/group-consumer.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { route } from "../../../services/shared/kafka/postgres-route.ts";
import type { Connection } from "../../../services/shared/postgres.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { customerChanged } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const TOPIC = TOPICS.customerChanged.name;
const SESSION_MS = 1_500;
/** More than two sessions. */
const SLOW_MS = 4_000;

/** What a member of the group works with, and what it did. */
type Member = {
  readonly kafka: KafkaClient;
  readonly handled: string[];
  readonly crashes: Error[];
  joins(): Promise<number>;
};

function createMember(world: World) {
  const telemetry = createTelemetry("test", "error");
  const kafkaTelemetry = createKafkaTelemetry(telemetry, [TOPIC]);
  const member: Member = {
    kafka: { ...world.kafka, sessionTimeoutMs: SESSION_MS },
    handled: [],
    crashes: [],
    joins: async () => {
      const { body } = await telemetry.metricsPage();
      return Number(/^simon_consumer_joins_total\S* (\d+)/m.exec(body)?.[1]);
    },
  };
  const rules = {
    topic: TOPIC,
    decoder: world.avro.decoder<CustomerChanged>("customer-changed"),
    tombstones: true,
    check: () => null,
  };
  return {
    member,
    rules,
    common: {
      kafka: member.kafka,
      group: "slow",
      telemetry: kafkaTelemetry,
      deadLetters: createDeadLetters(world.publisher, kafkaTelemetry, Date.now),
      messages: { records: () => [] },
      publisher: world.publisher,
      onCrash: (failure: Error) => void member.crashes.push(failure),
    },
  };
}

/** Where the time of a batch goes. */
const SLOW: Readonly<Record<string, (tx: Connection) => Promise<unknown>>> = {
  "in Postgres": (tx) => tx.query("select pg_sleep($1)", [SLOW_MS / 1_000]),
  "in the process": () => sleep(SLOW_MS),
};

const memberThat =
  (isSlow: (tx: Connection) => Promise<unknown>) =>
  (world: World): { readonly consumer: Consumer; readonly member: Member } => {
    const { member, rules, common } = createMember(world);
    const consumer = consumeIntoPostgres({
      ...common,
      pool: world.pool,
      positionsTable: "slow.positions",
      routes: [
        route<CustomerChanged>({
          ...rules,
          apply: async (tx, records) => {
            await isSlow(tx);
            member.handled.push(...records.map(({ entityId }) => entityId));
            return [];
          },
        }),
      ],
    });
    return { consumer, member };
  };

async function startTwo(t: TestContext, make: ReturnType<typeof memberThat>) {
  const world = await createWorld(t);
  await world.pool.query(
    `create schema slow; create table slow.positions (like simon.positions including all)`,
  );
  const [first, second] = [make(world), make(world)];
  for (const { consumer } of [first, second]) {
    await consumer.start();
    t.after(() => consumer.stop());
    await until("a member", () => consumer.isReady());
  }
  const both = [first, second];
  const members = both.map(({ member }) => member);
  // The first one joins again when the second one comes.
  await until(
    "both",
    async () => (await members[0]?.joins()) === 2 && both.every(({ consumer }) => consumer.isReady()),
  );
  return { world, both, members };
}

for (const [where, isSlow] of Object.entries(SLOW))
  test(`F17: a batch ${where} that takes longer than two sessions keeps its partition: done once, nobody joins anew`, async (t) => {
    const { world, both, members } = await startTwo(t, memberThat(isSlow));
    const joins = async () => Promise.all(members.map((member) => member.joins()));
    const before = await joins();
    for (const tenantId of ["a", "b", "c", "d"])
      await world.send("customerChanged", `${tenantId}/K1`, customerChanged(tenantId, "K1", {}));
    const handled = () => members.flatMap((one) => one.handled).length;
    await until(
      "all of them",
      () => handled() >= 4 && both.every(({ consumer }) => consumer.isReady()),
      60_000,
    );
    // One more after the slow ones: whoever had lost its partition has begun anew by then.
    await world.send("customerChanged", "a/K2", customerChanged("a", "K2", {}));
    await until("the last one", () => members.some((one) => one.handled.includes("K2")), 60_000);
    assert.equal(handled(), 5);
    assert.deepEqual(await joins(), before);
    assert.deepEqual(
      members.flatMap(({ crashes }) => crashes),
      [],
    );
  });
