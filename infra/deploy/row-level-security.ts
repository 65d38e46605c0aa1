import pg from "pg";
import { inPatientTransaction } from "./lock-patience.ts";
import { OWNER } from "./roles.ts";
import { lockForSession } from "./session-lock.ts";

/** Any fixed number: it names the lock that keeps two deployments apart. */
const POLICY_LOCK = 4_810_044;

/**
 * Puts every table that has a tenant under row-level security: the role `console_tenant` sees and changes only rows of
 * the tenant that its transaction names in `console.tenant_id`, and none without; all other roles see what they saw.
 * Functions that run with their owner's rights are held to the same tenant when that role calls them, since the policies
 * bind the owner too. Views show their reader's rows, not their owner's. `console_tenant` may do on these tables what
 * `console` may. Idempotent; runs after migrations and grants.
 * @throws Failure DEPLOY_FAILED naming who holds a lock that it waited for
 */
export async function secureTenantRows(databaseUrl: string, report: (line: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "deploy" });
  await client.connect();
  try {
    await lockForSession(client, POLICY_LOCK);
    await client.query(`set role ${OWNER}`);
    await inPatientTransaction(
      { databaseUrl, client, report },
      "The setting of row-level security",
      async () => {
        await client.query(POLICIES);
        await client.query(GRANTS);
      },
    );
  } finally {
    await client.end();
  }
}

const SCHEMAS = "'integration', 'simon', 'log', 'order_writer', 'unit4_poller', 'workorder_archived'";

/**
 * A permissive policy lets everyone in and restrictive ones narrow down `console_tenant`, and the owner when
 * `console_tenant` called one of its functions: inside one, the setting `role` still says who called. A setting that was
 * never set is null, and no tenant equals null.
 */
const POLICIES = `do $$
declare
  one record;
begin
  for one in
    select c.oid::regclass as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in (${SCHEMAS}) and not c.relforcerowsecurity
  loop
    execute format('drop policy if exists everyone on %s', one.name);
    execute format('drop policy if exists own_tenant on %s', one.name);
    execute format('create policy everyone on %s using (true) with check (true)', one.name);
    execute format('create policy own_tenant on %s as restrictive to console_tenant '
      'using (tenant_id = current_setting(''console.tenant_id'', true)) '
      'with check (tenant_id = current_setting(''console.tenant_id'', true))', one.name);
    execute format('create policy tenant_of_the_caller on %s as restrictive to ${OWNER} '
      'using (current_setting(''role'') <> ''console_tenant'' or tenant_id = current_setting(''console.tenant_id'', true)) '
      'with check (current_setting(''role'') <> ''console_tenant'' or tenant_id = current_setting(''console.tenant_id'', true))', one.name);
    execute format('alter table %s enable row level security, force row level security', one.name);
  end loop;
  for one in
    select c.oid::regclass as name from pg_class c
    where c.relkind = 'v' and c.relnamespace::regnamespace::text in (${SCHEMAS})
      and not coalesce(c.reloptions @> array['security_invoker=true'], false)
  loop
    execute format('alter view %s set (security_invoker = true)', one.name);
  end loop;
end $$`;

const GRANTS = `do $$
declare
  one record;
begin
  execute 'grant usage on schema ' || (
    select string_agg(nspname, ', ') from pg_namespace where nspname in (${SCHEMAS})) || ' to console_tenant';
  -- What it may do is what the console may now, and nothing that the console might once.
  execute 'revoke all on all tables in schema ' || (
    select string_agg(nspname, ', ') from pg_namespace where nspname in (${SCHEMAS})) || ' from console_tenant';
  execute 'revoke all on all sequences in schema integration from console_tenant';
  for one in
    select c.oid::regclass as name, privilege
    from pg_class c
    cross join unnest(array['select', 'insert', 'update', 'delete']) privilege
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'v') and c.relnamespace::regnamespace::text in (${SCHEMAS})
      and c.oid <> 'integration.users'::regclass
      and has_table_privilege('console', c.oid, privilege)
  loop
    execute format('grant %s on %s to console_tenant', one.privilege, one.name);
  end loop;
  for one in
    select a.attrelid::regclass as name, string_agg(quote_ident(a.attname), ', ') as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in (${SCHEMAS})
      and not has_table_privilege('console', c.oid, 'update')
      and has_column_privilege('console', c.oid, a.attnum, 'update')
    group by a.attrelid
  loop
    execute format('grant update (%s) on %s to console_tenant', one.columns, one.name);
  end loop;
  for one in
    select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace::regnamespace::text in (${SCHEMAS}) and p.prosecdef
      and p.prorettype <> 'trigger'::regtype and has_function_privilege('console', p.oid, 'execute')
  loop
    execute format('grant execute on function %s to console_tenant', one.name);
  end loop;
end $$`;
