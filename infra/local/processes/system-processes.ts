import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** A process as it was when we saw it; the start time tells it from a later process with the same id. */
export type ProcessIdentity = { readonly pid: number; readonly startTicks: string };

/**
 * The identity of a living process, from /proc/PID/stat (proc_pid_stat(5): field 3 is the state, field 22 the start
 * time in clock ticks since boot). A process that ended but was not reaped yet (state Z or X) counts as gone.
 */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readProcFile(pid, "stat");
  if (stat === undefined) return undefined;
  // The command name in field 2 may hold spaces and parentheses, so fields are counted after the last ")".
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTicks] = [fields[0], fields[19]];
  if (startTicks === undefined || state === "Z" || state === "X") return undefined;
  return { pid, startTicks };
}

/** Whether exactly this process, not a later one with the same id, is alive. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const found = await identifyProcess(identity.pid);
  return found !== undefined && found.startTicks === identity.startTicks;
}

/** The command line of a process, its arguments separated by spaces; undefined when there is no such process. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  const commandLine = await readProcFile(pid, "cmdline");
  return commandLine?.replaceAll("\0", " ").trim();
}

/** Sends a signal; false when the process is gone already. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrno(error, "ESRCH")) return false;
    throw error;
  }
}

/** Waits until the process is gone; false when it still lives after `withinMs`. */
export async function waitUntilGone(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (await isAlive(identity)) {
    if (Date.now() >= deadline) return false;
    await delay(25);
  }
  return true;
}

/** Whether a caught value is a system error with this code, such as "ENOENT". */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function readProcFile(pid: number, file: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${file}`, "utf8");
  } catch (error) {
    // ESRCH: the process ended between opening and reading its file.
    if (isErrno(error, "ENOENT") || isErrno(error, "ESRCH")) return undefined;
    throw error;
  }
}
