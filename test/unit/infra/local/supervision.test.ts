import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  backoffMs,
  type ProcessDefinition,
  superviseProcess,
} from "../../../../infra/local/processes/supervised-process.ts";
import { until } from "../../../support/until.ts";

test("supervision: the pause doubles with each death and ends at 30 s", () => {
  assert.deepEqual([1, 2, 3, 6, 7, 100].map(backoffMs), [500, 1_000, 2_000, 16_000, 30_000, 30_000]);
});

test("supervision: a process that dies is started again and the line names its log", async (t) => {
  const { definition, lines, supervised } = await supervise(t, "touch READY; exec sleep 60");
  await supervised.start();
  const firstPid = supervised.pid();
  assert.ok(firstPid !== undefined);

  process.kill(firstPid, "SIGKILL");

  await until("the part to come back", () => lines.includes("part is back"));
  assert.notEqual(supervised.pid(), firstPid);
  assert.deepEqual(lines, [
    `part was ended by SIGKILL; starting it again in 0.5 s (log: ${definition.logFile})`,
    "part is back",
  ]);
});

test("supervision: what was killed on purpose stays down until it is restarted", async (t) => {
  const { lines, supervised } = await supervise(t, "touch READY; exec sleep 60");
  await supervised.start();

  await supervised.kill9();
  assert.equal(supervised.pid(), undefined);
  await supervised.restart();

  assert.ok(supervised.pid() !== undefined);
  assert.deepEqual(lines, []);
});

test("supervision: a process that ends before it serves fails the start with the end of its log", async (t) => {
  const { supervised } = await supervise(t, "echo the disk is full; exit 3");

  await assert.rejects(supervised.start(), (error: Error & { code?: string }) => {
    assert.equal(error.code, "PROCESS_FAILED_TO_START");
    assert.match(error.message, /^part ended with code 3; .*\nthe disk is full$/s);
    return true;
  });
});

test("supervision: a program that is not there fails the start", async (t) => {
  const { supervised } = await supervise(t, "", { command: "/no/such/program" });
  await assert.rejects(supervised.start(), /part could not be started: .*ENOENT/);
});

test("supervision: a process that ignores its stop signal is killed after the deadline", async (t) => {
  const { supervised } = await supervise(t, "trap '' TERM; touch READY; while true; do sleep 0.1; done", {
    stopWithinMs: 100,
  });
  await supervised.start();
  await supervised.stop();
  await supervised.stop();
  assert.equal(supervised.pid(), undefined);
});

test("supervision: stopping while it starts ends the start", async (t) => {
  const { supervised } = await supervise(t, "touch STARTED; exec sleep 60");
  const starting = supervised.start();
  const refused = assert.rejects(starting, { code: "PROCESS_STOPPED" });
  await until("the part to run", () => supervised.pid());
  await supervised.stop();
  await refused;
});

/** Supervises a shell script that says that it serves by making the file READY. */
async function supervise(t: TestContext, script: string, overrides: Partial<ProcessDefinition> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-local-unit-"));
  const readyFile = join(dataDir, "READY");
  const definition: ProcessDefinition = {
    name: "part",
    dataDir,
    command: "/bin/sh",
    args: ["-c", script, dataDir],
    env: process.env,
    workingDirectory: dataDir,
    logFile: join(dataDir, "part.log"),
    stopSignal: "SIGTERM",
    stopWithinMs: 5_000,
    readyWithinMs: 10_000,
    startAttempts: 1,
    isReady: async () => existsSync(readyFile),
    ...overrides,
  };
  await writeFile(definition.logFile, "");
  const lines: string[] = [];
  const supervised = superviseProcess(definition, (line) => lines.push(line));
  t.after(async () => {
    await supervised.kill9();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { definition, lines, supervised };
}
