import { existsSync, readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { Failure, isFailure } from "../../services/shared/domain/failure.ts";
import { contractOf, olderProcesses } from "./contract.ts";
import { liveStatements, makeIndexes } from "./live-migration.ts";
import { besideLiveWork, type Deployer, inPatientTransaction, type LockPatience } from "./lock-patience.ts";
import { handOver } from "./ownership.ts";
import { OWNER } from "./roles.ts";
import { SERVICES, type ServiceGrants } from "./services.ts";
import { lockForSession } from "./session-lock.ts";

/** Any fixed number: it names the lock that keeps two deployments apart. */
const MIGRATION_LOCK = 4_810_043;
const ROOT = new URL("../../", import.meta.url);

/**
 * Runs each service's migrations that were not run yet, in the order of their names, each in a transaction of its own,
 * in the service's schema, under an advisory lock; then sets the grants of every role. All of it is done as the one owner. What
 * cannot get a lock gives way to the services that run, and is tried again.
 * @throws Failure DEPLOY_FAILED naming the file that failed, or who holds the lock that it waited for
 */
export async function migrate(options: {
  readonly databaseUrl: string;
  readonly report: (line: string) => void;
  readonly patience?: LockPatience;
}): Promise<void> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: "deploy" });
  const deployer: Deployer = { ...options, client };
  await client.connect();
  try {
    await lockForSession(client, MIGRATION_LOCK);
    await client.query(
      `create table if not exists public.schema_migrations (
         schema_name text, file_name text, run_at timestamptz not null default now(), primary key (schema_name, file_name))`,
    );
    await client.query(`grant select, insert on public.schema_migrations to ${OWNER}`);
    await inPatientTransaction(deployer, "The hand-over to the one owner", () => handOver(client));
    await client.query(`set role ${OWNER}`);
    for (const service of SERVICES) await migrateService(deployer, service);
    // Grants name tables of other services, so all of them come first.
    await inPatientTransaction(deployer, "The setting of grants", () => grantAll(client));
  } finally {
    await client.end();
  }
}

async function migrateService(deployer: Deployer, { schema, migrations }: ServiceGrants): Promise<void> {
  if (schema === null || migrations === null) return;
  const { client, report } = deployer;
  await client.query(`create schema if not exists ${schema}`);
  for (const file of await filesDue(client, schema, migrations)) {
    await refuseContract(client, schema, migrations, file);
    await runFile(deployer, schema, new URL(`${migrations}/${file}`, ROOT), file);
    report(`migration ${schema}/${file} done`);
  }
}

type Migrating = Pick<ServiceGrants, "schema" | "migrations">;

/**
 * Looks what a deployment would run, and changes nothing. Each migration is reported.
 * @throws Failure DEPLOY_FAILED naming a migration that takes away what a process still uses, or as pg throws
 */
export async function checkMigrations(options: {
  readonly databaseUrl: string;
  /** Whose migrations; those of all services unless told. */
  readonly services?: readonly Migrating[];
  readonly report: (line: string) => void;
}): Promise<void> {
  const client = new pg.Client({ connectionString: options.databaseUrl, application_name: "deploy" });
  await client.connect();
  try {
    for (const { schema, migrations } of options.services ?? SERVICES) {
      if (schema === null || migrations === null) continue;
      for (const file of await filesDue(client, schema, migrations)) {
        options.report(`migration ${schema}/${file} would run`);
        await refuseContract(client, schema, migrations, file);
      }
    }
  } finally {
    await client.end();
  }
}

/** A process of a release that still uses what a migration takes away would fail at its next statement (decision 0051). */
async function refuseContract(
  client: pg.Client,
  schema: string,
  folder: string,
  file: string,
): Promise<void> {
  const from = contractOf(readFileSync(new URL(`${folder}/${file}`, ROOT), "utf8"));
  if (from === null) return;
  const older = await olderProcesses(client, from);
  if (older.length > 0)
    throw new Failure(
      "DEPLOY_FAILED",
      `Migration ${schema}/${file} takes away what releases before ${from} use, and one still runs: ${older.join(", ")}. ` +
        "Upgrade or stop it, wait a minute, and deploy again.",
    );
}

async function filesDue(client: pg.Client, schema: string, folder: string): Promise<readonly string[]> {
  const done = await filesDone(client, schema);
  return migrationFiles(folder).filter((file) => !done.has(file));
}

function migrationFiles(folder: string): readonly string[] {
  const url = new URL(`${folder}/`, ROOT);
  if (!existsSync(url)) return [];
  return readdirSync(url)
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

async function filesDone(client: pg.Client, schema: string): Promise<ReadonlySet<string>> {
  const { rows: tables } = await client.query<{ name: string | null }>(
    "select to_regclass('public.schema_migrations')::text as name",
  );
  if (tables[0]?.name === null) return new Set();
  const { rows } = await client.query<{ file_name: string }>(
    "select file_name from public.schema_migrations where schema_name = $1",
    [schema],
  );
  return new Set(rows.map((row) => row.file_name));
}

async function runFile(deployer: Deployer, schema: string, url: URL, file: string): Promise<void> {
  const { client } = deployer;
  const name = `Migration ${schema}/${file}`;
  const sql = readFileSync(url, "utf8");
  const noteDone = async (): Promise<void> => {
    await client.query("insert into public.schema_migrations (schema_name, file_name) values ($1, $2)", [
      schema,
      file,
    ]);
  };
  try {
    const live = liveStatements(sql);
    if (live === null)
      await inPatientTransaction(deployer, name, async () => {
        await client.query(`set local search_path to ${schema}`);
        await client.query(sql);
        await noteDone();
      });
    else
      await besideLiveWork(deployer, name, async () => {
        await client.query(`set search_path to ${schema}`);
        try {
          await makeIndexes(client, schema, live);
        } finally {
          await client.query("reset search_path");
        }
        await noteDone();
      });
  } catch (error) {
    if (isFailure(error, "DEPLOY_FAILED")) throw error;
    throw new Failure("DEPLOY_FAILED", `${name} failed; nothing of it was kept.`, error);
  }
}

/**
 * What each role may do is what stands in the list now, and nothing that stood there once: taken and given in one
 * transaction, so that a running service notices neither.
 */
async function grantAll(client: pg.Client): Promise<void> {
  const schemas = SERVICES.flatMap(({ schema }) => schema ?? []).join(", ");
  const roles = SERVICES.flatMap(({ role, own, grants, becomes }) => [
    { role, grants: [...own, ...grants] },
    ...(becomes === undefined ? [] : [becomes]),
  ]);
  for (const { role, grants } of roles) {
    await client.query(`revoke all on all tables in schema ${schemas} from ${role}`);
    await client.query(`revoke all on all sequences in schema ${schemas} from ${role}`);
    for (const one of grants) await grant(client, role, one);
  }
}

/** The grant, and usage of the schema that it names. */
async function grant(client: pg.Client, role: string, one: string): Promise<void> {
  const schema = / on (?:sequence |function )?(\w+)/.exec(one)?.[1];
  if (schema !== undefined) await client.query(`grant usage on schema ${schema} to ${role}`);
  await client.query(`grant ${one} to ${role}`);
}
