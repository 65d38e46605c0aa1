import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { SupervisedProcess } from "../../infra/local/processes/supervised-process.ts";
import { postgresUrl } from "../../infra/local/stack/postgres-process.ts";
import { clusterOf, giveToServer, onServer, takeBackup } from "./base-backup.ts";
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
  /** Another standby follows the new primary, in the place of the one that was lost. */
  replaceLost(): Promise<void>;
  /** The server that takes writes. */
  primary(): SupervisedProcess;
};

const REPLICATION = ["wal_keep_size=256MB", "hot_standby=on"];
/** Superusers alone replicate, which is right for a test and nothing else. */
const MAY_REPLICATE = ["host replication postgres 127.0.0.1/32 scram-sha-256"];

/** Starts both, on ports of their own; they end with the test. @param durable whether a kill loses nothing that was told */
export async function startPostgresPair(
  t: Pick<TestContext, "after">,
  durable = false,
): Promise<PostgresPair> {
  const { folder, group } = await createPostgresFolder(t);
  const start = (name: string): Promise<OwnPostgres> =>
    startPostgres(group, {
      dataDir: join(folder, name),
      durable,
      settings: REPLICATION,
      accessRules: MAY_REPLICATE,
    });
  let servers = 1;
  const startStandby = async (leader: OwnPostgres): Promise<OwnPostgres> => {
    servers += 1;
    const name = `server-${servers}`;
    await takeBackup(leader, join(folder, name));
    await becomeStandby(join(folder, name));
    const follower = await start(name);
    await follow(follower, leader);
    return follower;
  };
  let primary = await start("server-1");
  await ensureOwnDatabase(primary);
  let standby = await startStandby(primary);
  let lost: OwnPostgres | null = null;
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
    promote: async () => {
      await onServer(standby, async (client) => {
        await client.query("select pg_promote()");
        await until("the standby to take writes", async () => {
          const { rows } = await client.query("select pg_is_in_recovery() as recovers");
          return rows[0].recovers === false;
        });
      });
      [lost, primary] = [primary, standby];
    },
    replaceLost: async () => {
      if (lost === null) throw new Error("no server was lost");
      await rm(lost.dataDir, { recursive: true });
      lost = null;
      standby = await startStandby(primary);
    },
    primary: () => primary.process,
  };
}

async function follow(standby: OwnPostgres, { port, password }: OwnPostgres): Promise<void> {
  await onServer(standby, async (client) => {
    await client.query(
      `alter system set primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres password=${password}'`,
    );
    await client.query("select pg_reload_conf()");
    await until("the standby to follow", async () => {
      const { rows } = await client.query("select from pg_stat_wal_receiver where status = 'streaming'");
      return rows.length === 1;
    });
  });
}

async function becomeStandby(dataDir: string): Promise<void> {
  const cluster = clusterOf(dataDir);
  await writeFile(join(cluster, "standby.signal"), "");
  await giveToServer(cluster);
}
