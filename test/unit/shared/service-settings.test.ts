import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { commonSettings, environmentAs, readConfig, unit4Settings } from "../../../services/shared/config.ts";
import { ROOT } from "../../support/source-files.ts";

const programs = [
  ...readdirSync(join(ROOT, "services")).map((name) => `services/${name}/main.ts`),
  "services/all.ts",
  "infra/deploy/main.ts",
].filter((path) => existsSync(join(ROOT, path)));

type Ended = { readonly code: number | null; readonly output: string };

const run = (program: string, environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(ROOT, program)],
      { env: { PATH: process.env["PATH"], ...environment } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });

test("R4: several hosts for PostgreSQL are refused in words that say what is wanted, a comma in a password is not", () => {
  const schema = z.object({ DATABASE_URL: commonSettings.DATABASE_URL });
  const read = (url: string) => () => readConfig(schema, { DATABASE_URL: url });
  for (const several of ["postgresql://a:b@one:5432,two:5432/simon", "postgresql://one,two/simon"])
    assert.throws(read(several), /DATABASE_URL: must name one host, an address that leads to the primary$/);
  assert.throws(read("mysql://a@one/simon"), /DATABASE_URL: must be a URL that begins with postgresql/);
  for (const one of ["postgresql://a:b,c@one:5432/simon", "postgres://one/simon?options=-c%20a=b,c"])
    read(one)();
});

test("plain http to another machine is refused at the start, unless a setting says so; to this one it is fine", () => {
  const schema = z.object({ ...commonSettings, ...unit4Settings });
  const read = (changed: Readonly<Record<string, string>>) =>
    readConfig(schema, {
      KAFKA_BROKERS: "127.0.0.1:9092",
      SCHEMA_REGISTRY_URL: "http://127.0.0.1:8081",
      DATABASE_URL: "postgresql://console@127.0.0.1/simon",
      UNIT4_BASE_URL: "https://api.multivers.nl/V22",
      UNIT4_CLIENT_ID: "id",
      UNIT4_CLIENT_SECRET: "secret",
      TOKEN_KEYS: `a:${"A".repeat(43)}=`,
      ...changed,
    });
  for (const near of ["http://localhost:8090/V22", "http://[::1]:8090/V22"]) read({ UNIT4_BASE_URL: near });
  for (const [name, far] of [
    ["UNIT4_BASE_URL", "http://api.multivers.nl/V22"],
    ["UNIT4_BASE_URL", "HTTP://127.0.0.1.evil.example/V22"],
    ["SCHEMA_REGISTRY_URL", "http://10.0.0.7:8081"],
  ] as const) {
    assert.throws(() => read({ [name]: far }), new RegExp(`${name}: must begin with https`));
    read({ [name]: far, ALLOW_PLAIN_HTTP: "true" });
  }
});

test("one of several services in a process logs in as its own role, with its own password or the file of it", () => {
  const environment = {
    DATABASE_URL: "postgresql://db.example/simon?sslmode=require",
    DATABASE_PASSWORD_FILE: "/run/any",
    LOG_SINK_PASSWORD: "hers",
    ORDER_WRITER_PASSWORD_FILE: "/run/order-writer",
  };
  const { DATABASE_URL: byPassword } = environmentAs("log-sink", environment);
  // secretlint-disable-next-line
  assert.equal(byPassword, "postgresql://log_sink:hers@db.example/simon?sslmode=require");
  const byFile = environmentAs("order-writer", environment);
  assert.equal(byFile["DATABASE_URL"], "postgresql://order_writer@db.example/simon?sslmode=require");
  assert.equal(byFile["DATABASE_PASSWORD_FILE"], "/run/order-writer");
  // What is no address is told by whoever reads it.
  assert.deepEqual(environmentAs("log-sink", { DATABASE_URL: "none" }), { DATABASE_URL: "none" });
});

for (const program of programs)
  test(`${program}: wrong settings are all named at once, without their values, and it ends with exit code 1`, async () => {
    const { code, output } = await run(program, {
      KAFKA_BROKERS: "nonsense with blanks",
      SCHEMA_REGISTRY_URL: "ftp://secret-host",
      KAFKA_TOPIC_PREFIX: "UPPER",
    });
    assert.equal(code, 1);
    for (const name of ["KAFKA_BROKERS", "SCHEMA_REGISTRY_URL", "DATABASE_URL", "KAFKA_TOPIC_PREFIX"])
      assert.match(output, new RegExp(`^  ${name}[ :]`, "m"));
    assert.doesNotMatch(output, /nonsense|secret-host|UPPER|at .*\.ts:\d+/);
  });
