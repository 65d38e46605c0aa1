import assert from "node:assert/strict";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pipelineConfig } from "../../../infra/local/stack/pipeline-config.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { createKafka } from "../../../services/shared/kafka/client.ts";
import { enterKafka } from "../../../services/shared/kafka/enter.ts";
import { CERTIFICATES, SERVER_KEY } from "../../support/certificates.ts";
import { passwordOf, startSecuredKafka } from "../../support/secured-kafka.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** A wrong setting is told within so long. */
const TOLD_WITHIN_MS = 10_000;

test("O38: into a Kafka as companies have it", async (t) => {
  const kafka = await startSecuredKafka(t);

  const enter = async (environment: Record<string, string>): Promise<void> => {
    const config = pipelineConfig(
      { kafkaBrokers: environment["KAFKA_BROKERS"] ?? "", registryUrl: "http://127.0.0.1:1" },
      environment,
    );
    await enterKafka(createKafka({ config, clientId: "test", log: SILENT }), config);
  };
  const refusal = async (environment: Record<string, string>, told: RegExp): Promise<void> => {
    const begin = performance.now();
    await assert.rejects(enter(environment), (error: Error) => {
      assert.match(error.message, told);
      assert.doesNotMatch(error.message, /secret|\n/);
      return isFailure(error, "KAFKA_ACCESS_REFUSED");
    });
    assert.ok(performance.now() - begin < TOLD_WITHIN_MS, `${performance.now() - begin} ms`);
  };
  const certificate = async () => {
    const [certFile, keyFile] = [join(kafka.folder, "client.pem"), join(kafka.folder, "client-key.pem")];
    await writeFile(certFile, CERTIFICATES.good);
    await writeFile(keyFile, SERVER_KEY);
    return {
      KAFKA_BROKERS: `127.0.0.1:${kafka.ports.tls}`,
      KAFKA_SECURITY_PROTOCOL: "SSL",
      KAFKA_SSL_CA_FILE: kafka.caFile,
      KAFKA_SSL_CERTIFICATE_FILE: certFile,
      KAFKA_SSL_KEY_FILE: keyFile,
    };
  };

  for (const mechanism of ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
    await t.test(`by ${mechanism} over TLS`, () =>
      enter({ ...kafka.login("pipeline"), KAFKA_SASL_MECHANISM: mechanism }),
    );

  await t.test("by a password in a file", async () => {
    const file = join(kafka.folder, "password");
    await writeFile(file, `${passwordOf("pipeline")}\n`);
    const { KAFKA_SASL_PASSWORD: _, ...others } = kafka.login("pipeline");
    await enter({ ...others, KAFKA_SASL_PASSWORD_FILE: file });
  });
  await t.test("by a token of client credentials", () => enter(kafka.tokenLogin()));
  await t.test("by a certificate of our own", async () => enter(await certificate()));

  for (const [what, change, told] of [
    ["a wrong password", { KAFKA_SASL_PASSWORD: "no" }, /KAFKA_SASL_PASSWORD/],
    ["an unknown user", { KAFKA_SASL_USERNAME: "nobody" }, /KAFKA_SASL_USERNAME/],
    [
      "plain text to a port with TLS",
      { KAFKA_SECURITY_PROTOCOL: "SASL_PLAINTEXT", KAFKA_SSL_CA_FILE: "" },
      /KAFKA_SECURITY_PROTOCOL is SASL_PLAINTEXT, but .* speaks SASL_SSL/,
    ],
    ["an authority that nobody named", { KAFKA_SSL_CA_FILE: "" }, /KAFKA_SSL_CA_FILE/],
  ] as const)
    await t.test(`${what} ends the start with one line that names the setting`, () =>
      refusal({ ...kafka.login("pipeline"), ...change }, told),
    );

  await t.test("a mechanism that the broker lacks ends the start with one line", () =>
    refusal(
      {
        ...kafka.login("pipeline"),
        KAFKA_SASL_MECHANISM: "SCRAM-SHA-256",
        KAFKA_BROKERS: `127.0.0.1:${kafka.ports.plain}`,
        KAFKA_SECURITY_PROTOCOL: "SASL_PLAINTEXT",
        KAFKA_SSL_CA_FILE: "",
      },
      /KAFKA_SASL_MECHANISM|KAFKA_SECURITY_PROTOCOL/,
    ),
  );
  await t.test("TLS to a port without it ends the start with one line", () =>
    refusal(
      { ...kafka.login("pipeline"), KAFKA_BROKERS: `127.0.0.1:${kafka.ports.plain}` },
      /speaks PLAINTEXT/,
    ),
  );
  await t.test("no login where one is wanted ends the start with one line", () =>
    refusal(
      {
        KAFKA_BROKERS: `127.0.0.1:${kafka.ports.sasl}`,
        KAFKA_SECURITY_PROTOCOL: "SSL",
        KAFKA_SSL_CA_FILE: kafka.caFile,
      },
      /speaks SASL_SSL/,
    ),
  );
  await t.test("no certificate where one is wanted ends the start with one line", async () => {
    const { KAFKA_SSL_CERTIFICATE_FILE: _, KAFKA_SSL_KEY_FILE: __, ...others } = await certificate();
    await refusal(others, /KAFKA_SSL_CERTIFICATE_FILE/);
  });
  await t.test("a certificate of ours that has expired ends the start with one line", async () => {
    const expired = await certificate();
    await writeFile(expired.KAFKA_SSL_CERTIFICATE_FILE, CERTIFICATES.expired);
    await refusal(expired, /KAFKA_SSL_CERTIFICATE_FILE/);
  });
  await t.test("a name that is not the certificate's ends the start with one line", () =>
    refusal(
      { ...kafka.login("pipeline"), KAFKA_BROKERS: `localhost:${kafka.ports.sasl}` },
      /another name; check KAFKA_BROKERS/,
    ),
  );
  await t.test("a wrong client secret ends the start with one line", () =>
    refusal({ ...kafka.tokenLogin(), KAFKA_OAUTH_CLIENT_SECRET: "no" }, /KAFKA_OAUTH_CLIENT_SECRET/),
  );
  await t.test("a file that is no certificate ends the start with one line", async () => {
    const file = join(kafka.folder, "nothing.pem");
    await copyFile(new URL(import.meta.url), file);
    await assert.rejects(
      enter({ ...kafka.login("pipeline"), KAFKA_SSL_CA_FILE: file }),
      (error) => isFailure(error, "CONFIG_INVALID") && /^KAFKA_SSL_CA_FILE/.test(error.message),
    );
  });
});
