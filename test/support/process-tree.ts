import { readdirSync, readFileSync } from "node:fs";
import { isErrno, type ProcessIdentity, sendSignal } from "../../infra/local/processes/system-processes.ts";

/** A process and all that it started, directly or not; one that was seen stays known when its parent has ended. */
export type ProcessTree = {
  /** Looks for new ones. @returns those that live now, the first process among them */
  readonly living: () => readonly ProcessIdentity[];
  /** Ends by SIGKILL whatever of it lives. */
  readonly kill: () => void;
};

/** Watches the tree of a process of this machine, from /proc. What lives for less than the time between two looks is missed. */
export function processTree(rootPid: number): ProcessTree {
  const known = new Map<number, string>();

  function living(): readonly ProcessIdentity[] {
    const running = runningProcesses();
    for (const [pid, startTicks] of known) if (running.get(pid)?.startTicks !== startTicks) known.delete(pid);
    let before = -1;
    while (before !== known.size) {
      before = known.size;
      for (const [pid, { parentPid, startTicks }] of running)
        if (pid === rootPid || known.has(parentPid)) known.set(pid, startTicks);
    }
    return [...known].map(([pid, startTicks]) => ({ pid, startTicks }));
  }

  return { living, kill: () => living().forEach(({ pid }) => void sendSignal(pid, "SIGKILL")) };
}

type Running = { readonly parentPid: number; readonly startTicks: string };

/** Fields of /proc/PID/stat as in proc_pid_stat(5): 3 state, 4 parent, 22 start time. Zombies have ended. */
function runningProcesses(): ReadonlyMap<number, Running> {
  const running = new Map<number, Running>();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    const stat = statOf(name);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, parent, startTicks] = [fields[0], fields[1], fields[19]];
    if (startTicks !== undefined && state !== "Z" && state !== "X")
      running.set(Number(name), { parentPid: Number(parent), startTicks });
  }
  return running;
}

/** Empty when the process has ended since it was listed. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT") || isErrno(error, "ESRCH")) return "";
    throw error;
  }
}
