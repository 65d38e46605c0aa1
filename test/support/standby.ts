import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import pg from "pg";
import { runToSuccess } from "../../infra/local/processes/run-command.ts";
import { passwordFile } from "../../infra/local/stack/postgres-password.ts";
import { postgresUrl, postgresUser } from "../../infra/local/stack/postgres-process.ts";
import { type BlackHole, createBlackHole } from "./black-hole.ts";
import {
  createPostgresFolder,
  DATABASE,
  ensureOwnDatabase,
  type OwnPostgres,
  startPostgres,
} from "./own-postgres.ts";
import { until } from "./until.ts";

/** A primary with a standby that follows it, and the one address under which clients find the primary. */
export type PostgresPair = {
  /** As the superuser, by that address. */
  readonly databaseUrl: string;
  /** What is committed from now on stands on the primary alone. */
  stopFollowing(): Promise<void>;
  /** The primary is gone at once, as in a power cut; nobody answers at the address. */
  losePrimary(): Promise<void>;
  /** The address leads to the standby, which takes no writes yet. */
  leadToStandby(): void;
  /** The standby becomes the primary; returns when it takes writes. */
  promote(): Promise<void>;
};

const REPLICATION = ["wal_keep_size=256MB", "hot_standby=on"];
/** Superusers alone replicate, which is right for a test and nothing else. */
const MAY_REPLICATE = ["host replication postgres 127.0.0.1/32 scram-sha-256"];

/** Starts both, on ports of their own; they end with the test. */
export async function startPostgresPair(t: Pick<TestContext, "after">): Promise<PostgresPair> {
  const { folder, group } = await createPostgresFolder(t);
  const primary = await startPostgres(group, {
    dataDir: join(folder, "primary"),
    settings: REPLICATION,
    accessRules: MAY_REPLICATE,
  });
  await ensureOwnDatabase(primary);
  const standbyDir = join(folder, "standby");
  await copyRunning(primary, standbyDir);
  await becomeStandby(standbyDir);
  const follow = `host=127.0.0.1 port=${primary.port} user=postgres password=${primary.password}`;
  const standby = await startPostgres(group, {
    dataDir: standbyDir,
    settings: REPLICATION,
    accessRules: MAY_REPLICATE,
  });
  await onServer(standby, async (client) => {
    await client.query(`alter system set primary_conninfo = '${follow}'`);
    await client.query("select pg_reload_conf()");
  });
  await until("the standby to follow", () =>
    onServer(primary, async (client) => {
      const { rows } = await client.query("select from pg_stat_replication where state = 'streaming'");
      return rows.length === 1;
    }),
  );
  const way: BlackHole = await createBlackHole(primary.port);
  t.after(() => way.close());
  return {
    databaseUrl: postgresUrl(way.port, DATABASE, primary.password),
    stopFollowing: () =>
      onServer(standby, async (client) => {
        await client.query("alter system set primary_conninfo = ''");
        await client.query("select pg_reload_conf()");
        await until("the standby to stop following", async () => {
          const { rows } = await client.query("select from pg_stat_wal_receiver");
          return rows.length === 0;
        });
      }),
    losePrimary: () => primary.process.kill9(),
    leadToStandby: () => way.leadTo(standby.port),
    promote: () =>
      onServer(standby, async (client) => {
        await client.query("select pg_promote()");
        await until("the standby to take writes", async () => {
          const { rows } = await client.query("select pg_is_in_recovery() as recovers");
          return rows[0].recovers === false;
        });
      }),
  };
}

/** What is asked of a server itself, whatever the address of the pair leads to. */
async function onServer<T>(server: OwnPostgres, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: postgresUrl(server.port, "postgres", server.password) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Files of a server that go with its process alone. */
const OF_THE_PROCESS = new Set(["postmaster.pid", "postmaster.opts"]);

/**
 * A base backup: the files of a server that runs, as pg_basebackup takes them, which does not come with the tests'
 * PostgreSQL. @param target folder of a server that has none yet
 */
export async function copyRunning(server: OwnPostgres, target: string): Promise<void> {
  const [from, to] = [join(server.dataDir, "postgres", "data"), join(target, "postgres", "data")];
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

async function becomeStandby(dataDir: string): Promise<void> {
  const cluster = join(dataDir, "postgres", "data");
  await writeFile(join(cluster, "standby.signal"), "");
  await giveToServer(cluster);
}

/** Its account owns the files, whoever copied them. */
async function giveToServer(cluster: string): Promise<void> {
  const runAs = await postgresUser();
  if (runAs !== undefined)
    await runToSuccess({ command: "chown", args: ["-R", `${runAs.uid}:${runAs.gid}`, cluster] });
  await runToSuccess({ command: "chmod", args: ["700", cluster] });
}
