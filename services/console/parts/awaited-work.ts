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
  const process = await serverProcess(tx);
  const cancelling = cancelOnce(gone, ended.signal, () => cancelStatement(pool, process));
  try {
    return await work();
  } catch (error) {
    throw gone.aborted ? new ReaderGone(error) : error;
  } finally {
    ended.abort();
    await cancelling;
  }
}

async function cancelOnce(gone: AbortSignal, ended: AbortSignal, cancel: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  AbortSignal.any([gone, ended]).addEventListener("abort", () => resolve(), { once: true });
  await promise;
  while (!ended.aborted) {
    await cancel();
    await pause(CANCEL_EVERY_MS, ended);
  }
}

async function serverProcess(tx: Connection): Promise<number> {
  const { rows } = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid ?? 0;
}

/** While no connection can be had the statement ends by its own limit. */
async function cancelStatement(pool: Pool, process: number): Promise<void> {
  try {
    await pool.query("select pg_cancel_backend($1)", [process]);
  } catch (error) {
    if (outageOf(error) === null) throw error;
  }
}
