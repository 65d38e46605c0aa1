import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVICES } from "../../deploy/services.ts";
import { isErrno } from "../processes/system-processes.ts";

/** Where the password of the local server's superuser is kept, readable by whoever started it alone. */
export const passwordFile = (dataDir: string): string => join(dataDir, "postgres-password");

/** Text that needs no quoting, in an address or in SQL. */
export const newPassword = (): string => randomBytes(24).toString("base64url");

/** The superuser's password; empty where no local server was ever started. */
export function postgresPassword(dataDir: string): string {
  try {
    return readFileSync(passwordFile(dataDir), "utf8").trim();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}

/**
 * The passwords of all roles on the local server, as deployments take them from the environment (`<ROLE>_PASSWORD`). They follow from
 * the superuser's; no role can tell another's from its own.
 */
export const rolePasswords = (superusers: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    SERVICES.map(({ role }) => [
      `${role.toUpperCase()}_PASSWORD`,
      createHmac("sha256", superusers).update(role).digest("base64url"),
    ]),
  );
