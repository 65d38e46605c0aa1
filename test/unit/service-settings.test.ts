import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/source-files.ts";

const programs = [
  ...readdirSync(join(ROOT, "services")).map((name) => `services/${name}/main.ts`),
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
