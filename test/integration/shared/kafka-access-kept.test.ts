import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { makeTopics } from "../../../infra/deploy/topics.ts";
import { pipelineConfig } from "../../../infra/local/stack/pipeline-config.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { createKafka, type KafkaConfig } from "../../../services/shared/kafka/client.ts";
import { enterKafka } from "../../../services/shared/kafka/enter.ts";
import { createKafkaTelemetry } from "../../../services/shared/kafka/kafka-telemetry.ts";
import { createPublisher } from "../../../services/shared/kafka/producer.ts";
import { createTelemetry } from "../../../services/shared/telemetry.ts";
import { AUTHORITY, CERTIFICATES } from "../../support/certificates.ts";
import { readAll } from "../../support/read-all.ts";
import { passwordOf, startSecuredKafka } from "../../support/secured-kafka.ts";
import { until } from "../../support/until.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** The broker ends connections that bring no new login in time; kafkajs brings one 10 s before. */
const REAUTHENTICATED_AFTER_MS = 11_500;
const TOKEN_SECONDS = 12;

const configOf = (environment: Record<string, string>): KafkaConfig =>
  pipelineConfig(
    { kafkaBrokers: environment["KAFKA_BROKERS"] ?? "", registryUrl: "http://127.0.0.1:1" },
    environment,
  );

/** Sends records without a pause while something happens, and shows that each acknowledged one is there once. */
async function whileSending(
  t: TestContext,
  { config, topic }: { readonly config: KafkaConfig; readonly topic: string },
  work: () => Promise<void>,
): Promise<void> {
  await makeTopics({ config, partitions: 1, report: () => {} });
  const telemetry = createKafkaTelemetry(createTelemetry("test", "silent"), []);
  const client = createKafka({ config, clientId: "test", log: SILENT });
  const publisher = await createPublisher(client, telemetry);
  t.after(() => publisher.close());
  let isOver = false;
  let sent = 0;
  const sending = (async () => {
    for (; !isOver; sent += 1)
      await publisher.publish([{ topic, key: `linde/${sent}`, value: Buffer.from(String(sent)) }]);
  })();
  try {
    await Promise.race([work(), sending]);
  } finally {
    isOver = true;
  }
  await sending;
  const values = (await readAll(client, topic)).map(({ value }) => String(value));
  assert.deepEqual(
    values,
    Array.from({ length: sent }, (_, index) => String(index)),
  );
  assert.ok(sent > 0);
}

test("O38: what lets us in may change while we are in", async (t) => {
  const kafka = await startSecuredKafka(t, {
    "listener.name.company.connections.max.reauth.ms": REAUTHENTICATED_AFTER_MS,
  });

  await t.test(
    "tokens that expire are renewed before they do, and no record is lost or doubled",
    async (t) => {
      kafka.provider.lifetimeSeconds = TOKEN_SECONDS;
      await whileSending(
        t,
        { config: configOf(kafka.tokenLogin()), topic: TOPICS.messageLogged.name },
        async () => {
          const before = kafka.provider.given();
          await until("two more tokens", () => kafka.provider.given() >= before + 2);
        },
      );
    },
  );

  await t.test("a token of another principal is a new connection, no end", async (t) => {
    await whileSending(
      t,
      { config: configOf(kafka.tokenLogin()), topic: TOPICS.deadLetter.name },
      async () => {
        kafka.provider.subject = "pipeline-renamed";
        const before = kafka.provider.given();
        await until("two more tokens", () => kafka.provider.given() >= before + 2);
      },
    );
  });

  await t.test("a password in a file is the new one at the next login", async () => {
    const file = join(kafka.folder, "password");
    await writeFile(file, passwordOf("pipeline"));
    const { KAFKA_SASL_PASSWORD: _, ...others } = kafka.login("pipeline");
    const config = configOf({ ...others, KAFKA_SASL_PASSWORD_FILE: file });
    const client = createKafka({ config, clientId: "test", log: SILENT });
    await enterKafka(client, config);
    await writeFile(file, "not any more");
    await assert.rejects(enterKafka(client, config), { code: "KAFKA_ACCESS_REFUSED" });
    await writeFile(file, `${passwordOf("pipeline")}\n`);
    await enterKafka(client, config);
  });

  await t.test("certificates in files are the new ones at the next connection", async () => {
    const file = join(kafka.folder, "other-ca.pem");
    await writeFile(file, CERTIFICATES.expired);
    const config = configOf({ ...kafka.login("pipeline"), KAFKA_SSL_CA_FILE: file });
    const client = createKafka({ config, clientId: "test", log: SILENT });
    await assert.rejects(enterKafka(client, config), { code: "KAFKA_ACCESS_REFUSED" });
    await writeFile(file, AUTHORITY);
    await enterKafka(client, config);
  });
});
