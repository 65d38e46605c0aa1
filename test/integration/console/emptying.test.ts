import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { CustomerChanged } from "../../../schemas/records.ts";
import { emptySimon } from "../../../services/console/emptying/acts.ts";
import { latestEmptying, simonCounts } from "../../../services/console/emptying/queries.ts";
import { activate } from "../../../services/console/switching/acts.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { acting, consolePool } from "../../support/acting.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { articleChanged, customerChanged, orderRequested } from "../../support/records.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const ACTIVATION = {
  tenantId: "bos",
  name: "Garage Bos",
  administration: "MVL00077",
  settings: settingsSchema.parse({}),
  by: "test",
};
const ALL = ["customers", "workAddresses", "articles", "workorders"];
const LONG_AGO = Date.now() - 60_000;

/** A tenant of epoch 1 with rows of every kind in Simon, switched off. */
async function filledTenant(t: TestContext): Promise<{ readonly world: World; readonly empty: Empty }> {
  const world = await createWorld(t);
  await activateTenant(world.pool, ACTIVATION);
  await world.start("simon-projector");
  for (const id of ["K1", "K2"])
    await world.send("customerChanged", `bos/${id}`, customerChanged("bos", id, {}));
  await world.send("articleChanged", "bos/A1", articleChanged("bos", "A1", {}));
  await world.send("customerChanged", "noord/K1", customerChanged("noord", "K1", {}));
  await until("the rows", async () => (await countOf(world, "simon.customers")) === 3);
  await until("the article", async () => (await countOf(world, "simon.articles")) === 1);
  await world.pool.query(
    `insert into simon.work_addresses (tenant_id, work_address_id, customer_id) values ('bos', 'W1', 'K1')`,
  );
  await world.pool.query("insert into simon.workorders (tenant_id, workorder_id) values ('bos', 'w1')");
  await deactivateTenant(world.pool, "bos");
  const visit = acting(consolePool(t, world), "bos");
  return { world, empty: (parts) => emptySimon(visit, parts) };
}

type Empty = (parts: readonly string[]) => ReturnType<typeof emptySimon>;

const countOf = async (world: World, table: string, tenant = "%"): Promise<number> =>
  (await world.pool.query(`select from ${table} where tenant_id like $1`, [tenant])).rowCount ?? 0;

const isFinished = (world: World) => async (): Promise<boolean> =>
  (await latestEmptying(world.pool, "bos"))?.finishedAt != null;

/** Everything from the start, as an operator replays it. */
async function replay(world: World): Promise<void> {
  const projector = await world.start("simon-projector");
  await projector.stop();
  await world.pool.query("delete from simon.positions");
  await world.start("simon-projector");
}

test("A2: the first time everything goes, whatever was chosen; later only what was chosen", async (t) => {
  const { world, empty } = await filledTenant(t);
  assert.deepEqual(await simonCounts(world.pool, "bos"), {
    customers: 2,
    workAddresses: 1,
    articles: 1,
    workorders: 1,
  });
  assert.deepEqual(await empty(["articles"]), {
    kind: "emptied",
    epoch: 2,
    counts: { customers: 2, workAddresses: 1, articles: 1, workorders: 1 },
  });
  assert.equal(await countOf(world, "simon.customers", "bos"), 0);
  assert.equal(await countOf(world, "simon.customers", "noord"), 1, "another tenant keeps everything");
  assert.deepEqual(await empty([]), { kind: "nothing-chosen" });

  await world.send("customerChanged", "bos/K9", customerChanged("bos", "K9", { epoch: 2, revision: 9 }));
  await world.send("articleChanged", "bos/A9", articleChanged("bos", "A9", { epoch: 2, revision: 9 }));
  await until("new rows", async () => (await countOf(world, "simon.articles", "bos")) === 1);
  assert.deepEqual(await empty(["articles", "unheard-of"]), {
    kind: "emptied",
    epoch: 3,
    counts: { articles: 1 },
  });
  assert.equal(await countOf(world, "simon.customers", "bos"), 1);
});

test("A2: what is switched on is not emptied", async (t) => {
  const { world, empty } = await filledTenant(t);
  await world.pool.query(
    "update integration.tenants set status = 'active', administration = 'MVL00077' where tenant_id = 'bos'",
  );
  assert.deepEqual(await empty(ALL), { kind: "active" });
  assert.equal(await countOf(world, "simon.customers", "bos"), 2);
});

test("A12: emptied rows are wiped from the compacted topics too, and no replay brings one back", async (t) => {
  const { world, empty } = await filledTenant(t);
  await createConsoleWorld(t, world);
  await empty(ALL);
  await until("the tombstones", isFinished(world));
  const last = new Map(
    (await world.records<CustomerChanged>("customerChanged")).map((record) => [record.key, record] as const),
  );
  for (const key of ["bos/K1", "bos/K2"]) {
    assert.equal(last.get(key)?.bytes, null, "the last record of the key is a tombstone");
    assert.equal(last.get(key)?.headers["epoch"], "2");
  }
  assert.notEqual(last.get("noord/K1")?.bytes, null);

  await replay(world);
  // An event of the new epoch behind the replay shows that all of it was read.
  await world.send("customerChanged", "bos/K2", customerChanged("bos", "K2", { epoch: 3, revision: 3 }));
  await until("the new event", async () => (await countOf(world, "simon.customers", "bos")) === 1);
  const { rows } = await world.pool.query("select customer_id from simon.customers where tenant_id = 'bos'");
  assert.deepEqual(rows, [{ customer_id: "K2" }]);
});

test("A12: what became of emptied workorders does not come back by a replay, that of later ones does", async (t) => {
  const { world, empty } = await filledTenant(t);
  const settled = (workorderId: string, archivedAt: number) => ({
    tenantId: "bos",
    workorderId,
    outcome: "written",
    orderId: "26001",
    code: "",
    params: {},
    archivedAt,
    settledAt: archivedAt + 1,
    attempts: 1,
  });
  await world.send("orderSettled", "bos/w1", settled("w1", LONG_AGO));
  await until("the outcome", async () => (await countOf(world, "simon.workorder_outcomes")) === 1);
  await empty(ALL);
  assert.equal(await countOf(world, "simon.workorder_outcomes"), 0);
  await replay(world);
  await world.send("orderSettled", "bos/w2", settled("w2", Date.now() + 1_000));
  await until("the later outcome", async () => (await countOf(world, "simon.workorder_outcomes")) > 0);
  const { rows } = await world.pool.query("select workorder_id from simon.workorder_outcomes");
  assert.deepEqual(rows, [{ workorder_id: "w2" }]);
});

test("A12: orders of an emptied epoch are never sent: not the waiting, not the late, not the replayed", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
  ]);
  await unit4.connect({ tenantId: "bos", database: "MVL00077" });
  await deactivateTenant(world.pool, "bos");
  const writer = await world.start("order-writer", unit4.environment);
  await world.send("orderRequested", "bos/w1", orderRequested("bos", "w1", { epoch: 1 }));
  await until("the waiting order", async () => (await countOf(world, "order_writer.orders")) === 1);

  await emptySimon(acting(consolePool(t, world), "bos"), ALL);
  const stateOf = async (id: string) =>
    (await world.pool.query("select state, code from order_writer.orders where workorder_id = $1", [id]))
      .rows[0];
  assert.deepEqual(await stateOf("w1"), { state: "refused", code: "ORDER_WITHDRAWN" });

  const epoch = await activateTenant(world.pool, ACTIVATION);
  await world.send("orderRequested", "bos/w2", orderRequested("bos", "w2", { epoch: 1 }));
  await until("the late request", async () => (await stateOf("w2"))?.code === "ORDER_WITHDRAWN");
  await writer.stop();
  await world.pool.query("delete from order_writer.positions");
  await world.start("order-writer", unit4.environment);
  const { customers } = unit4.multivers.administration("MVL00077");
  const customerId = [...customers.values()].find((one) => one.customerStateId === "A")?.customerId ?? "";
  const lines = [{ kind: "text" as const, articleId: "", articleType: 0, quantity: "0", text: "x" }];
  await world.send("orderRequested", "bos/w3", orderRequested("bos", "w3", { epoch, customerId, lines }));
  await until("the order of the new epoch", async () =>
    ["written", "refused", "unknown"].includes((await stateOf("w3"))?.state),
  );
  const posts = unit4.multivers.requests.filter(({ method }) => method === "POST");
  assert.equal(posts.length, 1, "only the order of the new epoch was sent");
  assert.equal((await world.records("orderSettled")).filter(({ key }) => key !== "bos/w3").length, 0);
});

test("L5: emptying closes what was open about the emptied tables, of that tenant alone", async (t) => {
  const { world, empty } = await filledTenant(t);
  await world.start("log-sink");
  const openMessage = (tenantId: string, recordId: string, table: "customer" | "article", code: string) =>
    world.send("messageLogged", `${tenantId}/${tenantId}-${code}-${recordId}`, {
      tenantId,
      messageId: `${tenantId}-${code}-${recordId}`,
      at: LONG_AGO,
      service: "test",
      kind: "warning",
      code,
      params: {},
      table,
      recordId,
      recordName: "",
      correlationId: "",
      closes: null,
    });
  await openMessage("bos", "K1", "customer", "CUSTOMER_STATE_UNKNOWN");
  await openMessage("bos", "K2", "customer", "CUSTOMER_STATE_UNKNOWN");
  await openMessage("noord", "K1", "customer", "CUSTOMER_STATE_UNKNOWN");
  await until("the messages", async () => (await countOf(world, "log.messages")) === 3);
  await createConsoleWorld(t, world);
  await empty(ALL);
  await until("the emptying to be told", async () => (await countOf(world, "log.messages", "bos")) === 6);
  const { rows } = await world.pool.query(
    "select tenant_id from log.messages where kind = 'warning' and closed_at is null",
  );
  assert.deepEqual(rows, [{ tenant_id: "noord" }]);
  // The same that arrives late belongs to the time before.
  await openMessage("bos", "K3", "customer", "CUSTOMER_STATE_UNKNOWN");
  await until("the late one", async () => (await countOf(world, "log.messages", "bos")) === 7);
  const late = await world.pool.query("select closed_at from log.messages where record_id = 'K3'");
  assert.notEqual(late.rows[0].closed_at, null);
});

test("A12: no activation begins before the tombstones are out, and none without emptying and connection", async (t) => {
  const { world, empty } = await filledTenant(t);
  const visit = acting(consolePool(t, world), "bos");
  const begin = () => activate(visit, { administration: "MVL00077", settings: settingsSchema.parse({}) });
  assert.deepEqual(await begin(), { kind: "not-emptied" });
  await empty(ALL);
  assert.deepEqual(await begin(), { kind: "still-emptying" });
  await createConsoleWorld(t, world);
  await until("the tombstones", isFinished(world));
  assert.deepEqual(await begin(), { kind: "not-connected" });
  await world.pool.query(
    "insert into integration.connections (tenant_id, connected_by) values ('bos', 'test')",
  );
  await activateTenant(world.pool, { ...ACTIVATION, tenantId: "noord" });
  assert.deepEqual(await begin(), { kind: "administration-taken" });
  await deactivateTenant(world.pool, "noord");
  assert.deepEqual(await begin(), { kind: "activated", epoch: 3 });
  assert.deepEqual(await begin(), { kind: "already-active" });
});

test("twice at once is one emptying after the other, and each is in the audit log", async (t) => {
  const { world, empty } = await filledTenant(t);
  const outcomes = await Promise.all([empty(ALL), empty(ALL)]);
  assert.deepEqual(outcomes.map((one) => (one.kind === "emptied" ? one.epoch : one.kind)).sort(), [2, 3]);
  const { rows } = await world.pool.query("select act, by from integration.audit order by audit_id");
  assert.deepEqual(rows, [
    { act: "SIMON_EMPTIED", by: "anja@bos.example" },
    { act: "SIMON_EMPTIED", by: "anja@bos.example" },
  ]);
});
