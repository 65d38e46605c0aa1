import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { postgresUrl } from "../../infra/local/stack/postgres-process.ts";
import { clusterOf, giveToServer, onServer, takeBackup } from "./base-backup.ts";
import { type BlackHole, createBlackHole } from "./black-hole.ts";
import { createPostgresFolder, DATABASE, ensureOwnDatabase, startPostgres } from "./own-postgres.ts";
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
  await takeBackup(primary, standbyDir);
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

async function becomeStandby(dataDir: string): Promise<void> {
  const cluster = clusterOf(dataDir);
  await writeFile(join(cluster, "standby.signal"), "");
  await giveToServer(cluster);
}
