import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readOwner } from "../../infra/local/processes/owner-lock.ts";
import { endLeftovers } from "../../infra/local/processes/pid-files.ts";
import { isAlive } from "../../infra/local/processes/system-processes.ts";

/**
 * Ends the processes and removes the folders of throw-away stacks whose owner was killed: folders in `parentDir` whose
 * name begins with `prefix` and whose lock names a process that is gone. Folders of living owners, and folders without
 * a lock (just being made), stay.
 */
export async function removeAbandonedStacks(
  parentDir: string,
  prefix: string,
  report: (line: string) => void,
): Promise<void> {
  const names = (await readdir(parentDir)).filter((name) => name.startsWith(prefix));
  for (const name of names) {
    const dataDir = join(parentDir, name);
    if ((await ownerState(dataDir)) !== "gone") continue;
    await endLeftovers({ dataDir, report });
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Who owns the folder: nobody, a living process, or one that has ended without releasing it. */
export async function ownerState(directory: string): Promise<"none" | "alive" | "gone"> {
  const owner = await readOwner(directory);
  if (owner === undefined) return "none";
  return (await isAlive(owner)) ? "alive" : "gone";
}
