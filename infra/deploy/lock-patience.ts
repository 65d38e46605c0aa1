import pg from "pg";
import { pause } from "../../services/shared/clock.ts";
import { type Backoff, backoffMs } from "../../services/shared/domain/backoff.ts";
import { Failure } from "../../services/shared/domain/failure.ts";
import { postgresErrorKind } from "../../services/shared/postgres.ts";
import { processOf } from "./session-lock.ts";

/** How long a deployment waits for locks that running services hold. */
export type LockPatience = {
  /** For one lock, in milliseconds: for as long all who come after it wait as well. */
  readonly timeoutMs: number;
  readonly tries: number;
  readonly pauses: Backoff;
};

const PATIENCE: LockPatience = { timeoutMs: 3_000, tries: 5, pauses: { firstMs: 2_000, longestMs: 10_000 } };
/** PostgreSQL 18, appendix A: lock_not_available. */
const LOCK_NOT_AVAILABLE = "55P03";
/** The server ends one of two that wait for each other after a second, before our own patience ends. */
const DEADLOCK = "40P01";

/** What a deployment does its work with. */
export type Deployer = {
  readonly databaseUrl: string;
  readonly client: pg.Client;
  readonly report: (line: string) => void;
  readonly patience?: LockPatience;
};

/**
 * Does a step of a deployment in a transaction of its own. One that cannot get a lock in time is rolled back, says in one line who has
 * it, and is tried again, so many times.
 * @param what names the step, as the beginning of a sentence
 * @throws Failure DEPLOY_FAILED naming the holder of the lock; nothing of the step was kept
 */
export const inPatientTransaction = (
  deployer: Deployer,
  what: string,
  work: () => Promise<void>,
): Promise<void> => patiently(deployer, what, (timeoutMs) => inTransaction(deployer.client, timeoutMs, work));

/**
 * The same for statements that no transaction can hold, such as those that make an index beside live work: what was done before the
 * lock was missed stays, so `work` goes on where it stopped when it is called again.
 */
export const besideLiveWork = (deployer: Deployer, what: string, work: () => Promise<void>): Promise<void> =>
  patiently(deployer, what, async (timeoutMs) => {
    await deployer.client.query(`set lock_timeout = ${timeoutMs}`);
    try {
      await work();
    } finally {
      await deployer.client.query("reset lock_timeout");
    }
  });

async function patiently(
  { databaseUrl, client, report, patience = PATIENCE }: Deployer,
  what: string,
  tryOnce: (timeoutMs: number) => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const over = new AbortController();
    const watching = holderDuring(databaseUrl, await processOf(client), {
      lookEveryMs: patience.timeoutMs / 4,
      over: over.signal,
    });
    // Its error, if any, is met at the end.
    watching.catch(() => {});
    try {
      await tryOnce(patience.timeoutMs);
      return;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      over.abort();
      const holder = (await watching) ?? "a session that was not seen";
      report(`${what} waits for a lock that ${holder} holds: try ${tries} of ${patience.tries}`);
      if (tries < patience.tries) {
        await pause(backoffMs(patience.pauses, tries, Math.random()), new AbortController().signal);
        continue;
      }
      throw new Failure(
        "DEPLOY_FAILED",
        `${what} did not get a lock that ${holder} holds; nothing of it was kept. End that transaction, or deploy when less is going on.`,
        error,
      );
    } finally {
      over.abort();
      await watching;
    }
  }
}

async function inTransaction(client: pg.Client, timeoutMs: number, work: () => Promise<void>): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = ${timeoutMs}`);
    await work();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === LOCK_NOT_AVAILABLE || error.code === DEADLOCK);

/** Who was seen last to hold up this process of the server, in words; null while nobody does. Looks over a connection of its own. */
async function holderDuring(
  databaseUrl: string,
  process: number,
  { lookEveryMs, over }: { readonly lookEveryMs: number; readonly over: AbortSignal },
): Promise<string | null> {
  // Most steps are through before the first look.
  if (!(await pause(lookEveryMs, over))) return null;
  const watcher = new pg.Client({
    connectionString: databaseUrl,
    application_name: "deploy",
    connectionTimeoutMillis: 2_000,
  });
  // What happens to it between two looks is met by the next one.
  watcher.on("error", () => {});
  let seen: string | null = null;
  try {
    await watcher.connect();
    do seen = (await holderOf(watcher, process)) ?? seen;
    while (await pause(lookEveryMs, over));
  } catch (error) {
    // The deployment itself needs no second connection: without one the holder is not named.
    if (postgresErrorKind(error) !== "passing") throw error;
  } finally {
    await watcher.end();
  }
  return seen;
}

/** Of several the one whose transaction is the oldest. A role that may not see into the others' sessions sees their ids. */
async function holderOf(watcher: pg.Client, process: number): Promise<string | null> {
  const { rows } = await watcher.query<{ holder: string }>(
    `select format('pid %s (%s, %s) since %s', pid, coalesce(nullif(application_name, ''), usename, 'unknown'),
       coalesce(state, 'unknown'), coalesce(to_char(xact_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'unknown')) as holder
     from pg_stat_activity where pid = any(pg_blocking_pids($1)) order by xact_start nulls last limit 1`,
    [process],
  );
  return rows[0]?.holder ?? null;
}
