import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LocalStackError } from "./local-stack-error.ts";
import { identifyProcess, isAlive, isErrno, type ProcessIdentity } from "./system-processes.ts";

/** A folder that belongs to this process until it is released or the process ends. */
export type OwnerLock = { readonly release: () => Promise<void> };

/**
 * Takes a folder for this process. A lock whose process has ended (even by SIGKILL) counts as free.
 * Throws ALREADY_RUNNING when a living process holds it.
 */
export async function takeOwnership(directory: string): Promise<OwnerLock> {
  const taken = await tryToTake(directory);
  if (taken.kind === "taken") return taken.lock;
  throw new LocalStackError(
    "ALREADY_RUNNING",
    `process ${taken.owner.pid} already runs a stack in ${directory}; stop that one first, or use another folder`,
  );
}

/** Like takeOwnership, but waits while another living process holds the folder. */
export async function waitForOwnership(directory: string): Promise<OwnerLock> {
  for (;;) {
    const taken = await tryToTake(directory);
    if (taken.kind === "taken") return taken.lock;
    await delay(200);
  }
}

type Attempt =
  | { readonly kind: "taken"; readonly lock: OwnerLock }
  | { readonly kind: "held"; readonly owner: ProcessIdentity };

async function tryToTake(directory: string): Promise<Attempt> {
  await mkdir(directory, { recursive: true });
  const path = lockPath(directory);
  for (;;) {
    if (await createLock(path)) return { kind: "taken", lock: { release: () => rm(path, { force: true }) } };
    const owner = await readOwner(directory);
    if (owner !== undefined && (await isAlive(owner))) return { kind: "held", owner };
    await rm(path, { force: true });
  }
}

async function createLock(path: string): Promise<boolean> {
  const self = await identifyProcess(process.pid);
  // A hard link to a whole file: the lock never exists half written.
  const draft = `${path}.${process.pid}.${performance.now()}`;
  await writeFile(draft, JSON.stringify(self));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The process that the lock of this folder names, living or not; undefined: there is no lock. */
export async function readOwner(directory: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(lockPath(directory), "utf8")) as ProcessIdentity;
  } catch (error) {
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function lockPath(directory: string): string {
  return join(directory, "owner.json");
}
