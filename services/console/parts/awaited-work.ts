import { once } from "node:events";
import pg from "pg";
import { pause } from "../../shared/clock.ts";
import { outageOf } from "../../shared/kafka/hold.ts";
import type { Connection, Pool } from "../../shared/postgres.ts";

/** Whoever asked has gone: the work for their answer was given up. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
  constructor(cause: unknown) {
    super("whoever asked has gone", { cause });
  }
}

/** A statement may begin right after the one that was cancelled. */
const CANCEL_EVERY_MS = 50;

/**
 * Does work that only reads, in a transaction, for as long as somebody waits for it: then the statement that it is at is cancelled,
 * and so is each later one. Nothing is cancelled any more once it has ended.
 * @param awaited.pool gives the connection over which the server is told
 * @throws ReaderGone when nobody waits any more
 */
export async function whileAwaited<T>(
  tx: Connection,
  { gone, pool }: { readonly gone: AbortSignal; readonly pool: Pool },
  work: () => Promise<T>,
): Promise<T> {
  if (gone.aborted) throw new ReaderGone(null);
  const ended = new AbortController();
  const running = await runningOf(tx);
  const cancelling = cancelOnce(gone, ended.signal, () => cancelStatement(pool, running));
  // What it throws is thrown at the end; until then nobody listens.
  cancelling.catch(() => {});
  try {
    return await work();
  } catch (error) {
    throw gone.aborted && isCancelled(error) ? new ReaderGone(error) : error;
  } finally {
    ended.abort();
    await cancelling;
  }
}

async function cancelOnce(gone: AbortSignal, ended: AbortSignal, cancel: () => Promise<void>): Promise<void> {
  const either = AbortSignal.any([gone, ended]);
  // One that fired before is aborted from the start, and never says so.
  if (!either.aborted) await once(either, "abort");
  while (!ended.aborted) {
    await cancel();
    await pause(CANCEL_EVERY_MS, ended);
  }
}

/** PostgreSQL 18, appendix A: query_canceled. */
const isCancelled = (error: unknown): boolean => error instanceof pg.DatabaseError && error.code === "57014";

/** A transaction on the server: its process, and when it began, since process ids come again. */
type Running = { readonly pid: number; readonly since: string };

async function runningOf(tx: Connection): Promise<Running> {
  const { rows } = await tx.query<Running>("select pg_backend_pid() as pid, now()::text as since");
  return rows[0] ?? { pid: 0, since: "-infinity" };
}

/** While no connection can be had the statement ends by its own limit. */
async function cancelStatement(pool: Pool, { pid, since }: Running): Promise<void> {
  try {
    await pool.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where pid = $1 and xact_start = $2::timestamptz",
      [pid, since],
    );
  } catch (error) {
    if (outageOf(error) === null) throw error;
  }
}
