import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ResyncResult } from "../../../services/shared/operations/domain/resync-report.ts";
import { ops } from "../../support/ops.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const CUSTOMERS = 60;
/** Nobody is due by itself while a test runs; pages of ten, so that there are some; whoever dies is followed at once. */
const SETTINGS = {
  UNIT4_POLLER_INTERVAL_MS: "3600000",
  UNIT4_POLLER_BUSY_PART: "1",
  UNIT4_POLLER_PAGE_ROWS: "10",
  UNIT4_POLLER_LEASE_MS: "1000",
  UNIT4_POLLER_OPERATIONS_LEASE_MS: "1000",
};

/** A world whose tenant bos was loaded by a poller that has stopped since. */
async function loaded(t: TestContext) {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: CUSTOMERS },
    { database: "MVL00078", portalUser: "vos", size: "empty" },
  ]);
  // Addresses beyond a turn's budget are told later, whatever list is read.
  const settings = { firstWorkAddress: "standard" } as const;
  await erp.connect({ tenantId: "bos", database: "MVL00077", settings });
  const start = (more: Readonly<Record<string, string>> = {}) =>
    world.start("unit4-poller", { ...erp.environment, ...SETTINGS, ...more });
  await world.start("simon-projector");
  const first = await start();
  await until("all customers and articles", async () => {
    const { rows } = await world.pool.query(
      "select from unit4_poller.progress where finished_at is not null and tenant_id = 'bos'",
    );
    return rows.length === 2 && (await countOf(world)) === CUSTOMERS;
  });
  await first.stop();
  return { world, erp, start };
}

async function countOf({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ count: number }>("select count(*) as count from simon.customers");
  return rows[0]?.count ?? 0;
}

const toldCustomers = async (world: World): Promise<number> =>
  (await world.records("customerChanged")).length;

const FULL = ["--full", "--reason", "rows were lost", "--begin"] as const;

test("O75: rows that were lost come back by a full resync, and one that compares tells what changed", async (t) => {
  const { world, erp, start } = await loaded(t);
  await start();
  await world.pool.query("delete from simon.customers; delete from simon.articles");
  const full = await ops(world, "resync", "--tenant", "bos", ...FULL, "--follow");
  assert.equal(full.exitCode, 0, full.err);
  assert.match(
    full.out,
    /every row is told anew[\s\S]*every list was read to its end\n +bos customers: 60 rows read, 60 told/,
  );
  await until("the customers", async () => (await countOf(world)) === CUSTOMERS);

  const before = await toldCustomers(world);
  const [changed] = erp.multivers.administration("MVL00077").customersById;
  assert.ok(changed);
  erp.multivers
    .administration("MVL00077")
    .patchCustomer(changed.customerId, { telephone: "050-9999", dateChanged: changed.dateChanged });
  const compared = await ops(
    world,
    ...["resync", "--tenant", "bos", "--entity", "customers", "--reason", "now", "--begin", "--follow"],
    "--json",
  );
  assert.equal(compared.exitCode, 0, compared.err);
  const { lists } = (JSON.parse(compared.out) as { result: ResyncResult }).result;
  assert.deepEqual(
    lists.map(({ tenantId, entity, state, read, told }) => [tenantId, entity, state, read, told]),
    [["bos", "customer", "done", CUSTOMERS, 1]],
  );
  assert.equal(await toldCustomers(world), before + 1);
});

test("O75: killed in the middle, a resync is finished by the next process, which repeats the page at hand at most", async (t) => {
  const { world, start } = await loaded(t);
  for (const [crash, repeated] of [
    ["before-reading-commit:3", 10],
    ["after-reading-commit:3", 0],
  ] as const) {
    const before = await toldCustomers(world);
    const dying = await start({ CRASH_AT: crash });
    const asked = await ops(world, "resync", "--tenant", "bos", "--entity", "customers", ...FULL, "--json");
    const { operationId } = JSON.parse(asked.out);
    await dying.ended;
    const next = await start();
    const followed = await ops(world, "operations", "follow", String(operationId), "--json");
    assert.equal(followed.exitCode, 0, followed.out);
    const { lists } = (JSON.parse(followed.out) as { result: ResyncResult }).result;
    assert.deepEqual(
      lists.map(({ read, told }) => [read, told]),
      [[CUSTOMERS, CUSTOMERS]],
    );
    assert.equal((await toldCustomers(world)) - before, CUSTOMERS + repeated, crash);
    await next.stop();
  }
});

test("O75: lists that cannot be fetched are left out, told in the plan and at the end, and the others are read", async (t) => {
  const { world, erp, start } = await loaded(t);
  await erp.connect({ tenantId: "vos", database: "MVL00078" });
  await world.pool.query("update integration.tenants set status = 'inactive' where tenant_id = 'vos'");
  await start();
  const asked = await ops(
    world,
    ...["resync", "--tenant", "bos", "vos", "nobody", "--entity", "customers", "--reason", "to see"],
  );
  assert.equal(asked.exitCode, 0, asked.err);
  assert.match(asked.out, /reads {4}60 rows by about 7 calls/);
  assert.match(asked.out, /vos customers: is left out: the integration is off/);
  assert.match(asked.out, /nobody customers: is left out: there is no such tenant/);
  const id = /operation (\d+)/.exec(asked.out)?.[1] ?? "";
  assert.equal((await ops(world, "operations", "confirm", id)).exitCode, 0);
  const followed = await ops(world, "operations", "follow", id);
  assert.equal(followed.exitCode, 3);
  assert.match(
    followed.out,
    /not every list was read[\s\S]*bos customers: 60 rows read, 0 told[\s\S]*vos customers: left out: the integration is off/,
  );
});

test("O75: many tenants need another person, and words that make no sense are told", async (t) => {
  const world = await createWorld(t);
  const erp = await createUnit4World(t, world, []);
  await world.start("unit4-poller", {
    ...{ ...erp.environment, ...SETTINGS },
    UNIT4_POLLER_RESYNC_SECOND_PERSON_TENANTS: "1",
  });
  const asked = await ops(world, "resync", "--tenant", "a", "b", "--reason", "x", "--begin", "--by", "vera");
  assert.match(asked.out, /waits for another person/);
  for (const wrong of [
    ["resync", "--reason", "x"],
    ["resync", "--tenant", "a"],
    ["resync", "--tenant", "a", "--entity", "orders", "--reason", "x"],
  ])
    assert.equal((await ops(world, ...wrong)).exitCode, 2, wrong.join(" "));
});
