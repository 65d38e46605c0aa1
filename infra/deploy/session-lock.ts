import type pg from "pg";
import { pause } from "../../services/shared/clock.ts";
import { Failure } from "../../services/shared/domain/failure.ts";

const LOOK_EVERY_MS = 250;

/**
 * Waits for a lock that keeps deployments apart for as long as the connection lasts. A pooler would give the session, and the
 * lock with it, to somebody else after the statement; it is known by the process that it told the client, which is a key of
 * its own making and not the server's. It asks again and again: a statement that waits is a transaction that is open, for whose end
 * whoever has the lock would wait while it makes an index beside live work.
 * @throws Failure DEPLOY_FAILED where a pooler stands before the server, or what pg throws
 */
export async function lockForSession(client: pg.Client, lock: number): Promise<void> {
  if (processTold(client) !== (await processOf(client)))
    throw new Failure(
      "DEPLOY_FAILED",
      "DATABASE_URL leads to a pooler, which keeps no lock for a session; deploy by a direct connection to PostgreSQL. Services may go through the pooler.",
    );
  while (!(await takeLock(client, lock))) await pause(LOOK_EVERY_MS, new AbortController().signal);
}

async function takeLock(client: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [lock]);
  return rows[0]?.taken === true;
}

/** The process of the server that serves a connection, by its own word. */
export async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
}

/** What the other end said at the start, for cancelling; pg's types lack it. */
const processTold = (client: pg.Client & { readonly processID?: number | null }): number | null =>
  client.processID ?? null;
