import pg from "pg";
import { Failure } from "./domain/failure.ts";

export type Pool = pg.Pool;
/** A connection, inside a transaction or not. */
export type Connection = pg.PoolClient;
/** Anything that runs a statement. */
export type Queryable = Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">;

const INT8 = 20;

/** A pool whose bigint columns come as numbers (all of ours stay below 2^53) and whose idle errors end nothing. */
export function createPool(options: {
  readonly url: string;
  readonly size: number;
  readonly applicationName: string;
  readonly onIdleError?: (error: Error) => void;
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idle_in_transaction_session_timeout: 120_000,
    statement_timeout: 60_000,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as "text"),
    } as pg.CustomTypesConfig,
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  return pool;
}

/**
 * Runs `work` in a transaction: commits what it did, or rolls back and rethrows its error. A connection whose
 * rollback fails is thrown away.
 */
export async function inTransaction<T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  let broken: Error | undefined;
  // A connection that is lost while its owner waits for something else says so as an event; unheard it ends the process.
  const onLost = (error: Error): void => {
    broken = error;
  };
  tx.on("error", onLost);
  try {
    await tx.query("begin");
    const result = await work(tx);
    await tx.query("commit");
    return result;
  } catch (error) {
    await tx.query("rollback").catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    tx.off("error", onLost);
    tx.release(broken);
  }
}

/**
 * What an error of Postgres says of the statement: `data` = these values will never be taken (SQLSTATE classes 22 and
 * 23); `passing` = try again later (connection, restart, deadlock, serialisation, resources, time-outs);
 * `other` = neither, such as a missing table.
 */
export type PostgresTrouble = "data" | "passing" | "other";

const PASSING_CLASSES = new Set(["08", "40", "53", "55", "57", "58"]);
const PASSING_SYSTEM_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

/** Classifies anything thrown by pg. Sources: PostgreSQL 18 appendix A (error codes), pg's own connection errors. */
export function postgresTrouble(error: unknown): PostgresTrouble | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof pg.DatabaseError) {
    const sqlClass = (error.code ?? "").slice(0, 2);
    if (sqlClass === "22" || sqlClass === "23") return "data";
    return PASSING_CLASSES.has(sqlClass) ? "passing" : "other";
  }
  const systemCode = (error as NodeJS.ErrnoException).code;
  if (systemCode !== undefined && PASSING_SYSTEM_CODES.has(systemCode)) return "passing";
  if (
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
      error.message,
    )
  )
    return "passing";
  return null;
}

/** Whether a connection can be had and answers. */
export async function isPostgresUp(pool: Pool): Promise<boolean> {
  try {
    await pool.query("select 1");
    return true;
  } catch (error) {
    if (postgresTrouble(error) === "passing") return false;
    throw new Failure(
      "POSTGRES_UNAVAILABLE",
      "PostgreSQL does not answer; check DATABASE_URL and the role's grants.",
      error,
    );
  }
}
