import pg from "pg";
import { Failure } from "./domain/failure.ts";
import { STATEMENT_SECONDS } from "./domain/session-limits.ts";
import { secretFrom } from "./watched-file.ts";

export type Pool = pg.Pool;
/** A connection, inside a transaction or not. */
export type Connection = pg.PoolClient;
/** Anything that runs a statement. */
export type Queryable = Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">;

const INT8 = 20;

/**
 * A statement that has had no answer for so long went into a connection that died without a word, as behind a firewall
 * that forgot it (case O57): its error is an outage, and the connection is thrown away. Statements that may rightly
 * take longer say so with `patient`.
 */
const SILENT_AFTER_MS = 12_000;
/** What the server itself ends: what nobody waits for any more (`STATEMENT_SECONDS` of the role). */
const STATEMENT_MS = STATEMENT_SECONDS * 1_000;
/** A connection that nobody has used for so long is not trusted again: it is closed, and a new one costs little. */
const IDLE_MS = 5_000;
/**
 * No connection is kept longer, however busy: one that leads to a former primary, which answers what is asked and takes no
 * writes, or that was let in by a password that has ended since, goes by itself.
 */
const LONGEST_LIFE_SECONDS = 60;

/**
 * A pool whose bigint columns come as numbers (all of ours stay below 2^53) and whose idle errors end nothing. It sets
 * nothing for a session, neither in the start packet nor by a statement: a pooler refuses the one and loses the other. What
 * holds for a session is the role's (services/shared/domain/session-limits.ts).
 * @throws Failure CONFIG_INVALID when the file of the password cannot be read
 */
export function createPool(options: {
  /** With `sslmode=verify-full` and `sslrootcert` at its end for TLS, as libpq has them. */
  readonly url: string;
  /** A file with the password instead, read anew for each connection: tokens as passwords expire. */
  readonly passwordFile?: string | undefined;
  readonly size: number;
  readonly applicationName: string;
  readonly onIdleError?: (error: Error) => void;
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    ...(options.passwordFile === undefined
      ? {}
      : { Client: clientWith(secretFrom("DATABASE_PASSWORD_FILE", options.passwordFile)) }),
    max: options.size,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LONGEST_LIFE_SECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: IDLE_MS,
    query_timeout: SILENT_AFTER_MS,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as "text"),
    } as pg.CustomTypesConfig,
  });
  pool.on("error", (error) => options.onIdleError?.(error));
  // The pool takes its own listener off before whoever waits for the connection has put on another: what the server says in
  // between ends the process if nobody listens. The next statement tells that the connection is lost.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

/** Clients with a password of their own: that in a connection string would count before one among the options. */
const clientWith = (password: () => string) =>
  class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      this.password = password();
    }
  };

/**
 * A statement that may take a minute, such as one over all rows of a tenant: silence is no fault before that.
 * @param longestMs how long the server may be at it
 */
export const patient = (
  text: string,
  values: readonly unknown[] = [],
  longestMs = STATEMENT_MS,
): pg.QueryConfig => {
  // pg reads the limit of a single statement from here; its types lack it.
  const statement: pg.QueryConfig & { readonly query_timeout: number } = {
    text,
    values: [...values],
    query_timeout: longestMs + SILENT_AFTER_MS,
  };
  return statement;
};

/**
 * Runs `work` in a transaction: commits what it did, or rolls back and rethrows its error. A connection that fell
 * silent, whose rollback fails, or that leads to a database that takes no writes, is thrown away.
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
    // A rollback would wait behind the statement that nobody answers.
    if (isSilence(error)) broken = error as Error;
    else
      await tx.query("rollback").catch((rollbackError: Error) => {
        broken = rollbackError;
      });
    // After a failover the connection may lead to a standby for ever; a new one leads to the primary.
    if (isReadOnlyRefusal(error)) broken = error as Error;
    throw error;
  } finally {
    tx.off("error", onLost);
    tx.release(broken);
  }
}

/**
 * What an error of Postgres says of the statement: `data` = these values will never be taken (SQLSTATE classes 22 and
 * 23); `passing` = try again later (connection, restart, deadlock, serialisation, resources, time-outs, read-only);
 * `other` = neither, such as a missing table.
 */
export type PostgresErrorKind = "data" | "passing" | "other";

const PASSING_CLASSES = new Set(["08", "28", "40", "53", "55", "57", "58"]);
/** The database is read-only, as a standby is until it is promoted (case O32). */
const READ_ONLY = "25006";
/** A transaction that was idle for too long: the server has ended it, and a new one may begin. */
const IDLE_IN_TRANSACTION = "25P03";
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
export function postgresErrorKind(error: unknown): PostgresErrorKind | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof pg.DatabaseError) {
    const sqlClass = (error.code ?? "").slice(0, 2);
    if (sqlClass === "22" || sqlClass === "23") return "data";
    const isPassing =
      PASSING_CLASSES.has(sqlClass) || error.code === READ_ONLY || error.code === IDLE_IN_TRANSACTION;
    return isPassing ? "passing" : "other";
  }
  const systemCode = (error as NodeJS.ErrnoException).code;
  if (systemCode !== undefined && PASSING_SYSTEM_CODES.has(systemCode)) return "passing";
  if (systemCode !== undefined && UNTRUSTED.test(systemCode)) return "passing";
  return isSilence(error) || LOST_CONNECTION.test(error.message) || NO_LOGIN.test(error.message)
    ? "passing"
    : null;
}

/** What pg says of a connection that could not be had or has ended; these errors carry no code. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered|Client was closed)/;

/** What node says of a certificate that is not trusted, as while authorities are being replaced. */
export const UNTRUSTED = /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|CERT_|ERR_TLS_)/;

/** What pg says of a server without TLS, and of a password that is not there, as while its file is being written. */
export const NO_LOGIN =
  /^(The server does not support SSL connections|There was an error establishing an SSL connection|SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be)/;

/** pg's own error for a statement without an answer in time; it carries no code. */
const isSilence = (error: unknown): boolean =>
  error instanceof Error && error.message === "Query read timeout";

/** Whether the database refused a write because it takes none, while it may be read as usual (case O32). */
export const isReadOnlyRefusal = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === READ_ONLY;

/** Does a write that counts for little, such as when something was used last: a database that takes none goes without. */
export async function unlessReadOnly(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isReadOnlyRefusal(error)) throw error;
  }
}

/** The clock of the database, which is one for all processes: milliseconds since 1970 UTC. */
export async function databaseTimeMs(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: Date }>("select clock_timestamp() as now");
  return rows[0]?.now.getTime() ?? 0;
}

/**
 * Whether a connection can be had, answers, and takes writes. One that takes none is thrown away: after a failover it may
 * lead to the former primary for ever, and the next one leads to the new one.
 */
export async function isPostgresUp(pool: Pool): Promise<boolean> {
  let takesWrites = false;
  try {
    const connection = await pool.connect();
    try {
      takesWrites = await isWritable(connection);
    } finally {
      connection.release(!takesWrites);
    }
    return takesWrites;
  } catch (error) {
    if (postgresErrorKind(error) === "passing") return false;
    throw new Failure(
      "POSTGRES_UNAVAILABLE",
      "PostgreSQL does not answer; check DATABASE_URL and the role's grants.",
      error,
    );
  }
}

async function isWritable(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ takesWrites: boolean }>(
    `select current_setting('transaction_read_only') = 'off' as "takesWrites"`,
  );
  return rows[0]?.takesWrites ?? false;
}
