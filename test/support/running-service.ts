import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { redacted } from "../../services/shared/domain/redaction.ts";
import { ROOT } from "./source-files.ts";
import { until } from "./until.ts";

export type ServiceName =
  | "unit4-poller"
  | "simon-projector"
  | "workorder-archived"
  | "order-writer"
  | "log-sink"
  | "console";

/** A service, or all of them in one process. */
export type ProgramName = ServiceName | "all";

/** A service as a process of its own. */
export type RunningService = {
  readonly pid: number;
  /** Base URL of its health and metrics pages. */
  readonly healthUrl: string;
  /** Lines of its log so far. */
  readonly lines: readonly string[];
  /** Settles when it has ended, with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Kills it as a crash would. */
  kill9(): Promise<void>;
  /** Ends it with SIGTERM. Idempotent. @returns exit code, null after a kill */
  stop(): Promise<number | null>;
  /** Sum of the samples of a metric whose labels contain these. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
};

/** A process from the moment it exists: it can be ended before it is ready. */
export type SpawnedService = {
  /** Waits until it is ready. Its log is part of the error when it ends before, or is stopped. */
  ready(): Promise<RunningService>;
  /** As of the running service. */
  stop(): Promise<number | null>;
};

/** Longer than a service may take to drain: what still lives then hangs, and is killed. */
const STOPS_WITHIN_MS = 30_000;

/**
 * Starts `services/<name>/main.ts`, or `services/all.ts`.
 * @param tree folder of another release's files
 */
export function spawnService(
  name: ProgramName,
  environment: Readonly<Record<string, string>>,
  tree: string = ROOT,
): SpawnedService {
  const program = join(tree, "services", name === "all" ? "all.ts" : `${name}/main.ts`);
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = collectLines(child);
  const exit = once(child, "exit");
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<number | null> => {
    if (!hasEnded()) child.kill("SIGTERM");
    const hangs = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
    await exit;
    clearTimeout(hangs);
    refuseLeaks(name, lines, environment);
    return child.exitCode;
  };
  const giveUp = (): never => {
    child.kill("SIGKILL");
    return fail(name, lines);
  };
  const ready = async (): Promise<RunningService> => {
    const port = await until(`${name} to listen`, () => portIn(lines) ?? hasEnded()).catch(giveUp);
    const healthUrl = `http://127.0.0.1:${port}`;
    const isReady = async (): Promise<boolean> => (await fetch(`${healthUrl}/health/ready`)).ok;
    await until(`${name} to be ready`, async () => hasEnded() || (await isReady())).catch(giveUp);
    if (hasEnded()) giveUp();
    return {
      pid: child.pid ?? 0,
      healthUrl,
      lines,
      ended: exit.then(() => child.signalCode),
      kill9: async () => {
        child.kill("SIGKILL");
        await exit;
      },
      stop,
      metric: async (metric, labels = {}) =>
        sumOf(await (await fetch(`${healthUrl}/metrics`)).text(), metric, labels),
    };
  };
  return { ready, stop };
}

const SECRET_SETTING = /SECRET|PASSWORD|TOKEN_KEYS/;
/** Shorter ones, such as `none`, are words that may stand anywhere. */
const SHORTEST_SECRET = 8;

/** No log of any test may show a secret that the service was given, nor what looks like one, nor a person's address. */
function refuseLeaks(
  name: string,
  lines: readonly string[],
  environment: Readonly<Record<string, string>>,
): void {
  const secrets = Object.entries(environment)
    .filter(([setting, value]) => SECRET_SETTING.test(setting) && value.length >= SHORTEST_SECRET)
    .map(([, value]) => value.replace(/^[^:]*:/, ""));
  const leaks = lines.filter(
    (line) => redacted(line) !== line || secrets.some((secret) => line.includes(secret)),
  );
  if (leaks.length > 0) throw new Error(`${name} says in its log what it must not:\n${leaks.join("\n")}`);
}

function collectLines(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts);
    });
  }
  return lines;
}

function portIn(lines: readonly string[]): number | null {
  for (const line of lines) {
    const port = /"port":(\d+),"event":"service_started"/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  return null;
}

function fail(name: string, lines: readonly string[]): never {
  throw new Error(`${name} did not become ready; its log:\n${lines.slice(-30).join("\n")}`);
}

function sumOf(page: string, metric: string, labels: Readonly<Record<string, string>>): number {
  return page
    .split("\n")
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .filter((line) => Object.entries(labels).every(([name, value]) => line.includes(`${name}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
