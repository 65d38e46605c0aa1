import type { Queryable } from "../../../services/shared/postgres.ts";

/** How many there are in a state, and since when the oldest of them (ISO 8601, UTC; null where none is known). */
export type StateCount = { readonly state: string; readonly count: number; readonly since: string | null };

const iso = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** SQL: state and moment of every one of a kind. The states are words of ours, by check constraint or from here. */
const KINDS = {
  tenants: "select status as state, changed_at as at from integration.tenants where removed_at is null",
  connections: `select case when state = 'connected' and parked_until > now() then 'parked' else state end as state,
      refreshed_at as at from integration.connections`,
  polls: `select case when lease_until > now() then 'under way' when failures > 0 then 'failing'
      when next_due_at <= now() then 'due' else 'waiting' end as state, last_scan_at as at from unit4_poller.schedules`,
  firstLoads: `select case when finished_at is null then 'under way' else 'finished' end as state, started_at as at
      from unit4_poller.progress`,
  haltedDeletions:
    "select coalesce(decision, 'undecided') as state, halted_at as at from unit4_poller.brakes",
  customers: "select state, null::timestamptz as at from simon.customers",
  articles: "select state, null::timestamptz as at from simon.articles",
  workorders: "select status as state, archived_at as at from simon.workorders",
  outcomes: "select outcome as state, settled_at as at from simon.workorder_outcomes",
  orders: "select state, changed_at as at from order_writer.orders",
  lanes: `select case when lease_until > now() then 'under way' when not_before > now() then 'resting'
      when due_at <= now() then 'due' else 'waiting' end as state, served_at as at from order_writer.lanes`,
  openMessages:
    "select kind as state, first_at as at from log.messages where closed_at is null and kind <> 'info'",
  emptyings: `select case when finished_at is null then 'under way' else 'finished' end as state, at
      from integration.emptyings`,
  operations: "select state, requested_at as at from integration.operations",
} as const;

/** How many there are of each kind in each state. */
export async function countStates(db: Queryable): Promise<Readonly<Record<string, readonly StateCount[]>>> {
  const counted: Record<string, readonly StateCount[]> = {};
  for (const [kind, sql] of Object.entries(KINDS)) counted[kind] = await countKind(db, sql);
  return counted;
}

async function countKind(db: Queryable, sql: string): Promise<readonly StateCount[]> {
  const { rows } = await db.query<StateCount>(
    `select state, count(*)::int as count, ${iso("min(nullif(at, '-infinity'))")} as since
     from (${sql}) each group by state order by state`,
  );
  return rows;
}

/** Processes that run or ran within a day, by service and release; a process' name holds its host, and is left out. */
export async function countInstances(db: Queryable): Promise<readonly object[]> {
  const { rows } = await db.query(
    `select service, release, count(*) filter (where seen_at > now() - interval '1 minute')::int as running,
       count(*)::int as "inADay", ${iso("max(seen_at)")} as "lastSeenAt"
     from integration.instances group by service, release order by service, release`,
  );
  return rows;
}

/** The last migration of each schema, as `CHANGELOG.md` names those of each release. */
export async function latestMigrations(db: Queryable): Promise<readonly object[]> {
  const { rows } = await db.query(
    `select schema_name as schema, max(file_name) as latest, count(*)::int as count, ${iso("max(run_at)")} as "runAt"
     from public.schema_migrations group by schema_name order by schema_name`,
  );
  return rows;
}

/** How PostgreSQL is: its version, its size, and who is connected, by role and what they do. */
export async function describePostgres(db: Queryable): Promise<object> {
  const { rows: servers } = await db.query(
    `select current_setting('server_version') as version, pg_is_in_recovery() as "isStandby",
       current_setting('max_connections')::int as "maxConnections", pg_database_size(current_database())::float8 as bytes,
       ${iso("pg_postmaster_start_time()")} as "startedAt",
       (select count(*)::int from pg_locks where not granted) as "waitingForLocks"`,
  );
  const { rows: connections } = await db.query(
    `select case when usename in (select replace(service, '-', '_') from integration.instances)
         then usename::text else 'others' end as role, coalesce(state, 'unknown') as state,
       count(*)::int as count, ${iso("min(xact_start)")} as "oldestTransactionAt"
     from pg_stat_activity where datname = current_database() group by 1, 2 order by 1, 2`,
  );
  return { ...servers[0], connections };
}
