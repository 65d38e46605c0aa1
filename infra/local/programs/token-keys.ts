import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { keepSecret, readSecret } from "../stack/kept-secret.ts";

/**
 * The TOKEN_KEYS setting of the local stack, `id:base64 of 32 bytes`: made once and kept in `<dataDir>/token-keys`
 * (readable by its owner alone), for tokens stored in one run must be readable in the next.
 */
export async function localTokenKeys(dataDir: string): Promise<string> {
  const path = join(dataDir, "token-keys");
  const kept = await readSecret(path);
  if (kept !== undefined) return kept;
  const keys = `local:${randomBytes(32).toString("base64")}`;
  await keepSecret(path, keys);
  return keys;
}
