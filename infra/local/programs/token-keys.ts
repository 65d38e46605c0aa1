import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isErrno } from "../processes/system-processes.ts";

/**
 * The TOKEN_KEYS setting of the local stack, `id:base64 of 32 bytes`: made once and kept in `<dataDir>/token-keys`
 * (readable by its owner alone), for tokens stored in one run must be readable in the next.
 */
export async function localTokenKeys(dataDir: string): Promise<string> {
  const path = join(dataDir, "token-keys");
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
  const keys = `local:${randomBytes(32).toString("base64")}`;
  await writeFile(`${path}.new`, `${keys}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return keys;
}
