import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";

/** The database takes no writes for so long, as one does that has become a replica or has no room left. */
export async function readOnlyFor(databaseUrl: string, forMs: number): Promise<void> {
  await change(databaseUrl, ["alter system set default_transaction_read_only = on"]);
  await sleep(forMs);
  await change(databaseUrl, ["alter system reset default_transaction_read_only"]);
}

/**
 * Kills the database so that transactions of the last moments are gone although their clients were told of their commit:
 * what a failover to a replica that lags, or a backup, comes to. @param forMs for so long nothing reaches the disk
 */
export async function loseLastTransactions(
  databaseUrl: string,
  postgres: SupervisedProcess,
  forMs: number,
): Promise<void> {
  await change(databaseUrl, [
    "alter system set synchronous_commit = off",
    "alter system set wal_writer_delay = '10s'",
    "alter system set wal_writer_flush_after = '1GB'",
    "checkpoint",
  ]);
  await sleep(forMs);
  await postgres.kill9();
  await postgres.restart();
  await change(databaseUrl, [
    "alter system reset synchronous_commit",
    "alter system reset wal_writer_delay",
    "alter system reset wal_writer_flush_after",
  ]);
}

async function change(databaseUrl: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
    await client.query("select pg_reload_conf()");
  } finally {
    await client.end();
  }
}
