import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SERVICES } from "../../../../infra/deploy/services.ts";
import { LocalStackError } from "../../../../infra/local/processes/local-stack-error.ts";
import {
  programPorts,
  servicePrograms,
  unit4Access,
} from "../../../../infra/local/programs/local-programs.ts";
import { keepSecret } from "../../../../infra/local/stack/kept-secret.ts";
import { readLocalSettings } from "../../../../infra/local/stack/local-settings.ts";
import { passwordFile, rolePasswords } from "../../../../infra/local/stack/postgres-password.ts";
import { readAddresses } from "../../../../infra/ops/addresses.ts";
import { databaseUrlOf } from "../../../../services/shared/postgres-access.ts";

const STACK = {
  kafkaBrokers: "127.0.0.1:19092",
  registryUrl: "http://127.0.0.1:18081/apis/ccompat/v7",
  databaseUrl: "postgresql://postgres@127.0.0.1:15432/simon",
  rolePasswords: {},
};

test("local settings: an empty environment gives the documented ports and no part elsewhere", () => {
  const settings = readLocalSettings({ KAFKA_BROKERS: "" });
  assert.equal(settings.LOCAL_POSTGRES_PORT, 15_432);
  assert.equal(settings.LOCAL_KAFKA_PORT, 19_092);
  assert.equal(settings.LOCAL_REGISTRY_PORT, 18_081);
  assert.equal(settings.KAFKA_BROKERS, undefined);
});

test("local settings: all faults are named at once, and no value is repeated", () => {
  const secret = "ftp://user:geheim@host";
  assert.throws(
    () => readLocalSettings({ LOCAL_KAFKA_PORT: "nul", KAFKA_BROKERS: "broker", UNIT4_BASE_URL: secret }),
    (error) => {
      assert.ok(error instanceof LocalStackError);
      assert.equal(error.code, "SETTINGS_INVALID");
      for (const name of [
        "LOCAL_KAFKA_PORT",
        "KAFKA_BROKERS",
        "UNIT4_BASE_URL",
        "UNIT4_CLIENT_ID",
        "UNIT4_CLIENT_SECRET",
      ])
        assert.match(error.message, new RegExp(`^ {2}${name}: `, "m"));
      assert.doesNotMatch(error.message, /geheim/);
      return true;
    },
  );
});

test("local settings: one port for two parts is a fault that names both", () => {
  assert.throws(
    () => readLocalSettings({ LOCAL_SIMON_PORT: "8090" }),
    /LOCAL_SIMON_PORT: is the same port as LOCAL_MULTIVERS_PORT/,
  );
  assert.throws(
    () => readLocalSettings({ LOCAL_SIMON_PORT: "9101" }),
    /LOCAL_SIMON_PORT: is among the ports after LOCAL_HEALTH_PORT_BASE/,
  );
});

test("local programs: a service logs in as its own role, with the password that the deployment gave it", () => {
  // secretlint-disable-next-line
  const adminUrl = "postgresql://postgres:beheer@db.example:5432/simon";
  assert.equal(
    databaseUrlOf("order-writer", adminUrl, {}),
    "postgresql://order_writer@db.example:5432/simon",
  );
  assert.equal(
    databaseUrlOf("order-writer", adminUrl, { ORDER_WRITER_PASSWORD: "a/b%20" }),
    // secretlint-disable-next-line
    "postgresql://order_writer:a%2Fb%2520@db.example:5432/simon",
  );
});

test("local programs: each service has a password of its own on the local server, which follows from the superuser's", () => {
  const passwords = rolePasswords("the superuser's");
  assert.deepEqual(passwords, rolePasswords("the superuser's"));
  assert.equal(new Set(Object.values(passwords)).size, SERVICES.length);
  assert.notDeepEqual(passwords, rolePasswords("another"));
  const programs = servicePrograms(
    readLocalSettings({}),
    { ...STACK, rolePasswords: passwords },
    unit4Access(readLocalSettings({}), "local:key"),
  );
  for (const { name, env } of programs) {
    const { username, password } = new URL(env["DATABASE_URL"] ?? "");
    assert.equal(username, name.replaceAll("-", "_"));
    assert.equal(password, passwords[`${username.toUpperCase()}_PASSWORD`]);
  }
});

test("the tools find the password of the stack that runs here, and none where none was ever started", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-password-"));
  t.after(() => rm(dataDir, { recursive: true }));
  const address = () => new URL(readAddresses({ LOCAL_DATA_DIR: dataDir }).databaseUrl);
  assert.equal(address().password, "");
  await keepSecret(passwordFile(dataDir), "kept");
  assert.equal(address().password, "kept");
});

test("local programs: only the services that call Unit4 are given its secrets", () => {
  const settings = readLocalSettings({});
  const programs = servicePrograms(settings, STACK, unit4Access(settings, "local:key"));
  const withSecret = programs
    .filter((program) => "UNIT4_CLIENT_SECRET" in program.env)
    .map((program) => program.name);
  assert.deepEqual(withSecret, ["unit4-poller", "order-writer", "console"]);
  assert.deepEqual(
    programs.map((program) => program.port),
    [9101, 9102, 9103, 9104, 9105, 9106],
  );
});

test("local programs: a real Unit4 needs no port for the sandbox and keeps the ordinary poll interval", () => {
  const settings = readLocalSettings({
    UNIT4_BASE_URL: "https://erp.example/V22",
    UNIT4_CLIENT_ID: "id",
    UNIT4_CLIENT_SECRET: "geheim",
  });
  const unit4 = unit4Access(settings, "local:key");
  assert.equal(unit4.baseUrl, "https://erp.example/V22");
  assert.ok(!programPorts(settings).some((need) => need.setting === "LOCAL_MULTIVERS_PORT"));
  const poller = servicePrograms(settings, STACK, unit4).find((program) => program.name === "unit4-poller");
  assert.equal(poller?.env["UNIT4_POLLER_INTERVAL_MS"], undefined);
});

test("local programs: a provider of one's own takes the place of the sandbox's, with its own claims", () => {
  const ofOthers = {
    CONSOLE_OIDC_ISSUER: "https://id.example",
    CONSOLE_OIDC_CLIENT_ID: "id",
    CONSOLE_OIDC_CLIENT_SECRET: "geheim",
  };
  assert.throws(
    () => readLocalSettings({ CONSOLE_OIDC_ISSUER: "https://id.example" }),
    /CONSOLE_OIDC_CLIENT_SECRET: is not set, and CONSOLE_OIDC_ISSUER needs it/,
  );
  for (const [environment, isSandbox] of [
    [{}, true],
    [ofOthers, false],
  ] as const) {
    const settings = readLocalSettings(environment);
    const site = servicePrograms(settings, STACK, unit4Access(settings, "local:key")).find(
      ({ name }) => name === "console",
    );
    assert.equal(site?.env["CONSOLE_OIDC_TENANT_CLAIM"], isSandbox ? "tenant_id" : undefined);
    assert.equal(
      programPorts(settings).some(({ setting }) => setting === "LOCAL_IDENTITY_PORT"),
      isSandbox,
    );
  }
});
