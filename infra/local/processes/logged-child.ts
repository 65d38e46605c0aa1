import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

/** How to run a program: its output goes to `logFile`, appended. */
export type ProgramCall = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly logFile: string;
};

/** One life of a program, from its start to its end. */
export type LoggedChild = {
  readonly child: ChildProcess;
  /** Undefined when it could not even be started. */
  readonly pid: number | undefined;
  /** On the clock of performance.now(). */
  readonly bornAtMs: number;
  /** Settles with how it ended, as the rest of a sentence: "ended with code 1". Never rejects. */
  readonly ended: Promise<string>;
};

/**
 * Starts a program that survives a fault of ours in one piece: its output goes to a file, so it never meets a broken
 * pipe, and it has a session of its own, so Ctrl-C in the terminal reaches us alone and we stop things in the right
 * order.
 */
export function spawnLogged(call: ProgramCall): LoggedChild {
  const log = openSync(call.logFile, "a");
  try {
    const child = spawn(call.command, call.args, {
      cwd: call.workingDirectory,
      env: { ...call.env },
      stdio: ["ignore", log, log],
      detached: true,
      ...(call.runAs ?? {}),
    });
    const ended = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) =>
        resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
      );
      child.once("error", (error) => resolve(`could not be started: ${error.message}`));
    });
    return { child, pid: child.pid, bornAtMs: performance.now(), ended };
  } finally {
    closeSync(log);
  }
}

/** Sends a signal, SIGKILL after `withinMs`, and returns when the program has ended. */
export async function endChild(target: LoggedChild, signal: NodeJS.Signals, withinMs: number): Promise<void> {
  target.child.kill(signal);
  const killTimer = setTimeout(() => target.child.kill("SIGKILL"), withinMs);
  await target.ended;
  clearTimeout(killTimer);
}
