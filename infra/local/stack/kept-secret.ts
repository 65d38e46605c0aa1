import { readFile, rename, writeFile } from "node:fs/promises";
import { isErrno } from "../processes/system-processes.ts";

/** Reads a secret of the local stack; undefined where it was never made. */
export async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Keeps a secret of the local stack in a file that its owner alone may read. */
export async function keepSecret(path: string, secret: string): Promise<void> {
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
