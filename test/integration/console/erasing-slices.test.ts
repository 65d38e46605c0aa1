import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { TOPICS } from "../../../schemas/topics.ts";
import { latestEmptying } from "../../../services/console/emptying/queries.ts";
import { bindToTenant } from "../../../services/console/parts/tenant-scope.ts";
import { erasePerson } from "../../../services/console/users/account-acts.ts";
import { inTransaction } from "../../../services/shared/postgres.ts";
import { consolePool } from "../../support/acting.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { NAME, tablesWith } from "../../support/named-tenant.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

async function tenantWorld(t: TestContext): Promise<World> {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  return world;
}

/** Dead letters of workorders of tenant bos, a minute old, with a name in each. */
async function fillLetters({ pool }: World, count: number): Promise<void> {
  await pool.query(
    `insert into log.dead_letters (topic, partition, record_offset, consumer_group, tenant_id, reason, detail, value, headers, failed_at)
     select $1, 0, i, 'order-writer', 'bos', 'BODY_UNREADABLE', $2, $2::text::bytea, jsonb_build_object('note', $2::text),
       now() - interval '1 minute' from generate_series(1, $3::int) i`,
    [TOPICS.orderRequested.name, NAME, count],
  );
}

const lettersWithNames = async ({ pool }: World): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(
    "select count(*) from log.dead_letters where detail <> '' or value is not null or headers <> '{}'",
  );
  return rows[0]?.count ?? 0;
};

test("A13: dead letters are erased in slices of so many at most, of the tables that were emptied and before then", async (t) => {
  const world = await tenantWorld(t);
  await fillLetters(world, 250);
  const pool = consolePool(t, world);
  const erase = (statement: string) =>
    inTransaction(pool, async (tx) => {
      await bindToTenant(tx, "bos");
      return (await tx.query(statement)).rows[0];
    });
  const first = await erase("select * from log.erase_slice('bos', 'workorder', now(), null, 100)");
  assert.deepEqual([first.letters_erased, await lettersWithNames(world)], [100, 150]);
  assert.deepEqual(await erase("select * from log.erase_letters('bos', 'customer', now(), 100)"), {
    letters_erased: 0,
    has_more: false,
  });
  const letters = "select * from log.erase_letters('bos', 'workorder', now(), 100)";
  assert.deepEqual(await erase(letters), { letters_erased: 100, has_more: true });
  assert.deepEqual(await erase(letters), { letters_erased: 50, has_more: false });
  assert.equal(await lettersWithNames(world), 0);
  await assert.rejects(erase("select log.erase_letters('noord', 'workorder', now(), 100)"), /not the one of/);
});

test("A13: an emptying that finished before anything was erased elsewhere is made good, in slices, and gets its report", async (t) => {
  const world = await tenantWorld(t);
  const { pool } = world;
  const letters = 5_001;
  await fillLetters(world, letters);
  await pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
       occurrence_count, first_at, last_at, search_text)
     values ('bos', 'ORDER_REFUSED', 'error', 'workorder', 'w1', $1, jsonb_build_object('customerName', $1::text), 'test', '', 1,
       now() - interval '1 minute', now() - interval '1 minute', lower($1))`,
    [NAME],
  );
  await pool.query(
    `insert into integration.emptyings (tenant_id, epoch, parts, counts, by, at, tombstones, rows_gone_at, finished_at)
     values ('bos', 1, '{workorders}', '{"workorders": 3}', 'anja@bos.example', now(), 0, now(), now())`,
  );
  assert.deepEqual(await tablesWith(world, NAME), ["log.dead_letters", "log.messages"]);
  await createConsoleWorld(t, world);
  await until("the erasing", async () => {
    const { rowCount } = await pool.query("select from integration.emptyings where erased_at is not null");
    return rowCount === 1;
  });
  assert.deepEqual(await tablesWith(world, NAME), []);
  const report = new Map((await latestEmptying(pool, "bos"))?.report?.map((one) => [one.place, one]));
  assert.equal(report.get("log.dead_letters")?.count, letters);
  assert.equal(report.get("simon.workorders")?.count, 3);
});

test("A15: whoever is removed is found in the audit log by indexes: no other acts are read", async (t) => {
  const world = await tenantWorld(t);
  const { pool } = world;
  const rows = 20_000;
  const { rows: people } = await pool.query(
    `insert into integration.users (email, name, role, tenant_id, managed_by)
     values ('anja@bos.example', 'Anja', 'user', 'bos', 'operator') returning user_id`,
  );
  await pool.query(
    `insert into integration.audit (tenant_id, by, act, details)
     select 'bos', 'p' || i % 100, 'KEY_MADE', case when i % 2 = 0 then jsonb_build_object('user', 'p' || i) else '{}' end
     from generate_series(1, $1::int) i`,
    [rows],
  );
  await pool.query(
    `insert into integration.audit (tenant_id, by, act, details)
     values ('bos', 'anja@bos.example', 'SIMON_EMPTIED', '{}'), ('bos', 'p1', 'USER_BLOCKED', '{"user": "anja@bos.example"}')`,
  );
  await pool.query("analyze integration.audit");
  const read = await inTransaction(pool, async (tx) => {
    await erasePerson(tx, people[0].user_id);
    const { rows: tables } = await tx.query(
      `select seq_tup_read::integer as scanned, idx_tup_fetch::integer as fetched
       from pg_stat_xact_user_tables where relid = 'integration.audit'::regclass`,
    );
    return tables[0];
  });
  assert.ok(read.scanned === 0 && read.fetched < 20, `${read.scanned} scanned, ${read.fetched} by index`);
  assert.deepEqual(await tablesWith(world, "anja@bos.example"), []);
});
