import assert from "node:assert/strict";
import { test } from "node:test";
import { inTenant } from "../../../services/console/parts/tenant-scope.ts";
import { createPool, type Pool } from "../../../services/shared/postgres.ts";
import { fillTables, insertOf, type TenantTable, tenantTables } from "../../support/tenant-rows.ts";
import { createWorld, type World } from "../../support/world.ts";

/** Two tenants with a row in every table, and a pool as the console's own role. */
async function twoFullTenants(t: Parameters<typeof createWorld>[0]) {
  const world = await createWorld(t);
  const tables = await tenantTables(world.pool);
  for (const tenantId of ["bos", "noord"]) await fillTables(world.pool, tables, tenantId);
  const url = world.environment("console")["DATABASE_URL"] ?? "";
  const pool = createPool({ url, size: 3, applicationName: "test" });
  t.after(() => pool.end());
  return { world, tables, pool };
}

/** Everything of a tenant, table by table, as the superuser sees it. */
async function everythingOf(world: World, tables: readonly TenantTable[], tenantId: string) {
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, coalesce(json_agg(t order by t::text), '[]') as rows from ${name} t where tenant_id = '${tenantId}'`,
  );
  return (await world.pool.query(parts.join(" union all "))).rows;
}

type Granted = { readonly verbs: readonly string[]; readonly columns: readonly string[] };

/** What the tenant's role may do with a table, by the catalogue; `columns` are those that it may change. */
async function grantedOn(world: World, name: string): Promise<Granted> {
  const { rows } = await world.pool.query<Granted>(
    `select array(select verb from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) verb
         where has_table_privilege('console_tenant', $1, verb)) as verbs,
       array(select attname::text from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = ''
           and has_column_privilege('console_tenant', $1, attnum, 'update')) as columns`,
    [name],
  );
  return rows[0] ?? { verbs: [], columns: [] };
}

/** Calls of a function that the tenant's role may make, with another tenant as its first argument. */
async function grantedFunctions(world: World): Promise<readonly string[]> {
  const { rows } = await world.pool.query<{ name: string; types: readonly string[] }>(
    `select p.oid::regproc::text as name,
       array(select format_type(type, null) from unnest(p.proargtypes) type) as types
     from pg_proc p
     where p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)' and p.prosecdef
       and p.prorettype <> 'trigger'::regtype and has_function_privilege('console_tenant', p.oid, 'execute')`,
  );
  return rows.map(({ name, types }) => `${name}(${types.map(argumentOf).join(", ")})`);
}

function argumentOf(type: string, index: number): string {
  if (index === 0 && type === "text") return "'noord'";
  if (index === 0 && type === "text[]") return "array['noord']";
  if (type.startsWith("timestamp")) return "now()";
  if (type === "boolean") return "true";
  if (type === "text[]") return "array['customers', 'workAddresses', 'articles', 'workorders']";
  return type === "text" ? "'noord-text'" : "1000";
}

test("every table that the tenant's role may touch shows, changes, adds and removes nothing of another tenant", async (t) => {
  const { world, tables, pool } = await twoFullTenants(t);
  const before = await everythingOf(world, tables, "noord");
  let tried = 0;
  for (const table of tables) {
    const { verbs, columns } = await grantedOn(world, table.name);
    const count = (statement: string) =>
      inTenant(pool, "bos", async (tx) => (await tx.query(statement)).rowCount);
    if (verbs.includes("select")) {
      assert.equal(await count(`select from ${table.name}`), 1, `${table.name}: its own row alone`);
      assert.equal(await count(`select from ${table.name} where tenant_id = 'noord'`), 0, table.name);
    }
    for (const column of columns)
      assert.equal(await count(changed(table, column)), 0, `${table.name}.${column}`);
    if (verbs.includes("delete"))
      assert.equal(await count(`delete from ${table.name} where tenant_id = 'noord'`), 0, table.name);
    if (verbs.includes("insert"))
      await assert.rejects(count(insertOf(table, "noord")), /row-level security/, table.name);
    assert.ok(!verbs.includes("truncate"), `${table.name} can be emptied for all tenants`);
    tried += verbs.length + columns.length;
  }
  assert.ok(tried > 60, `${tried} grants were tried`);
  assert.deepEqual(await everythingOf(world, tables, "noord"), before);
});

const changed = ({ name }: TenantTable, column: string): string =>
  `update ${name} set ${column} = ${column} where tenant_id = 'noord'`;

test("every function that the tenant's role may call leaves another tenant as it was, and nobody's scope opens none", async (t) => {
  const { world, tables, pool } = await twoFullTenants(t);
  // Archived long ago and orders of an old epoch: what the functions would take away if they could.
  await world.pool.query("update order_writer.orders set request = '{\"epoch\": 0}'");
  const before = await everythingOf(world, tables, "noord");
  const calls = await grantedFunctions(world);
  assert.ok(calls.length >= 4, calls.join());
  for (const scope of ["bos", ""])
    for (const call of calls) {
      await callAs(pool, scope, call);
      assert.deepEqual(
        await everythingOf(world, tables, "noord"),
        before,
        `${call} in the scope of ${scope}`,
      );
    }
  for (const call of calls.map((one) => one.replace("'noord'", "'bos'"))) await callAs(pool, "bos", call);
  assert.notDeepEqual(await everythingOf(world, tables, "bos"), before, "they do work for their own tenant");
});

/** Not this one's to do, or not begun for it. */
const REFUSED = new Set(["42501", "22023"]);

/** Calls a function, which may refuse to do it for this tenant, and nothing else. */
async function callAs(pool: Pool, scope: string, call: string): Promise<void> {
  try {
    await inTenant(pool, scope, (tx) => tx.query(`select * from ${call}`));
  } catch (error) {
    assert.ok(REFUSED.has((error as { readonly code?: string }).code ?? ""), `${call}: ${error}`);
  }
}

test("nothing escapes by its owner: tables hold it to their policies, and it is no superuser", async (t) => {
  const { world } = await twoFullTenants(t);
  const { rows: open } = await world.pool.query(
    `select c.oid::regclass::text as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
  );
  assert.deepEqual(open, []);
  const { rows: owners } = await world.pool.query(
    `select distinct r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcanlogin as "isStrong"
     from pg_roles r join (
       select relowner as owner, relnamespace as schema from pg_class where relkind in ('r', 'v', 'S')
       union all select proowner, pronamespace from pg_proc
       union all select nspowner, oid from pg_namespace) owned on owned.owner = r.oid
     where owned.schema::regnamespace::text in
       ('integration', 'simon', 'log', 'order_writer', 'unit4_poller', 'workorder_archived')`,
  );
  assert.deepEqual(owners, [{ name: "pipeline_owner", isStrong: false }]);
});

test("no role may change, remove or empty the audit log", async (t) => {
  const { world } = await twoFullTenants(t);
  const { rows } = await world.pool.query(
    `select rolname, verb from pg_roles, unnest(array['update', 'delete', 'truncate']) verb
     where not rolsuper and rolname <> 'pipeline_owner' and rolname !~ '^pg_'
       and has_table_privilege(rolname, 'integration.audit', verb)`,
  );
  assert.deepEqual(rows, []);
});
