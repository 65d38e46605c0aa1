import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ReconcileResult } from "../../../services/shared/operations/domain/reconcile-report.ts";
import {
  compareNextNight,
  storeDrift,
  takeTenantsToCompare,
} from "../../../services/unit4-poller/reconcile/drift-store.ts";
import { ops } from "../../support/ops.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const CUSTOMERS = 40;
const SETTINGS = { UNIT4_POLLER_INTERVAL_MS: "3600000", UNIT4_POLLER_BUSY_PART: "1" };

/** A tenant whose lists came over. */
async function loaded(t: TestContext) {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: CUSTOMERS },
  ]);
  await erp.connect({
    ...{ tenantId: "bos", database: "MVL00077" },
    settings: { firstWorkAddress: "standard" },
  });
  await world.start("simon-projector");
  const poller = await world.start("unit4-poller", { ...erp.environment, ...SETTINGS });
  const states = async (where = "true") =>
    (await world.pool.query(`select customer_id as id, state from simon.customers where ${where}`)).rows;
  await until("all rows", async () => {
    const { rowCount } = await world.pool.query(
      "select from unit4_poller.progress where finished_at is not null",
    );
    return rowCount === 2 && (await states()).length === CUSTOMERS;
  });
  const reconcile = async () => {
    const run = await ops(world, "reconcile", "--tenant", "bos", "--reason", "to see", "--follow", "--json");
    return { ...run, result: (JSON.parse(run.out) as { result: ReconcileResult }).result };
  };
  return { world, erp, poller, states, reconcile };
}

test("O77: rows that Simon lost or kept are found by a comparison, and a full resync sets them right", async (t) => {
  const { world, states, reconcile } = await loaded(t);
  const before = await reconcile();
  assert.deepEqual([before.exitCode, before.result.isEqual], [0, true], before.out);
  assert.deepEqual(
    before.result.lists.map(({ entity, listed, standing }) => [entity, listed === standing]),
    [
      ["customer", true],
      ["article", true],
    ],
  );

  const [lost] = await states();
  await world.pool.query("delete from simon.customers where customer_id = $1", [lost?.id]);
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name)
     values ('bos', 'SPOOK', 'unit4', 1, 1, 'Nergens B.V.')`,
  );
  const { exitCode, result } = await reconcile();
  const [customers] = result.lists;
  assert.equal(exitCode, 3);
  assert.deepEqual(
    [result.isEqual, result.looks, customers?.missingIds, customers?.extraIds],
    [false, 4, [lost?.id], ["SPOOK"]],
  );
  const shown = await ops(world, "operations", "show", "2");
  assert.match(
    shown.out,
    /Simon lacks 1: .*\n.*Unit4's list lacks 1: SPOOK[\s\S]*next +npm run ops -- replay --entity customers --tenant bos[\s\S]*else +npm run ops -- resync --entity customers --tenant bos --full/,
  );

  const repaired = await ops(
    world,
    ...["resync", "--tenant", "bos", "--entity", "customers", "--full", "--reason", "rows are left"],
    ...["--begin", "--follow"],
  );
  assert.equal(repaired.exitCode, 0, repaired.out);
  await until("the lost one", async () => (await states(`customer_id = '${lost?.id}'`)).length === 1);
  // What a list lacks is gone once two lists lacked it and Unit4 does not find it by its id.
  const twice = await ops(
    world,
    ...["resync", "--tenant", "bos", "--entity", "customers", "--reason", "once more", "--begin", "--follow"],
  );
  assert.equal(twice.exitCode, 0, twice.out);
  await until("the stranger is gone", async () => {
    const [stranger] = await states("customer_id = 'SPOOK'");
    return stranger?.state === "gone";
  });
  const after = await reconcile();
  assert.deepEqual([after.exitCode, after.result.isEqual], [0, true], after.out);
});

test("O77: each tenant is compared by night; what differs counts when it still differs minutes later, and is a metric", async (t) => {
  const { world, erp, poller } = await loaded(t);
  const due = async () =>
    (
      await world.pool.query<{ hours: number; hour: number }>(
        `select extract(epoch from compare_due_at - now())::float8 / 3600 as hours,
           extract(hour from compare_due_at at time zone 'Europe/Amsterdam')::integer as hour
         from unit4_poller.schedules where tenant_id = 'bos'`,
      )
    ).rows[0];
  const makeDue = () => world.pool.query("update unit4_poller.schedules set compare_due_at = now()");
  await poller.stop();
  await world.pool.query("delete from simon.customers");
  await makeDue();
  const again = await world.start("unit4-poller", { ...erp.environment, ...SETTINGS });
  const drift = () => again.metric("simon_list_drift_rows", { entity: "customer", kind: "missing" });
  await until("a first look", async () => {
    const { rows } = await world.pool.query(
      "select is_certain, missing from unit4_poller.drift where entity = 'customer'",
    );
    return rows[0]?.missing === CUSTOMERS && rows[0].is_certain === false;
  });
  const soon = await until("the next look", due);
  assert.ok(soon.hours < 0.2, "it may be on its way");
  assert.equal(await drift(), 0);
  await makeDue();
  await until("it is certain", async () => (await drift()) === CUSTOMERS);
  const next = await until("the next night", async () => {
    const found = await due();
    return (found?.hours ?? 0) > 0.2 ? found : null;
  });
  assert.ok(next.hour < 5 && next.hours <= 29, `${next.hours} hours, at ${next.hour}`);

  await world.pool.query("update integration.tenants set status = 'inactive'");
  await makeDue();
  await until("it is forgotten of a tenant that is off", async () => (await drift()) === 0);
});

test("O77: whoever takes a tenant to compare and dies leaves it to the next, and nights are spread", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  await pool.query(
    `insert into unit4_poller.schedules (tenant_id, epoch, compare_due_at)
     select 't' || number, 1, now() from generate_series(1, 5) number`,
  );
  const taken = await Promise.all([takeTenantsToCompare(pool, 3), takeTenantsToCompare(pool, 3)]);
  assert.equal(new Set(taken.flat()).size, taken.flat().length, "nobody is taken twice");
  assert.equal(taken.flat().length + (await takeTenantsToCompare(pool, 5)).length, 5);
  assert.deepEqual(await takeTenantsToCompare(pool, 5), []);
  await pool.query(
    "update unit4_poller.schedules set compare_due_at = compare_due_at - interval '11 minutes'",
  );
  assert.equal((await takeTenantsToCompare(pool, 5)).length, 5, "ten minutes later");
  await compareNextNight(pool, "t1", 0);
  await compareNextNight(pool, "t2", 0.5);
  const { rows } = await pool.query(
    `select to_char(compare_due_at at time zone 'Europe/Amsterdam', 'HH24:MI') as at
     from unit4_poller.schedules where tenant_id in ('t1', 't2') order by tenant_id`,
  );
  assert.deepEqual(rows, [{ at: "00:00" }, { at: "02:30" }]);
  assert.equal(await storeDrift(pool, []), false);
});
