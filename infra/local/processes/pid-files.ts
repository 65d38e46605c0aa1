import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  commandLineOf,
  identifyProcess,
  isAlive,
  isErrno,
  type ProcessIdentity,
  sendSignal,
  waitUntilGone,
} from "./system-processes.ts";

const STOP_WITHIN_MS = 8_000;
const KILLED_WITHIN_MS = 5_000;

type PidFile = ProcessIdentity & { readonly stopSignal: NodeJS.Signals };

/** Notes a process that we started, so that a later run can end it if this one is killed and leaves it behind. */
export async function writePidFile(
  dataDir: string,
  started: { readonly name: string; readonly pid: number; readonly stopSignal: NodeJS.Signals },
): Promise<void> {
  const identity = await identifyProcess(started.pid);
  if (identity === undefined) return;
  await mkdir(pidDirectory(dataDir), { recursive: true });
  const content: PidFile = { ...identity, stopSignal: started.stopSignal };
  await writeFile(pidFilePath(dataDir, started.name), JSON.stringify(content));
}

/** Removes the note of a process that has ended. */
export async function removePidFile(dataDir: string, name: string): Promise<void> {
  await rm(pidFilePath(dataDir, name), { force: true });
}

export type LeftoverSearch = {
  readonly dataDir: string;
  readonly report: (line: string) => void;
  /** SIGKILL follows when the stop signal has not worked by then; 8 s by default. */
  readonly stopWithinMs?: number;
};

/**
 * Ends what an earlier run left behind: every process noted in `<dataDir>/pids` that is still the same process and
 * whose command line names the data directory. Anything else is never touched.
 */
export async function endLeftovers(search: LeftoverSearch): Promise<void> {
  const names = await notedNames(search.dataDir);
  await Promise.all(names.map((name) => endLeftover(name, search)));
}

async function endLeftover(name: string, search: LeftoverSearch): Promise<void> {
  const { dataDir, report, stopWithinMs = STOP_WITHIN_MS } = search;
  const noted = await readPidFile(dataDir, name);
  if (noted !== undefined && (await isOurs(noted, dataDir))) {
    report(`ending ${name} (process ${noted.pid}), left over from a run that was killed`);
    sendSignal(noted.pid, noted.stopSignal);
    if (!(await waitUntilGone(noted, stopWithinMs))) {
      sendSignal(noted.pid, "SIGKILL");
      await waitUntilGone(noted, KILLED_WITHIN_MS);
    }
  }
  await removePidFile(dataDir, name);
}

async function isOurs(noted: PidFile, dataDir: string): Promise<boolean> {
  if (!(await isAlive(noted))) return false;
  const commandLine = await commandLineOf(noted.pid);
  return commandLine?.includes(dataDir) ?? false;
}

async function notedNames(dataDir: string): Promise<readonly string[]> {
  try {
    return (await readdir(pidDirectory(dataDir))).map((file) => file.replace(/\.json$/, ""));
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

async function readPidFile(dataDir: string, name: string): Promise<PidFile | undefined> {
  const content = await readFile(pidFilePath(dataDir, name), "utf8");
  try {
    return JSON.parse(content) as PidFile;
  } catch (error) {
    // Cut off by a crash while it was written: the process it meant cannot be told, so nothing is ended.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function pidDirectory(dataDir: string): string {
  return join(dataDir, "pids");
}

function pidFilePath(dataDir: string, name: string): string {
  return join(pidDirectory(dataDir), `${name}.json`);
}
