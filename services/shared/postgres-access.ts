import pg from "pg";
import { z } from "zod";
import { describeError, Failure } from "./domain/failure.ts";
import { NO_LOGIN, type Pool, postgresErrorKind, UNTRUSTED } from "./postgres.ts";
import { secretFrom } from "./watched-file.ts";

/** How to get into PostgreSQL, beside its address. */
export const postgresAccessSettings = {
  /** The password alone; looked at for each connection, so that whoever renews it may replace the file. */
  DATABASE_PASSWORD_FILE: z.string().optional(),
} as const;

/** Role of a service: its name with `_` for `-`. */
const roleOf = (service: string): string => service.replaceAll("-", "_");

/** The setting with the password of a service's role, `<ROLE>_PASSWORD`. */
export const passwordSetting = (service: string): string => `${roleOf(service).toUpperCase()}_PASSWORD`;

/**
 * The same server and database as `databaseUrl`, as the role of a service. Its password is the one that the deployment gave
 * it, from `<ROLE>_PASSWORD` in the environment.
 */
export function databaseUrlOf(
  service: string,
  databaseUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const url = new URL(databaseUrl);
  url.username = roleOf(service);
  url.password = encodeURIComponent(environment[passwordSetting(service)] ?? "");
  return url.href;
}

/** PostgreSQL 18, appendix A: no such login, a wrong password, no such database, no right to connect. */
const REFUSED = new Set(["28000", "28P01", "3D000", "42501"]);
/** PgBouncer says by words alone that it does not let somebody in: everything of its own has code 08P01. */
const REFUSED_BY_POOLER = /^(SASL|password) authentication failed|^no such (user|database)/;
/**
 * Asks whether PostgreSQL lets us in, before anything else is asked of it.
 * @throws Failure POSTGRES_ACCESS_REFUSED naming the setting, POSTGRES_UNAVAILABLE, or what pg throws
 */
export async function enterPostgres(pool: Pool): Promise<void> {
  try {
    await pool.query("select");
  } catch (error) {
    const advice = adviceOn(error);
    if (advice !== null)
      throw new Failure("POSTGRES_ACCESS_REFUSED", `${describeError(error)}: ${advice}`, error);
    if (postgresErrorKind(error) === "passing")
      throw new Failure("POSTGRES_UNAVAILABLE", "PostgreSQL does not answer; check DATABASE_URL.", error);
    throw error;
  }
}

/**
 * An address with the password of a file in it, for what runs for minutes. @throws Failure CONFIG_INVALID when the file
 * cannot be read
 */
export function withPassword(databaseUrl: string, passwordFile: string | undefined): string {
  if (passwordFile === undefined || passwordFile === "") return databaseUrl;
  const url = new URL(databaseUrl);
  url.password = encodeURIComponent(secretFrom("DATABASE_PASSWORD_FILE", passwordFile)());
  return url.href;
}

function adviceOn(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof pg.DatabaseError)
    return REFUSED.has(error.code ?? "") || REFUSED_BY_POOLER.test(error.message)
      ? "check the user, the password and the database in DATABASE_URL, or DATABASE_PASSWORD_FILE."
      : null;
  if (/SASL/.test(error.message)) return "check the password in DATABASE_URL, or DATABASE_PASSWORD_FILE.";
  if (NO_LOGIN.test(error.message)) return "check sslmode in DATABASE_URL.";
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "check sslrootcert, sslcert and sslkey in DATABASE_URL.";
  return typeof code === "string" && UNTRUSTED.test(code)
    ? "check sslrootcert and the name in DATABASE_URL."
    : null;
}
