import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { commandLineOf } from "../../../infra/local/processes/system-processes.ts";
import { freePort } from "../../support/free-port.ts";
import { processTree } from "../../support/process-tree.ts";
import { ROOT } from "../../support/source-files.ts";
import { until } from "../../support/until.ts";

/** What is promised to a supervisor. */
const ENDS_WITHIN_MS = 10_000;
const HEALTH_PORTS = 20;

/** An npm command as a supervisor starts it, and all that comes of it; nothing of it outlives the test. */
function supervise(t: TestContext, args: readonly string[], environment: Readonly<Record<string, string>>) {
  const npm = spawn("npm", args, {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [npm.stdout, npm.stderr])
    stream.setEncoding("utf8").on("data", (text) => output.push(text));
  const tree = processTree(npm.pid ?? 0);
  const looking = setInterval(tree.living, 100);
  t.after(() => {
    clearInterval(looking);
    tree.kill();
  });
  return { npm, output, tree, ended: once(npm, "exit") };
}

type Supervised = ReturnType<typeof supervise>;

async function untilSays({ npm, output }: Supervised, what: RegExp): Promise<void> {
  const said = await until(`npm to say ${what}`, () =>
    what.test(output.join("")) ? "said" : hasEnded(npm) ? "ended" : null,
  );
  assert.equal(said, "said", output.join(""));
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Sends the signal to npm alone, as a supervisor does, and sees everything end. */
async function endsAfter(signal: NodeJS.Signals, { npm, output, tree }: Supervised): Promise<void> {
  const sentAt = performance.now();
  npm.kill(signal);
  await until("everything to end", () => tree.living().length === 0).catch(async () => {
    const left = await Promise.all(tree.living().map(({ pid }) => commandLineOf(pid)));
    assert.fail(`after ${signal} there still run:\n${left.join("\n")}\n${output.join("")}`);
  });
  const tookMs = performance.now() - sentAt;
  assert.ok(tookMs < ENDS_WITHIN_MS, `${signal}: everything had ended after ${tookMs} ms`);
}

test("supervisor: after TERM, INT or the death of npm, npm start and all that it started end within 10 s", async (t) => {
  const environment = await localStack(t);
  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
    const run = supervise(t, ["start"], environment);
    await untilSays(run, /^ready/m);
    assert.ok(run.tree.living().length >= 12, "node and eleven children run");
    // Kafka is slow at its first groups: a matter of waiting, and no error.
    assert.deepEqual(await errorsLogged(environment["LOCAL_DATA_DIR"] ?? ""), []);
    await endsAfter(signal, run);
  }
});

test("supervisor: npm start that is told to stop while it starts leaves nothing running", async (t) => {
  const run = supervise(t, ["start"], await localStack(t));
  await until("a child", () => run.tree.living().length > 2);
  await endsAfter("SIGTERM", run);
});

test("supervisor: after TERM, INT or the death of npm, npm test and all that it started end within 10 s", async (t) => {
  // In the second suite, as most of the time of a whole run.
  const files = ["test/unit/shared/decimal.test.ts", "test/integration/log-sink/log-sink.test.ts"];
  for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
    const run = supervise(t, ["test", "--", ...files], {});
    await until("a service of a test", async () => {
      assert.ok(!hasEnded(run.npm), run.output.join(""));
      const lines = await Promise.all(run.tree.living().map(({ pid }) => commandLineOf(pid)));
      return lines.some((line) => line?.includes("services/log-sink/main.ts"));
    });
    await endsAfter(signal, run);
  }
});

test("npm test tells by its exit code whether the tests passed", async (t) => {
  const good = supervise(t, ["test", "--", "test/unit/shared/decimal.test.ts"], {});
  assert.deepEqual(await good.ended, [0, null]);
  const none = supervise(t, ["test", "--", "test/unit/no-such-file.test.ts"], {});
  assert.notDeepEqual(await none.ended, [0, null]);
});

/** Lines of error level in the logs of all services so far. */
async function errorsLogged(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, "logs");
  const names = await readdir(folder);
  const logs = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return logs.flatMap((log) => log.split("\n").filter((line) => line.startsWith('{"level":50,')));
}

/** Settings of a stack of its own. */
async function localStack(t: TestContext): Promise<Readonly<Record<string, string>>> {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-supervised-"));
  // PostgreSQL may run as another account, which has to pass this folder.
  await chmod(dataDir, 0o755);
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const names = [
    "POSTGRES",
    "KAFKA",
    "KAFKA_CONTROLLER",
    "REGISTRY",
    "MULTIVERS",
    "SIMON",
    "CONSOLE",
    "IDENTITY",
    "PROMETHEUS",
  ];
  const settings: Record<string, string> = { LOCAL_DATA_DIR: dataDir };
  for (const name of names) settings[`LOCAL_${name}_PORT`] = String(await freePort());
  settings["LOCAL_HEALTH_PORT_BASE"] = String((await freePort()) - HEALTH_PORTS);
  return settings;
}
