import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import {
  kafkaSettings,
  readConfig,
  registrySettings,
  unit4Settings,
} from "../../../services/shared/config.ts";
import { kafkaAccessSettings } from "../../../services/shared/kafka/access/settings.ts";
import { postgresAccessSettings } from "../../../services/shared/postgres-access.ts";
import { registryAccessSettings } from "../../../services/shared/registry-access.ts";
import { secretFrom, watchedFile } from "../../../services/shared/watched-file.ts";

const SCHEMA = z.object({ ...kafkaSettings, ...registrySettings });
const PLAIN = { KAFKA_BROKERS: "127.0.0.1:9092", SCHEMA_REGISTRY_URL: "http://127.0.0.1:8081" };
const LOGIN = {
  KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
  KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
  KAFKA_SASL_USERNAME: "pipeline",
  KAFKA_SASL_PASSWORD: "hidden",
};
const TOKEN = {
  KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
  KAFKA_SASL_MECHANISM: "OAUTHBEARER",
  KAFKA_OAUTH_TOKEN_URL: "https://login.example/token",
  KAFKA_OAUTH_CLIENT_ID: "pipeline",
  KAFKA_OAUTH_CLIENT_SECRET: "hidden",
};
const AWS = {
  KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
  KAFKA_SASL_MECHANISM: "AWS_MSK_IAM",
  KAFKA_AWS_REGION: "eu-west-1",
};

function faultsOf(environment: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(SCHEMA, environment);
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.split("\n");
    return lines.map((line) => line.trim());
  }
}

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "simon-settings-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("each way into Kafka and the registry has settings that suffice", () => {
  for (const access of [
    {},
    LOGIN,
    { ...LOGIN, KAFKA_SECURITY_PROTOCOL: "SASL_PLAINTEXT" },
    TOKEN,
    AWS,
    { KAFKA_SECURITY_PROTOCOL: "SSL", KAFKA_SSL_CERTIFICATE_FILE: "a", KAFKA_SSL_KEY_FILE: "b" },
    { SCHEMA_REGISTRY_USERNAME: "pipeline", SCHEMA_REGISTRY_PASSWORD: "hidden" },
    { SCHEMA_REGISTRY_TOKEN: "hidden" },
  ])
    assert.deepEqual(faultsOf({ ...PLAIN, ...access }), [], JSON.stringify(access));
});

for (const [access, fault] of [
  [
    { ...LOGIN, KAFKA_SASL_MECHANISM: undefined },
    "KAFKA_SASL_MECHANISM is not set, and KAFKA_SECURITY_PROTOCOL=SASL_SSL needs it",
  ],
  [{ ...LOGIN, KAFKA_SASL_MECHANISM: "GSSAPI" }, /^KAFKA_SASL_MECHANISM: /],
  [
    { ...LOGIN, KAFKA_SASL_PASSWORD: undefined },
    "KAFKA_SASL_PASSWORD or KAFKA_SASL_PASSWORD_FILE is not set, and KAFKA_SASL_MECHANISM=SCRAM-SHA-512 needs it",
  ],
  [
    { ...LOGIN, KAFKA_SASL_PASSWORD_FILE: "/a" },
    "KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set; set one",
  ],
  [
    { ...LOGIN, KAFKA_SECURITY_PROTOCOL: "SSL" },
    "KAFKA_SASL_MECHANISM has no effect, since KAFKA_SECURITY_PROTOCOL is not SASL_PLAINTEXT or SASL_SSL",
  ],
  [
    { ...TOKEN, KAFKA_OAUTH_TOKEN_URL: undefined },
    "KAFKA_OAUTH_TOKEN_URL is not set, and KAFKA_SASL_MECHANISM=OAUTHBEARER needs it",
  ],
  [
    { KAFKA_SSL_CA_FILE: "/ca.pem" },
    "KAFKA_SSL_CA_FILE has no effect, since KAFKA_SECURITY_PROTOCOL is not SSL or SASL_SSL",
  ],
  [
    { KAFKA_SECURITY_PROTOCOL: "SSL", KAFKA_SSL_KEY_FILE: "/key.pem" },
    "KAFKA_SSL_CERTIFICATE_FILE is not set, and KAFKA_SSL_KEY_FILE needs it",
  ],
  [
    { SCHEMA_REGISTRY_USERNAME: "pipeline" },
    "SCHEMA_REGISTRY_PASSWORD or SCHEMA_REGISTRY_PASSWORD_FILE is not set, and SCHEMA_REGISTRY_USERNAME needs it",
  ],
  [
    { SCHEMA_REGISTRY_PASSWORD: "hidden" },
    "SCHEMA_REGISTRY_USERNAME is not set, and SCHEMA_REGISTRY_PASSWORD needs it",
  ],
  [
    { SCHEMA_REGISTRY_TOKEN: "hidden", SCHEMA_REGISTRY_USERNAME: "a", SCHEMA_REGISTRY_PASSWORD: "hidden" },
    "SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_TOKEN are both set; set one",
  ],
  [
    { SCHEMA_REGISTRY_CA_FILE: "/ca.pem" },
    "SCHEMA_REGISTRY_CA_FILE has no effect, since SCHEMA_REGISTRY_URL is not https",
  ],
] as const)
  test(`a way in that is not whole is told before anything connects: ${fault}`, () => {
    const faults = faultsOf({ ...PLAIN, ...access });
    const isTold = faults.some((line) => (typeof fault === "string" ? line === fault : fault.test(line)));
    assert.ok(isTold, faults.join("\n"));
    assert.doesNotMatch(faults.join(), /hidden/);
  });

test("any setting may stand in a file, as secrets of containers do", (t) => {
  const file = join(folder(t), "secret");
  writeFileSync(file, "sandbox-secret\n");
  const schema = z.object({ UNIT4_CLIENT_SECRET: unit4Settings.UNIT4_CLIENT_SECRET });
  assert.deepEqual(readConfig(schema, { UNIT4_CLIENT_SECRET_FILE: file }), {
    UNIT4_CLIENT_SECRET: "sandbox-secret",
  });
  assert.throws(() => readConfig(schema, { UNIT4_CLIENT_SECRET_FILE: `${file}.gone` }), {
    code: "CONFIG_INVALID",
    message: /UNIT4_CLIENT_SECRET_FILE cannot be read: ENOENT/,
  });
  assert.throws(() => readConfig(schema, { UNIT4_CLIENT_SECRET_FILE: file, UNIT4_CLIENT_SECRET: "other" }), {
    message: /UNIT4_CLIENT_SECRET and UNIT4_CLIENT_SECRET_FILE are both set; set one/,
  });
});

test("a file that is replaced is read anew, and what was read holds while it is away", (t) => {
  const file = join(folder(t), "password");
  writeFileSync(file, "first\n");
  const [secret, content] = [secretFrom("A_FILE", file), watchedFile(file)];
  assert.deepEqual([secret(), content().toString()], ["first", "first\n"]);
  writeFileSync(`${file}.new`, "other\n");
  rmSync(file);
  assert.equal(secret(), "first");
  renameSync(`${file}.new`, file);
  assert.deepEqual([secret(), content().toString()], ["other", "other\n"]);
  assert.throws(() => watchedFile(`${file}.never`)(), { code: "ENOENT" });
});

test("README names every setting that leads into a cluster", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const settings = { ...kafkaAccessSettings, ...registryAccessSettings, ...postgresAccessSettings };
  const missing = Object.keys(settings).filter((name) => !readme.includes(`\`${name}\``));
  assert.deepEqual(missing, []);
});
