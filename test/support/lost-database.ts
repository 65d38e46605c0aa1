import type { World } from "./world.ts";

/**
 * The schemas of a service as they are now, to be put back later: what a failover to a replica that lags, or a backup, comes
 * to. Connections are cut, as then.
 */
export async function rememberSchemas(world: World, schemas: readonly string[]) {
  const { pool } = world;
  const { rows } = await pool.query<{ name: string; kept: string }>(
    `select format('%I.%I', schemaname, tablename) as name, format('kept.%I', schemaname || '_' || tablename) as kept
     from pg_tables where schemaname = any($1)`,
    [schemas],
  );
  await pool.query("create schema if not exists kept");
  for (const { name, kept } of rows)
    await pool.query(`drop table if exists ${kept}; create table ${kept} as table ${name}`);
  return {
    putBack: async (): Promise<void> => {
      const names = rows.map(({ name }) => name);
      await pool.query(
        `begin; set local session_replication_role = replica; lock table ${names.join(", ")};
         ${names.map((name) => `delete from ${name};`).join(" ")}
         ${rows.map(({ name, kept }) => `insert into ${name} select * from ${kept};`).join(" ")} commit;`,
      );
      await pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename <> current_user",
      );
    },
  };
}
