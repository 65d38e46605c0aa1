import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import pg from "pg";
import type { LockPatience } from "../../../infra/deploy/lock-patience.ts";
import { migrate } from "../../../infra/deploy/migrations.ts";
import { isFailure } from "../../../services/shared/domain/failure.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const PATIENCE: LockPatience = { timeoutMs: 400, tries: 3, pauses: { firstMs: 10, longestMs: 10 } };
const FILE = "016-acts-about-a-person.sql";

/** A database whose last migration of the console was not run yet. */
async function oneBehind(t: TestContext): Promise<World> {
  const world = await createWorld(t);
  await world.pool.query(
    `drop function integration.note_whom_it_is_about cascade;
     alter table integration.audit drop column about`,
  );
  await world.pool.query("delete from public.schema_migrations where file_name = $1", [FILE]);
  return world;
}

/** Somebody in the middle of a transaction that has written to a table. */
async function holdTable(t: TestContext, world: World, table: string) {
  const holder = new pg.Client({ connectionString: world.databaseUrl, application_name: "a-long-report" });
  await holder.connect();
  t.after(() => holder.end());
  await holder.query("begin");
  await holder.query(`lock table ${table} in row exclusive mode`);
  const { rows } = await holder.query("select pg_backend_pid() as pid");
  return {
    named: new RegExp(
      `pid ${rows[0].pid} \\(a-long-report, idle in transaction\\) since \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z`,
    ),
    letGo: () => holder.query("rollback"),
  };
}

const isDone = async ({ pool }: World): Promise<boolean> => {
  const { rows } = await pool.query(
    `select exists (select from pg_trigger where tgname = 'audit_knows_whom_it_is_about') as "isThere",
       exists (select from public.schema_migrations where file_name = $1) as "isNoted"`,
    [FILE],
  );
  assert.equal(rows[0].isThere, rows[0].isNoted, "never half done");
  return rows[0].isThere;
};

test("a migration that gets no lock gives up, says who has it, and is tried again so many times", async (t) => {
  const world = await oneBehind(t);
  const { named, letGo } = await holdTable(t, world, "integration.audit");
  const lines: string[] = [];
  const run = { databaseUrl: world.databaseUrl, report: (line: string) => void lines.push(line) };
  await assert.rejects(
    migrate({ ...run, patience: PATIENCE }),
    (error) =>
      isFailure(error, "DEPLOY_FAILED") &&
      error.message.includes(`integration/${FILE}`) &&
      named.test(error.message),
  );
  assert.equal(lines.length, 3);
  for (const [index, line] of lines.entries()) {
    assert.match(line, named);
    assert.match(line, new RegExp(`^Migration integration/${FILE}.*: try ${index + 1} of 3$`));
  }
  assert.equal(await isDone(world), false);

  lines.length = 0;
  const report = (line: string): void => {
    lines.push(line);
    if (lines.length === 1) void letGo();
  };
  await migrate({ ...run, report, patience: { ...PATIENCE, tries: 50 } });
  assert.equal(await isDone(world), true);
  assert.match(lines.at(-1) ?? "", /done$/);
});

test("so does the hand-over of owners, and who came behind it is served meanwhile", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("alter table integration.audit owner to current_user");
  const { named, letGo } = await holdTable(t, world, "integration.audit");
  const lines: string[] = [];
  const migrating = migrate({
    databaseUrl: world.databaseUrl,
    report: (line) => void lines.push(line),
    patience: { ...PATIENCE, tries: 3 },
  });
  const reading = world.pool.query("select from integration.audit limit 1");
  await assert.rejects(migrating, named);
  await reading;
  assert.match(lines[0] ?? "", /^The hand-over to the one owner waits/);
  await letGo();
  await migrate({ databaseUrl: world.databaseUrl, report: () => {} });
  const { rows } = await world.pool.query(
    "select relowner::regrole::text as owner from pg_class where oid = 'integration.audit'::regclass",
  );
  assert.deepEqual(rows, [{ owner: "pipeline_owner" }]);
});

test("an index is made beside live work: one that was cut off is made anew, and nobody who writes waits", async (t) => {
  const world = await createWorld(t);
  const file = "017-orders-to-tell.sql";
  await world.pool.query("drop index order_writer.orders_to_tell");
  await world.pool.query("delete from public.schema_migrations where file_name = $1", [file]);
  const state = async (): Promise<string> => {
    const { rows } = await world.pool.query<{ state: string }>(
      `select case when indisvalid then 'usable' else 'cut off' end as state from pg_index
       where indexrelid = to_regclass('order_writer.orders_to_tell')`,
    );
    return rows[0]?.state ?? "none";
  };
  const { named, letGo } = await holdTable(t, world, "order_writer.orders");
  const run = { databaseUrl: world.databaseUrl, report: () => {}, patience: PATIENCE };
  const refused = assert.rejects(
    migrate(run),
    (error) => isFailure(error, "DEPLOY_FAILED") && error.message.includes(file) && named.test(error.message),
  );
  await until("the index to be begun", async () => (await state()) === "cut off");
  await world.pool.query("update order_writer.orders set changed_at = now()");
  await refused;
  assert.equal(await state(), "cut off");
  await letGo();
  await migrate(run);
  assert.equal(await state(), "usable");
});
