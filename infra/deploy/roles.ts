import pg from "pg";
import { SESSION_LIMITS } from "../../services/shared/domain/session-limits.ts";
import { SERVICES, type ServiceGrants } from "./services.ts";
import { lockForSession } from "./session-lock.ts";

/** Any fixed number: it names the lock that keeps two deployments apart. */
const DEPLOY_LOCK = 4_810_042;

/** What Postgres says to the later of two deployments that do the same at one moment: it is there, or its row has changed. */
const DONE_BY_ANOTHER = new Set(["42710", "23505", "XX000"]);

/** Owns every schema, table and function: neither a superuser nor a login, so that row-level security binds functions too. */
export const OWNER = "pipeline_owner";

/**
 * Makes a login role for each service that has none. A password is set from `<ROLE>_PASSWORD` in the environment, such
 * as UNIT4_POLLER_PASSWORD; without it the server's own rules decide who may log in. `console_tenant` is who the console
 * becomes for one tenant.
 */
export async function makeRoles(
  databaseUrl: string,
  {
    environment = process.env,
    hasStandIns = false,
    services = SERVICES,
  }: {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    /** Whether stand-ins for programs of others may log in; without it theirs are roles that nobody can be. */
    readonly hasStandIns?: boolean;
    readonly services?: readonly Pick<ServiceGrants, "role" | "isStandIn" | "becomes">[];
  } = {},
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await lockForSession(client, DEPLOY_LOCK);
    for (const { role, isStandIn = false } of services) {
      const kind = isStandIn && !hasStandIns ? "nologin" : "login";
      await makeRole(client, role, kind);
      if (isStandIn) await setLogin(client, role, kind);
      await limitSessions(client, role);
      const password = environment[`${role.toUpperCase()}_PASSWORD`];
      if (password !== undefined && password !== "")
        await unlessDone(client, `alter role ${role} password ${client.escapeLiteral(password)}`);
    }
    await makeRole(client, OWNER, "nologin");
    await becomeOwner(client);
    // Taken on for a transaction, never inherited: the policies for it must not bind the console's own role.
    await becomes(client, "console", "console_tenant");
    for (const { role, becomes: other } of services)
      if (other !== undefined) await becomes(client, role, other.role);
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server, locks to one database: another database's deployment may make it first. */
async function makeRole(client: pg.Client, role: string, kind: "login" | "nologin"): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
  if (rowCount !== 0) return;
  await unlessDone(client, `create role ${role} ${kind}`);
}

/** Makes a role that another one takes on for single transactions. */
async function becomes(client: pg.Client, role: string, other: string): Promise<void> {
  await makeRole(client, other, "nologin");
  const { rowCount } = await client.query(
    `select from pg_auth_members where roleid = $1::regrole and member = $2::regrole
       and set_option and not inherit_option`,
    [other, role],
  );
  if (rowCount === 0) await unlessDone(client, `grant ${other} to ${role} with inherit false, set true`);
}

async function unlessDone(client: pg.Client, statement: string): Promise<void> {
  try {
    await client.query(statement);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !DONE_BY_ANOTHER.has(error.code ?? "")) throw error;
  }
}

/** Settings of the role, where they are not as they should be: several deployments at once change one row. */
async function limitSessions(client: pg.Client, role: string): Promise<void> {
  const { rows } = await client.query<{ set: readonly string[] | null }>(
    `select setconfig as set from pg_roles join pg_db_role_setting on setrole = pg_roles.oid
     where rolname = $1 and setdatabase = 0`,
    [role],
  );
  for (const [name, value] of Object.entries(SESSION_LIMITS))
    if (!rows[0]?.set?.includes(`${name}=${value}`))
      await unlessDone(client, `alter role ${role} set ${name} = ${client.escapeLiteral(value)}`);
}

/** What an earlier deployment let in, or kept out. */
async function setLogin(client: pg.Client, role: string, kind: "login" | "nologin"): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1 and rolcanlogin <> $2", [
    role,
    kind === "login",
  ]);
  if (rowCount !== 0) await client.query(`alter role ${role} ${kind}`);
}

/** Whoever deploys takes on the owner's role for the work itself. A superuser may anyway. */
async function becomeOwner(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ may: boolean; database: string }>(
    "select pg_has_role($1, 'set') as may, current_database() as database",
    [OWNER],
  );
  const [{ may, database } = { may: true, database: "" }] = rows;
  if (!may) await client.query(`grant ${OWNER} to current_user with inherit true, set true`);
  await client.query(`grant create on database ${client.escapeIdentifier(database)} to ${OWNER}`);
}
