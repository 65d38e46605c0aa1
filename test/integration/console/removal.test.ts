import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { deleteEndedKeys } from "../../../services/console/access/key-store.ts";
import { forgetOldActs, recordAct } from "../../../services/console/parts/audit-store.ts";
import { askRemoval, confirmRemoval, withdrawRemoval } from "../../../services/console/removal/acts.ts";
import { listRemovals } from "../../../services/console/removal/queries.ts";
import { type Operator, removeUser } from "../../../services/console/users/acts.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import type { Pool } from "../../../services/shared/postgres.ts";
import { consolePool } from "../../support/acting.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { fillEveryPlace, NAME, tablesWith } from "../../support/named-tenant.ts";
import { fillTotals } from "../../support/totals.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const ADDRESS = `${NAME}@bos.example`;
const ACTIVATION = {
  ...{ tenantId: "bos", name: NAME, administration: "MVL00077", by: ADDRESS },
  settings: settingsSchema.parse({}),
};

async function addPerson(pool: Pool, email: string, tenantId: string | null): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into integration.users (issuer, subject, email, name, role, tenant_id, managed_by)
     values ('x', $1, $1, $1, $2, $3, 'operator') returning user_id as id`,
    [email, tenantId === null ? "operator" : "user", tenantId],
  );
  return rows[0]?.id ?? 0;
}

async function operatorNamed({ pool }: World, name: string): Promise<Operator> {
  const userId = await addPerson(pool, name, null);
  return { userId, actor: { kind: "operator", id: userId, name } };
}

/** What the registry has of a tenant, with the name in every text. */
async function fillRegistry({ pool }: World, personId: number): Promise<void> {
  for (const statement of [
    "insert into integration.connections (tenant_id, access_token, connected_by) values ('bos', $1::text::bytea, $1)",
    "insert into integration.tenant_keys (tenant_id, key_id, wrapped) values ('bos', '0123456789abcdef', $1::text::bytea)",
    "insert into integration.api_tokens (tenant_id, name, token_hash, created_by) values ('bos', $1, '', $1)",
    `insert into integration.settings_drafts (tenant_id, "values", based_on, changed_by) values ('bos', '{}', 0, $1)`,
    "insert into integration.activation_rounds (tenant_id, terms_accepted_by) values ('bos', $1)",
    `insert into integration.sessions (id_hash, user_id, csrf_token, id_token) values ('', ${personId}, $1, $1)`,
  ])
    await pool.query(statement, [ADDRESS]);
  await recordAct(pool, {
    tenantId: "bos",
    actor: { kind: "user", id: personId, name: ADDRESS },
    act: "KEY_MADE",
    details: { user: ADDRESS },
  });
}

async function filledWorld(t: TestContext): Promise<{ world: World; pool: Pool; personId: number }> {
  const world = await createWorld(t);
  await activateTenant(world.pool, ACTIVATION);
  const personId = await addPerson(world.pool, ADDRESS, "bos");
  await fillRegistry(world, personId);
  return { world, pool: consolePool(t, world), personId };
}

test("A14: a tenant is removed by two operators, from every table, with a report that names each", async (t) => {
  const { world, pool, personId } = await filledWorld(t);
  const vera = await operatorNamed(world, "vera@platform.example");
  const ivo = await operatorNamed(world, "ivo@platform.example");
  await world.start("simon-projector");
  await world.start("log-sink");
  await fillEveryPlace(world);
  for (const tenantId of ["bos", "vos"]) await fillTotals(world.pool, tenantId);
  await createConsoleWorld(t, world);

  const tenantId = "bos";
  assert.deepEqual(await confirmRemoval(pool, { operator: ivo, tenantId }), {
    kind: "refused",
    why: "not-asked",
  });
  assert.deepEqual(await askRemoval(pool, { operator: vera, tenantId }), { kind: "done" });
  assert.deepEqual(await withdrawRemoval(pool, { operator: ivo, tenantId }), { kind: "done" });
  assert.deepEqual(await askRemoval(pool, { operator: vera, tenantId }), { kind: "done" });
  assert.deepEqual(await confirmRemoval(pool, { operator: vera, tenantId }), {
    kind: "refused",
    why: "same-person",
  });
  assert.notDeepEqual(await tablesWith(world, NAME), []);
  assert.deepEqual(await confirmRemoval(pool, { operator: ivo, tenantId }), { kind: "done" });

  const [removal] = await until("the removal", async () => {
    const removals = await listRemovals(pool);
    return removals[0]?.finishedAt == null ? null : removals;
  });
  assert.deepEqual(await tablesWith(world, NAME), []);
  for (const table of ["order_writer.totals", "unit4_poller.totals"])
    assert.deepEqual((await world.pool.query(`select distinct tenant_id from ${table}`)).rows, [
      { tenant_id: "vos" },
    ]);
  const { rows: acts } = await world.pool.query(
    "select by, act from integration.audit order by audit_id limit 2",
  );
  assert.deepEqual(acts, [
    { by: `user:${personId}`, act: "KEY_MADE" },
    { by: `user:${vera.userId}`, act: "TENANT_REMOVAL_ASKED" },
  ]);
  const named = new Set(removal?.report?.map(({ place }) => place));
  const { rows: tables } = await world.pool.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.columns
     where column_name = 'tenant_id' and table_schema not like 'pg%' and table_name not like '%usable%'
       and table_name not in ('known_work_addresses', 'workorder_results')`,
  );
  const places = [...tables.map(({ name }) => name), ...Object.values(TOPICS).map(({ name }) => name)];
  assert.deepEqual(
    places.filter((place) => !named.has(place)),
    [],
    "each table and topic stands in the report",
  );
});

test("A15: of a person who is removed no table has a name or address, and the audit log keeps an id", async (t) => {
  const { world, pool, personId } = await filledWorld(t);
  await world.pool.query("delete from integration.api_tokens");
  await recordAct(world.pool, {
    tenantId: "bos",
    actor: { kind: "user", id: personId, name: ADDRESS },
    act: "SIMON_EMPTIED",
  });
  await world.pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
       occurrence_count, first_at, last_at, search_text)
     values ('bos', 'CUSTOMERS_EMPTIED', 'info', 'customer', '*', '', jsonb_build_object('by', $1::text, 'count', '3'), 'console', '',
       1, now(), now(), lower($1))`,
    [ADDRESS],
  );
  const operator = await operatorNamed(world, "vera@platform.example");
  assert.deepEqual(await removeUser(pool, { operator, userId: personId }), {
    kind: "done",
    userId: personId,
  });
  assert.deepEqual(
    (await tablesWith(world, ADDRESS)).filter((table) => !UNNAMED.has(table)),
    [],
  );
  const { rows } = await world.pool.query("select by, act from integration.audit order by audit_id");
  assert.deepEqual(rows, [
    { by: `user:${personId}`, act: "KEY_MADE" },
    { by: `user:${personId}`, act: "SIMON_EMPTIED" },
    { by: operator.actor.name, act: "USER_REMOVED" },
  ]);
  assert.deepEqual(await removeUser(pool, { operator, userId: personId }), {
    kind: "refused",
    why: "unknown-user",
  });
});

/** Where the address stands for a token and a key, which name nobody. */
const UNNAMED = new Set(["integration.connections", "integration.tenant_keys"]);

test("the audit log only grows, but for what erases it", async (t) => {
  const { world, pool } = await filledWorld(t);
  for (const db of [pool, world.pool])
    for (const statement of [
      "update integration.audit set by = 'x'",
      "delete from integration.audit",
      "truncate integration.audit",
    ])
      await assert.rejects(db.query(statement), /only grows|permission denied|must be owner/);
});

test("acts and ended keys are kept as long as the settings say, and acts a year at least", async (t) => {
  const { world, pool } = await filledWorld(t);
  await world.pool.query(
    "insert into integration.audit (at, by, act) values (now() - interval '1096 days', 'x', 'OLD'), (now() - interval '1094 days', 'x', 'LATER')",
  );
  await world.pool.query("update integration.api_tokens set revoked_at = now() - interval '1096 days'");
  await forgetOldActs(pool, 1_095);
  await deleteEndedKeys(pool, 1_095);
  const { rows } = await world.pool.query("select act from integration.audit order by at");
  assert.deepEqual(rows, [{ act: "LATER" }, { act: "KEY_MADE" }]);
  assert.equal((await world.pool.query("select from integration.api_tokens")).rowCount, 0);
  await assert.rejects(forgetOldActs(pool, 364), /a year at least/);
});

test("A14: an operator asks on the page, and is told that another one confirms", async (t) => {
  const { world } = await filledWorld(t);
  const site = await createConsoleWorld(t, world);
  const operator = await site.signIn("beheer");
  assert.match((await operator.get("/operator/removals")).text, /niets klaar/);
  const unknown = await operator.post("/operator/removals", { tenantId: "nobody" });
  assert.deepEqual([unknown.status, /geen klant met deze code/.test(unknown.text)], [400, true]);
  assert.equal(
    (await operator.post("/operator/removals", { tenantId: "bos" })).location,
    "/operator/removals",
  );
  const { text } = await operator.get("/operator/removals");
  assert.match(text, /wacht op een tweede beheerder[\s\S]*een andere beheerder bevestigt het/);
  const confirmed = await operator.post("/operator/removals/bos/confirm");
  assert.deepEqual([confirmed.status, /Laat een andere beheerder/.test(confirmed.text)], [400, true]);
});
