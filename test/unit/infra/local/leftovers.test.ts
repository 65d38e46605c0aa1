import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { takeOwnership } from "../../../../infra/local/processes/owner-lock.ts";
import { endLeftovers, writePidFile } from "../../../../infra/local/processes/pid-files.ts";
import { identifyProcess, isAlive } from "../../../../infra/local/processes/system-processes.ts";
import { ownerState } from "../../../support/abandoned-stacks.ts";

test("leftovers: a process of a killed run whose command line names our folder is ended", async (t) => {
  const dataDir = await temporaryFolder(t);
  const left = await sleeper(t, [dataDir]);
  await writePidFile(dataDir, { name: "kafka", pid: left.pid, stopSignal: "SIGTERM" });
  const lines: string[] = [];

  await endLeftovers({ dataDir, report: (line) => lines.push(line) });

  assert.equal(await isAlive(left.identity), false);
  assert.deepEqual(lines, [`ending kafka (process ${left.pid}), left over from a run that was killed`]);
  assert.deepEqual(await readdir(join(dataDir, "pids")), []);
});

test("leftovers: a process that does not name our folder is left alone, whatever our note says", async (t) => {
  const dataDir = await temporaryFolder(t);
  const stranger = await sleeper(t, []);
  await writePidFile(dataDir, { name: "kafka", pid: stranger.pid, stopSignal: "SIGTERM" });

  await endLeftovers({ dataDir, report: () => {} });

  assert.equal(await isAlive(stranger.identity), true);
  assert.deepEqual(await readdir(join(dataDir, "pids")), []);
});

test("leftovers: a process that ignores its stop signal is killed", async (t) => {
  const dataDir = await temporaryFolder(t);
  const stubborn = await sleeper(t, [dataDir, "ignore-signals"]);
  await writePidFile(dataDir, { name: "kafka", pid: stubborn.pid, stopSignal: "SIGTERM" });

  await endLeftovers({ dataDir, report: () => {}, stopWithinMs: 50 });

  assert.equal(await isAlive(stubborn.identity), false);
});

test("owner lock: a folder is taken once, and free again after release", async (t) => {
  const dataDir = await temporaryFolder(t);
  const lock = await takeOwnership(dataDir);
  assert.equal(await ownerState(dataDir), "alive");
  await assert.rejects(takeOwnership(dataDir), { code: "ALREADY_RUNNING" });

  await lock.release();

  assert.equal(await ownerState(dataDir), "none");
  await (await takeOwnership(dataDir)).release();
});

test("owner lock: the lock of a process that was killed does not hold", async (t) => {
  const dataDir = await temporaryFolder(t);
  const lockModule = import.meta.resolve("../../../../infra/local/processes/owner-lock.ts");
  const script = `const { takeOwnership } = await import(${JSON.stringify(lockModule)});
    await takeOwnership(${JSON.stringify(dataDir)}); process.kill(process.pid, "SIGKILL");`;
  await once(spawn(process.execPath, ["--input-type=module", "--eval", script]), "exit");
  assert.equal(await ownerState(dataDir), "gone");

  const lock = await takeOwnership(dataDir);

  assert.equal(await ownerState(dataDir), "alive");
  await lock.release();
});

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "simon-local-unit-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A process that does nothing, with these arguments on its command line. */
async function sleeper(t: TestContext, args: readonly string[]) {
  const script = `if (process.argv.includes("ignore-signals")) process.on("SIGTERM", () => {});
    setInterval(() => {}, 1000); console.log("running");`;
  const child = spawn(process.execPath, ["--eval", script, "--", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  assert.ok(child.pid !== undefined);
  const identity = await identifyProcess(child.pid);
  assert.ok(identity !== undefined);
  return { pid: child.pid, identity };
}
