import assert from "node:assert/strict";
import { test } from "node:test";
import { recordAct } from "../../../services/console/parts/audit-store.ts";
import { inTenant } from "../../../services/console/parts/tenant-scope.ts";
import { createPool, type Pool } from "../../../services/shared/postgres.ts";
import { createWorld, type World } from "../../support/world.ts";

const SERVICE = { kind: "service", id: null, name: "test" } as const;

const SCHEMAS = ["integration", "simon", "log", "order_writer", "unit4_poller"];

/** A world with a row of two tenants in the tables of each schema, and a pool as the console's own role. */
async function twoTenants(t: Parameters<typeof createWorld>[0]): Promise<{ world: World; pool: Pool }> {
  const world = await createWorld(t);
  for (const tenant of ["bos", "noord"])
    for (const statement of ROWS) await world.pool.query(statement.replaceAll("$tenant", tenant));
  const url = world.environment("console")["DATABASE_URL"] ?? "";
  const pool = createPool({ url, size: 3, applicationName: "test" });
  t.after(() => pool.end());
  return { world, pool };
}

const ROWS = [
  "insert into integration.tenants (tenant_id, name) values ('$tenant', '$tenant')",
  "insert into integration.settings_versions values ('$tenant', 1, now(), '{}', 'test')",
  "insert into simon.customers (tenant_id, customer_id, name) values ('$tenant', 'K1', 'klant van $tenant')",
  "insert into simon.workorders (tenant_id, workorder_id) values ('$tenant', 'w1')",
  `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
     correlation_id, occurrence_count, first_at, last_at)
   values ('$tenant', 'X', 'info', 'customer', 'K1', '', '{}', 'test', '', 1, now(), now())`,
  `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
   values ('$tenant', 'w1', 'r', 'K1', '{}', 'waiting', now())`,
  "insert into unit4_poller.schedules (tenant_id, epoch) values ('$tenant', 1)",
];

test("every table that has a tenant is under row-level security, and every view shows its reader's rows", async (t) => {
  const { world } = await twoTenants(t);
  const { rows: open } = await world.pool.query(
    `select c.oid::regclass::text as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relnamespace::regnamespace::text = any($1)
       and (c.relkind = 'r' and not c.relrowsecurity
         or c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false))`,
    [SCHEMAS],
  );
  assert.deepEqual(open, []);
});

test("in a tenant's scope only its own rows are there, whatever the statement asks", async (t) => {
  const { pool } = await twoTenants(t);
  for (const table of [
    "integration.tenants",
    "integration.settings_versions",
    "simon.customers",
    "simon.workorders",
    "log.messages",
    "order_writer.orders",
    "unit4_poller.schedules",
  ]) {
    const seen = await inTenant(pool, "bos", (tx) => tx.query(`select tenant_id from ${table}`));
    assert.deepEqual(
      seen.rows.map((row) => row.tenant_id),
      ["bos"],
      table,
    );
  }
});

test("views that the console does not use are closed to it, those over a tenant's rows included", async (t) => {
  const { pool } = await twoTenants(t);
  for (const view of ["simon.usable_customers", "simon.usable_articles", "simon.workorder_results"])
    await assert.rejects(
      inTenant(pool, "bos", (tx) => tx.query(`select tenant_id from ${view}`)),
      /permission denied for view/,
    );
});

test("in a tenant's scope nothing of another tenant can be changed or added", async (t) => {
  const { world, pool } = await twoTenants(t);
  const changed = await inTenant(pool, "bos", (tx) =>
    tx.query("update integration.tenants set name = 'taken' where tenant_id = 'noord'"),
  );
  assert.equal(changed.rowCount, 0);
  await assert.rejects(
    inTenant(pool, "bos", (tx) => recordAct(tx, { tenantId: "noord", actor: SERVICE, act: "FORGED" })),
    /row-level security/,
  );
  const { rows } = await world.pool.query("select name from integration.tenants where tenant_id = 'noord'");
  assert.equal(rows[0].name, "noord");
});

test("a scope without a tenant, or with a strange one, sees nothing", async (t) => {
  const { pool } = await twoTenants(t);
  for (const tenantId of ["", "b%", "bos' or '1'='1", "*"]) {
    const { rows } = await inTenant(pool, tenantId, (tx) => tx.query("select from simon.customers"));
    assert.equal(rows.length, 0, tenantId);
  }
});

test("the scope ends with its transaction, so that a connection of the pool carries it nowhere", async (t) => {
  const { pool } = await twoTenants(t);
  await Promise.all(
    ["bos", "noord", "bos", "noord"].map((tenant) =>
      inTenant(pool, tenant, async (tx) => {
        const { rows } = await tx.query("select tenant_id from simon.customers");
        assert.deepEqual(rows, [{ tenant_id: tenant }]);
      }),
    ),
  );
  await assert.rejects(
    inTenant(pool, "bos", (tx) => tx.query("select 1/0")),
    /division by zero/,
  );
  const { rows } = await pool.query(
    "select current_user as name, current_setting('console.tenant_id', true) as scope",
  );
  assert.equal(rows[0].name, "console");
  assert.equal(rows[0].scope || null, null);
});

test("people, sessions and sign-ins are out of a tenant's reach", async (t) => {
  const { pool } = await twoTenants(t);
  for (const table of ["users", "sessions", "sign_in_attempts"])
    await assert.rejects(
      inTenant(pool, "bos", (tx) => tx.query(`select from integration.${table}`)),
      /permission denied/,
      table,
    );
});

test("the audit log only grows, also for the console's own role", async (t) => {
  const { pool } = await twoTenants(t);
  await recordAct(pool, { tenantId: "bos", actor: SERVICE, act: "TESTED", details: { a: 1 } });
  for (const statement of [
    "update integration.audit set by = 'someone else'",
    "delete from integration.audit",
    "truncate integration.audit",
  ])
    await assert.rejects(pool.query(statement), /only grows|permission denied/, statement);
  const { rows } = await pool.query("select by, act, details from integration.audit");
  assert.deepEqual(rows, [{ by: "test", act: "TESTED", details: { a: 1 } }]);
});
