import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { olderProcesses } from "../../infra/deploy/contract.ts";
import { workorderArchived } from "../support/records.ts";
import { hasCommit, missingCommit, previousRelease, takeOut } from "../support/releases.ts";
import { repeatedly } from "../support/repeatedly.ts";
import type { RunningService, ServiceName } from "../support/running-service.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld } from "../support/world.ts";

const TENANTS = [
  { tenantId: "bos", database: "MVL00077" },
  { tenantId: "vos", database: "MVL00042" },
];
const SERVICES: readonly ServiceName[] = [
  "unit4-poller",
  "simon-projector",
  "workorder-archived",
  "order-writer",
  "log-sink",
];
const WITHIN_MS = 120_000;
/** Between two rounds of the load. */
const ROUND_MS = 20;

const previous = previousRelease();
const skip = hasCommit(previous.commit) ? false : missingCommit(previous);

async function oldTree(t: TestContext): Promise<string> {
  const { folder, remove } = takeOut(previous.commit);
  t.after(remove);
  return folder;
}

test(`W13, L6: the services of release ${previous.version} beside this one's, under load: no order is lost or doubled, no change is lost`, {
  skip,
}, async (t) => {
  const tree = await oldTree(t);
  const world = await createWorld(t, { tree });
  const unit4 = await createUnit4World(
    t,
    world,
    TENANTS.map(({ tenantId, database }) => ({ portalUser: tenantId, database, size: "small" as const })),
  );
  for (const tenant of TENANTS)
    await unit4.connect({ ...tenant, settings: { articleTypes: [0, 1, 2, 3, 4] } });
  const administrations = TENANTS.map(({ tenantId, database }) => ({
    tenantId,
    administration: unit4.multivers.administration(database),
  }));
  const start = (from?: string): Promise<readonly RunningService[]> =>
    Promise.all(
      SERVICES.map((service) =>
        world.start(service, { ...unit4.environment, UNIT4_POLLER_INTERVAL_MS: "1000" }, from),
      ),
    );

  const older = await start(tree);
  const rows = async (sql: string): Promise<number> =>
    (await world.pool.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
  await until(
    "the first load",
    async () => (await rows("select count(*)::int n from simon.articles")) > 0,
    WITHIN_MS,
  );
  const customers = administrations.map(({ administration }) => {
    const found = [...administration.customers.values()].find((one) => one.customerStateId === "A");
    assert.ok(found);
    return found.customerId;
  });
  await until(
    "both customers",
    async () =>
      (await rows(
        `select count(*)::int n from simon.customers where customer_id in ('${customers.join("','")}')`,
      )) >= 2,
    WITHIN_MS,
  );
  // Workorders archived and customers renamed.
  const running = repeatedly(ROUND_MS, async (round) => {
    for (const [index, { tenantId, administration }] of administrations.entries()) {
      const customerId = customers[index] ?? "";
      administration.patchCustomer(customerId, { name: `Klant ${round}` });
      const material = [...administration.products.values()].find((one) => one.productState === 0);
      const value = workorderArchived(tenantId, String(round), {
        customerId,
        materials: [{ articleId: material?.productId ?? "", quantity: "1", description: "" }],
      });
      await world.send("workorderArchived", `${tenantId}/${round}`, value);
    }
  });
  const orders = (): number =>
    administrations.reduce((sum, { administration }) => sum + administration.orders.length, 0);
  const more = async (what: string): Promise<void> => {
    const before = orders();
    await until(`orders ${what}`, () => orders() > before + 40, WITHIN_MS);
  };

  await more("by the old release");
  await world.deploy();
  await more("by the old release after the deployment");
  const newer = await start();
  await more("by both");
  for (const service of older) assert.equal(await service.stop(), 0);
  await more("by the new release");
  // A release that disappoints is taken back.
  const again = await start(tree);
  for (const service of newer) assert.equal(await service.stop(), 0);
  await more("by the old release again");
  // What it moved meanwhile is no other log to the release that comes back.
  const last = await start();
  for (const service of again) assert.equal(await service.stop(), 0);
  await more("by the new release again");
  await running.stop();

  const sent = running.rounds();
  await until("every order", () => orders() >= sent * TENANTS.length, WITHIN_MS);
  const shown = async () =>
    (
      await world.pool.query<{ name: string }>(
        `select name from simon.customers where (tenant_id, customer_id)
           in (select * from unnest($1::text[], $2::text[]))`,
        [administrations.map(({ tenantId }) => tenantId), customers],
      )
    ).rows.map(({ name }) => name);
  await until(
    "the last names",
    async () => (await shown()).every((name) => name === `Klant ${sent}`),
    WITHIN_MS,
  );
  await until(
    "every outcome",
    async () =>
      (await rows("select count(*)::int n from simon.workorder_outcomes where outcome = 'written'")) ===
      sent * TENANTS.length,
    WITHIN_MS,
  );
  for (const { tenantId, administration } of administrations) {
    const references = administration.orders.map(({ reference }) => reference);
    assert.equal(references.length, sent, tenantId);
    assert.equal(new Set(references).size, sent, tenantId);
  }
  assert.equal(await rows("select count(*)::int n from log.dead_letters"), 0);
  assert.equal(await rows("select count(*)::int n from log.messages where kind = 'error'"), 0);
  const errors = [...older, ...newer, ...again, ...last].flatMap(({ lines }) =>
    // Of a broker that was started a moment ago.
    lines.filter((line) => line.includes('"level":50') && !line.includes("coordinator is loading")),
  );
  assert.deepEqual(errors, []);
});

test("a process of a release that leaves no row is known by its sessions, one of this release by its row until it stops", {
  skip,
}, async (t) => {
  const tree = await oldTree(t);
  const world = await createWorld(t, { tree });
  const old = await world.start("log-sink", {}, tree);
  await world.deploy();
  assert.deepEqual(await olderProcesses(world.pool, "1.1.0"), [
    "log-sink (of a release before 1.1.0, which does not say)",
  ]);
  assert.equal(await old.stop(), 0);
  const now = await world.start("log-sink");
  await until("nobody older", async () => (await olderProcesses(world.pool, "1.1.0")).length === 0);
  assert.match(
    (await olderProcesses(world.pool, "99.0.0")).join(),
    /^log-sink \S+ \(release \d+\.\d+\.\d+\)$/,
  );
  assert.equal(await now.stop(), 0);
  await until("nobody", async () => (await olderProcesses(world.pool, "99.0.0")).length === 0);
});
