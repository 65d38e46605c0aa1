import type { World } from "./world.ts";

/**
 * As after a failover to a standby that was not promoted yet: reads work, writes give SQLSTATE 25006 (case O32). Connections of
 * services are cut.
 */
export async function makeReadOnly(world: World, value: "on" | "off"): Promise<void> {
  const name = new URL(world.databaseUrl).pathname.slice(1);
  // A connection that was made meanwhile takes no writes either, unless told.
  await world.pool.query(
    `begin read write; alter database ${name} set default_transaction_read_only = ${value}; commit`,
  );
  await world.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename <> current_user`,
  );
}

/** Lines of a service's log that call for a person. */
export const errorLines = ({ lines }: { readonly lines: readonly string[] }): readonly string[] =>
  lines.filter((line) => line.includes('"level":50'));
