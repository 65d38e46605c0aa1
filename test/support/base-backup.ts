import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { runToSuccess } from "../../infra/local/processes/run-command.ts";
import { passwordFile } from "../../infra/local/stack/postgres-password.ts";
import { postgresUrl, postgresUser } from "../../infra/local/stack/postgres-process.ts";
import type { OwnPostgres } from "./own-postgres.ts";

/** Files of a server that go with its process alone. */
const OF_THE_PROCESS = new Set(["postmaster.pid", "postmaster.opts"]);

/** Where the files of a server stand in its folder. */
export const clusterOf = (dataDir: string): string => join(dataDir, "postgres", "data");

/**
 * A base backup: the files of a server that runs, as pg_basebackup takes them, which does not come with the tests'
 * PostgreSQL. @param target folder of a server that has none yet
 */
export async function takeBackup(server: OwnPostgres, target: string): Promise<void> {
  const [from, to] = [clusterOf(server.dataDir), clusterOf(target)];
  await mkdir(to, { recursive: true, mode: 0o700 });
  await onServer(server, async (client) => {
    await client.query("select pg_backup_start('test', true)");
    for (const name of await readdir(from))
      if (!OF_THE_PROCESS.has(name)) await cp(join(from, name), join(to, name), { recursive: true });
    const { rows } = await client.query<{ label: string }>(
      "select labelfile as label from pg_backup_stop(false)",
    );
    await writeFile(join(to, "backup_label"), rows[0]?.label ?? "");
    // The last of its log was written after its files were copied.
    await rm(join(to, "pg_wal"), { recursive: true });
    await cp(join(from, "pg_wal"), join(to, "pg_wal"), { recursive: true });
  });
  await cp(passwordFile(server.dataDir), passwordFile(target));
  await giveToServer(to);
}

/** The server is as it was when the backup was taken. */
export async function putBackBackup(server: OwnPostgres, backup: string): Promise<void> {
  const cluster = clusterOf(server.dataDir);
  await server.process.stop();
  await rm(cluster, { recursive: true });
  await cp(clusterOf(backup), cluster, { recursive: true });
  await giveToServer(cluster);
  await server.process.start();
}

/** Its account owns the files, whoever copied them. */
export async function giveToServer(cluster: string): Promise<void> {
  const runAs = await postgresUser();
  if (runAs !== undefined)
    await runToSuccess({ command: "chown", args: ["-R", `${runAs.uid}:${runAs.gid}`, cluster] });
  await runToSuccess({ command: "chmod", args: ["700", cluster] });
}

/** What is asked of a server itself, as the superuser, whatever the address of its database leads to. */
export async function onServer<T>(server: OwnPostgres, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresUrl(server.port, "postgres", server.password) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
