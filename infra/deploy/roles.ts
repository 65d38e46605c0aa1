import pg from "pg";
import { SERVICES } from "./services.ts";

/** Any fixed number: it names the lock that keeps two deployments apart. */
const DEPLOY_LOCK = 4_810_042;

const ALREADY_THERE = "42710";

/**
 * Makes a login role for each service that has none. A password is set from `<ROLE>_PASSWORD` in the environment, such
 * as UNIT4_POLLER_PASSWORD; without it the server's own rules decide who may log in (locally: anyone on this machine). `console_tenant` is who the console becomes for one tenant.
 */
export async function makeRoles(
  databaseUrl: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [DEPLOY_LOCK]);
    for (const { role } of SERVICES) {
      await makeRole(client, role, "login");
      const password = environment[`${role.toUpperCase()}_PASSWORD`];
      if (password !== undefined && password !== "")
        await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
    }
    await makeRole(client, "console_tenant", "nologin");
    // Taken on for a transaction, never inherited: the policies for it must not bind the console's own role.
    await client.query("grant console_tenant to console with inherit false, set true");
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server, locks to one database: another database's deployment may make it first. */
async function makeRole(client: pg.Client, role: string, kind: "login" | "nologin"): Promise<void> {
  const { rowCount } = await client.query("select from pg_roles where rolname = $1", [role]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create role ${role} ${kind}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== ALREADY_THERE) throw error;
  }
}
