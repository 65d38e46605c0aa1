import { readdir, readFile, writeFile } from "node:fs/promises";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";

/** Ticks of /proc a second; Linux has had no other for user space since 2.6. Source: sysconf(_SC_CLK_TCK), proc(5). */
const TICKS = 100;

type Stat = { readonly parent: number; readonly own: number; readonly ofEnded: number };

/** CPU-seconds of a process, its threads included. @throws when it has ended */
export const cpuOf = async (pid: number): Promise<number> => (await stat(pid)).own;

/** CPU-seconds of a process and all below it, those that have ended included. */
export async function cpuOfTree(pid: number): Promise<number> {
  const all = new Map<number, Stat>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const read = await stat(Number(name)).catch(() => null);
    if (read !== null) all.set(Number(name), read);
  }
  const sum = (one: number): number => {
    const { own = 0, ofEnded = 0 } = all.get(one) ?? {};
    const below = [...all].filter(([, { parent }]) => parent === one);
    return below.reduce((total, [child]) => total + sum(child), own + ofEnded);
  };
  return sum(pid);
}

/** Fields 4 and 14 to 17 of proc(5); the name in field 2 may hold spaces. */
async function stat(pid: number): Promise<Stat> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const at = (field: number): number => Number(fields[field - 3]);
  return { parent: at(4), own: (at(14) + at(15)) / TICKS, ofEnded: (at(16) + at(17)) / TICKS };
}

/** Forgets the most memory that a process has had; `peakMegabytes` counts from here. */
export const forgetPeak = (pid: number): Promise<void> => writeFile(`/proc/${pid}/clear_refs`, "5");

/** The most resident memory of a process, in MB. */
export async function peakMegabytes(pid: number): Promise<number> {
  const line = /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(line?.[1] ?? 0) / 1024);
}

/** @throws Error when it has ended */
export function pidOf(process: SupervisedProcess): number {
  const pid = process.pid();
  if (pid === undefined) throw new Error(`${process.name} has ended`);
  return pid;
}
