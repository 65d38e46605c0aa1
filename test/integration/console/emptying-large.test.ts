import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import { emptySimon } from "../../../services/console/emptying/acts.ts";
import { emptyingPiece } from "../../../services/console/emptying/page.ts";
import { latestEmptying } from "../../../services/console/emptying/queries.ts";
import { activate } from "../../../services/console/switching/acts.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { acting, consolePool } from "../../support/acting.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const ALL = ["customers", "workAddresses", "articles", "workorders"];

const PAGE_TENANT = { tenantId: "bos", tenantName: "Garage Bos", tenantStatus: "inactive" } as const;

/** Two tenants that were switched off: one with so many customers and as many articles, and one with a few rows. */
async function largeTenant(t: TestContext, each: number): Promise<World> {
  const world = await createWorld(t);
  for (const tenantId of ["bos", "vos"])
    await activateTenant(world.pool, {
      ...{ tenantId, name: tenantId, administration: tenantId, by: "test" },
      settings: settingsSchema.parse({}),
    });
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, epoch, origin, name)
     select 'bos', 'K' || i, 1, 'unit4', 'Klant ' || i from generate_series(1, ${each}) i`,
  );
  await world.pool.query(
    `insert into simon.articles (tenant_id, article_id, epoch, origin, description)
     select 'bos', 'A' || i, 1, 'unit4', 'Artikel ' || i from generate_series(1, ${each}) i`,
  );
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, name) values ('bos', 'met de hand', 'x'), ('vos', 'K1', 'x')`,
  );
  for (const tenantId of ["bos", "vos"]) await deactivateTenant(world.pool, tenantId);
  return world;
}

const rowsLeft = async (world: World): Promise<number> =>
  (
    await world.pool.query<{ left: number }>(
      `select ((select count(*) from simon.customers where tenant_id = 'bos') +
         (select count(*) from simon.articles where tenant_id = 'bos'))::integer as left`,
    )
  ).rows[0]?.left ?? -1;

test("O63: a large tenant is emptied in slices: a kill between two loses no row's key, and others wait for nothing", async (t) => {
  const each = 60_000;
  const world = await largeTenant(t, each);
  const pool = consolePool(t, world);
  const visit = acting(pool, "bos");
  const begun = await emptySimon(visit, ALL);
  assert.ok(begun.kind === "emptied");
  assert.deepEqual(begun.counts, { customers: 40_000, workAddresses: 0, articles: 0, workorders: 0 });
  const { rows: fence } = await world.pool.query(
    "select epoch from simon.tenant_epochs where tenant_id = 'bos'",
  );
  assert.deepEqual(fence, [{ epoch: begun.epoch }], "the fence stands before the rows are gone");
  assert.deepEqual(await activate(visit, { administration: "bos", settings: settingsSchema.parse({}) }), {
    kind: "still-emptying",
  });

  const first = await createConsoleWorld(t, world);
  const left = await until("some slices more", async () => {
    const count = await rowsLeft(world);
    return count < 2 * each - 40_000 && count > 20_000 && count;
  });
  await first.service.kill9();
  const seen = await latestEmptying(world.pool, "bos");
  assert.ok(seen !== null && !seen.areRowsGone && seen.finishedAt === null);
  assert.equal(seen.total, 2 * each + 1);
  assert.ok(
    seen.done >= 40_000 && seen.done < seen.total,
    `${seen.done} of ${seen.total}, ${left} were left`,
  );
  assert.equal(seen.done, seen.total - (await rowsLeft(world)), "what is shown is what is gone");

  const shown = String(
    emptyingPiece({ language: "nl", tenant: PAGE_TENANT, emptying: seen, isPipelineUp: true }),
  );
  assert.ok(shown.includes(`<progress max="${seen.total}" value="${seen.done}">`), shown);
  assert.match(shown, /worden verwijderd/);

  const small = await emptySimon(acting(pool, "vos"), ALL);
  assert.ok(small.kind === "emptied" && small.counts["customers"] === 1);
  await createConsoleWorld(t, world);
  await until(
    "the small tenant's end",
    async () => (await latestEmptying(world.pool, "vos"))?.finishedAt != null,
  );
  assert.equal(
    (await latestEmptying(world.pool, "bos"))?.finishedAt,
    null,
    "it did not wait for the large one",
  );
  await until(
    "the large one's end",
    async () => (await latestEmptying(world.pool, "bos"))?.finishedAt != null,
  );
  assert.equal(await rowsLeft(world), 0);
  const { rows: counts } = await world.pool.query(
    "select counts, tombstones from integration.emptyings where tenant_id = 'bos'",
  );
  assert.deepEqual(counts, [
    {
      counts: { customers: each + 1, workAddresses: 0, articles: each, workorders: 0 },
      tombstones: 2 * each,
    },
  ]);
  for (const topic of ["customerChanged", "articleChanged"] as const) {
    const wiped = (await world.records(topic)).filter(({ bytes }) => bytes === null).map(({ key }) => key);
    assert.equal(new Set(wiped).size, each, topic);
    assert.ok(wiped.every((key) => key?.startsWith("bos/")));
  }
});
