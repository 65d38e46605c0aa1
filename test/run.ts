/**
 * `npm test` and its parts: `node test/run.ts unit integration` runs suites one after the other until one fails.
 * What else is typed goes to node's test runner; files that are named run instead of all of their suite.
 * After SIGTERM, SIGINT, the end of npm or its longest time, everything that a suite started has ended within 10 s.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { LocalStackError } from "../infra/local/processes/local-stack-error.ts";
import { sendSignal } from "../infra/local/processes/system-processes.ts";
import { requirePrerequisites } from "../infra/local/stack/prerequisites.ts";
import { neededPrerequisites } from "../infra/local/stack/stack.ts";
import { isRunByNpm, listenForStop, type StopRequests, watchParent } from "../infra/local/stop-requests.ts";
import { processTree } from "./support/process-tree.ts";
import { needsStack, SUITES, suiteArguments } from "./support/suites.ts";

/** The runner ends its stack in order by then; what is left is killed. */
const STOP_WITHIN_MS = 7_000;
const LOOK_EVERY_MS = 1_000;
const LOOK_EVERY_MS_WHEN_STOPPING = 50;

const typed = process.argv.slice(2);
const names = Object.keys(SUITES).filter((name) => typed.includes(name));
if (names.length === 0) {
  console.error(`Usage: node test/run.ts ${Object.keys(SUITES).join("|")}… [options of node --test] [files]`);
  process.exit(2);
}
const requests = listenForStop(process);
if (isRunByNpm(process.env)) watchParent(requests.request);
const rest = typed.filter((word) => !names.includes(word));
const suites = names.flatMap((name) => {
  const args = suiteArguments(name, rest);
  return args === null ? [] : [{ name, args }];
});
const missing = await missingPrograms(suites.map(({ name }) => name));
if (missing !== null) {
  console.error(missing);
  process.exit(1);
}
for (const { name, args } of suites) {
  process.exitCode = await runSuite(args, requests, SUITES[name]?.longestMinutes ?? 0);
  if (process.exitCode !== 0) break;
}

/** Lines about programs that these suites need and this machine lacks, said before the first of them takes a minute; or null. */
async function missingPrograms(named: readonly string[]): Promise<string | null> {
  if (!named.some(needsStack)) return null;
  try {
    await requirePrerequisites([
      ...(await neededPrerequisites({})),
      "chromium",
      "pgbouncer",
      "prometheus",
      "alertmanager",
    ]);
    return null;
  } catch (error) {
    if (!(error instanceof LocalStackError)) throw error;
    return error.message;
  }
}

/** @returns exit code; 1 after a request to stop, or when the suite hung */
async function runSuite(
  args: readonly string[],
  { stopSignal, killSignal }: StopRequests,
  longestMinutes: number,
): Promise<number> {
  const runner = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: ["ignore", "inherit", "inherit"],
    // A session of its own: Ctrl-C in the terminal reaches us alone, and its stack stops in order.
    detached: true,
  });
  const ended = once(runner, "exit");
  const tree = processTree(runner.pid ?? 0);
  let hasHung = false;
  const timers = [setInterval(tree.living, LOOK_EVERY_MS), setTimeout(endHang, longestMinutes * 60_000)];
  function killAll(): void {
    tree.kill();
    // Started since the last look, by a process that has ended meanwhile.
    sendSignal(-(runner.pid ?? 0), "SIGKILL");
  }
  function endHang(): void {
    hasHung = true;
    console.error(
      `The suite is not over after ${longestMinutes} minutes: what hangs is named as interrupted.`,
    );
    stop();
  }
  function stop(): void {
    tree.living();
    timers.push(setInterval(tree.living, LOOK_EVERY_MS_WHEN_STOPPING), setTimeout(killAll, STOP_WITHIN_MS));
    runner.kill("SIGTERM");
  }
  // Until this suite has ended and no longer: a request to stop is for the one that runs.
  const over = new AbortController();
  const listening = { once: true, signal: over.signal };
  if (stopSignal.aborted) stop();
  stopSignal.addEventListener("abort", stop, listening);
  killSignal.addEventListener("abort", killAll, listening);
  const [code] = await ended;
  over.abort();
  timers.forEach(clearTimeout);
  // The services of a test that was cut off, or that failed to end them.
  killAll();
  return stopSignal.aborted || hasHung ? 1 : (code ?? 1);
}
