import pg from "pg";
import { Failure } from "../../services/shared/domain/failure.ts";
import type { Queryable } from "../../services/shared/postgres.ts";
import { SERVICES } from "./services.ts";

/** First line of a migration that takes away what older releases use: `-- contract: 1.1.0`. */
const CONTRACT = /^-- contract: (\d+\.\d+\.\d+)\r?\n/;
/** A process that said nothing for so long is gone; it speaks every 10 s. */
const GONE_AFTER_SECONDS = 60;

/** From which release on nobody uses what a migration takes away; null where it takes nothing away. */
export const contractOf = (sql: string): string | null => CONTRACT.exec(sql)?.[1] ?? null;

/** Whether a release comes before another one; both as `1.2.3`. */
export function isEarlier(one: string, other: string): boolean {
  const [a, b] = [one, other].map((release) => release.split(".").map(Number));
  for (let part = 0; part < 3; part += 1)
    if (a?.[part] !== b?.[part]) return (a?.[part] ?? 0) < (b?.[part] ?? 0);
  return false;
}

/**
 * Processes that run an earlier release than `from`, as people name them. Those of releases before 1.1.0 leave no row: they are
 * known by their sessions.
 */
export async function olderProcesses(db: Queryable, from: string): Promise<readonly string[]> {
  const known = await liveInstances(db);
  const roles = await connectedRoles(
    db,
    SERVICES.filter(({ isStandIn }) => isStandIn !== true).map(({ role }) => role),
  );
  const speaking = new Set(known.map(({ service }) => service));
  return [
    ...known
      .filter(({ release }) => isEarlier(release, from))
      .map(({ service, instance, release }) => `${service} ${instance} (release ${release})`),
    ...roles
      .map((role) => role.replaceAll("_", "-"))
      .filter((service) => !speaking.has(service))
      .map((service) => `${service} (of a release before 1.1.0, which does not say)`),
  ];
}

/** From this release on processes take turns at partitions that a topic got later (decision 0050). */
const RAISES_FROM = "1.1.0";

/**
 * A process that does not know of raises would read new partitions at once, and orders of one tenant in a wrong order.
 * @param raiseTo topics that shall get more partitions; none asks nothing
 * @throws Failure DEPLOY_FAILED naming the processes
 */
export async function refuseRaiseBesideOlder(
  databaseUrl: string,
  raiseTo: ReadonlyMap<string, number> = new Map(),
): Promise<void> {
  if (raiseTo.size === 0) return;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "deploy" });
  await client.connect();
  try {
    const older = await olderProcesses(client, RAISES_FROM);
    if (older.length > 0)
      throw new Failure(
        "DEPLOY_FAILED",
        `--partitions needs release ${RAISES_FROM} everywhere, and an earlier one still runs: ${older.join(", ")}. ` +
          "Upgrade or stop it, wait a minute, and deploy again.",
      );
  } finally {
    await client.end();
  }
}

type Instance = { readonly service: string; readonly instance: string; readonly release: string };

/** None before the migration that makes their table. */
async function liveInstances(db: Queryable): Promise<readonly Instance[]> {
  const { rows: tables } = await db.query<{ name: string | null }>(
    "select to_regclass('integration.instances')::text as name",
  );
  if (tables[0]?.name === null) return [];
  const { rows } = await db.query<Instance>(
    `select service, instance, release from integration.instances
     where seen_at > now() - $1 * interval '1 second' order by service, instance`,
    [GONE_AFTER_SECONDS],
  );
  return rows;
}

async function connectedRoles(db: Queryable, roles: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ role: string }>(
    `select distinct usename::text as role from pg_stat_activity
     where datname = current_database() and usename = any($1) order by 1`,
    [roles],
  );
  return rows.map(({ role }) => role);
}
