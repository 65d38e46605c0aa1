import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { readStatus } from "../../infra/ops/status-report.ts";
import type { Administration } from "../../infra/sandbox/multivers/administration/administration.ts";
import { workorderArchived } from "./records.ts";
import { createUnit4World, type Unit4World } from "./unit4-world.ts";
import { until } from "./until.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const TENANT = { tenantId: "bos", database: "MVL00077" };

type PipelineOptions = WorldOptions & {
  /** How the services are started; each in a process of its own unless told. */
  readonly startServices?: (world: World, unit4: Unit4World["environment"]) => Promise<unknown>;
};

/** A pipeline that runs, with one small administration. */
export type RunningPipeline = {
  readonly world: World;
  /** Environment that a service needs to reach Unit4. */
  readonly unit4: Unit4World["environment"];
  readonly administration: Administration;
  /** An active customer of it. */
  readonly customerId: string;
  /** Archives a workorder of that customer, with some material. */
  archive(id: string, overrides?: Parameters<typeof workorderArchived>[2]): Promise<void>;
  /** What Simon's table has of that customer. */
  customerRow(): Promise<{ readonly name: string; readonly state: string } | undefined>;
  /** What `npm run status` tells of the tenant, and the lag of each consumer group. */
  status(): ReturnType<typeof tenantStatus>;
};

const startEach = (world: World, unit4: Unit4World["environment"]) =>
  Promise.all([
    world.start("unit4-poller", { ...unit4, UNIT4_POLLER_INTERVAL_MS: "1000" }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4),
    world.start("log-sink"),
  ]);

/** Everything but the stand-ins' pages: five services, an emulated Unit4 with one small administration. */
async function startPipeline(
  t: TestContext,
  { startServices = startEach, ...options }: PipelineOptions = {},
) {
  const world = await createWorld(t, options);
  const unit4 = await createUnit4World(t, world, [
    { database: TENANT.database, portalUser: TENANT.tenantId, size: "small" },
  ]);
  const hours = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });
  await unit4.connect({
    ...TENANT,
    settings: {
      articleTypes: [0, 1, 2, 3, 4],
      travelArticle: hours("REISTIJD"),
      workArticle: hours("ARBEID"),
      filterWord: "garantie",
    },
  });
  await startServices(world, unit4.environment);
  return { world, unit4: unit4.environment, administration: unit4.multivers.administration(TENANT.database) };
}

const customerRow = async (world: World, customerId: string) =>
  (
    await world.pool.query<{ name: string; state: string }>(
      "select name, state from simon.customers where tenant_id = $1 and customer_id = $2",
      [TENANT.tenantId, customerId],
    )
  ).rows[0];

const tenantStatus = async (world: World) => {
  const status = await readStatus(world.pool, world.kafka);
  return { ...status.tenants[0], lags: status.consumerGroups.map(({ lag }) => lag) };
};

/**
 * A first load, a change, workorders that become orders, and everything is accounted for. The tenant is `bos`.
 * @returns the pipeline, which goes on until the test ends
 */
export async function assertFlow(t: TestContext, options?: PipelineOptions): Promise<RunningPipeline> {
  const { world, unit4, administration } = await startPipeline(t, options);

  const loaded = await until("the first load", async () => {
    const status = await tenantStatus(world);
    const isComplete =
      status.customers === administration.customers.size && status.articles === administration.products.size;
    return isComplete && status.lastScanAt !== null ? status : null;
  });
  assert.ok(loaded.latestChange !== null);

  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  const product = [...administration.products.values()].find(
    ({ productState, productType, productId }) =>
      productState === 0 && productType === 2 && productId !== "ARBEID",
  );
  assert.ok(customer !== undefined && product !== undefined);
  administration.patchCustomer(customer.customerId, { name: "Café 't Hoekje – nieuw" });
  await until(
    "the new name",
    async () => (await customerRow(world, customer.customerId))?.name === "Café 't Hoekje – nieuw",
  );

  const material = { articleId: product.productId, quantity: "2", description: "" };
  const archive: RunningPipeline["archive"] = (id, overrides = {}) =>
    world.send(
      "workorderArchived",
      `${TENANT.tenantId}/${id}`,
      workorderArchived(TENANT.tenantId, id, {
        customerId: customer.customerId,
        materials: [material],
        ...overrides,
      }),
    );
  await archive("1", {});
  await archive("2", { customerId: null });
  await archive("3", { description: "Onder Garantie vervangen" });
  const settled = await until("three outcomes", async () => {
    const { orders } = await tenantStatus(world);
    return orders !== undefined && orders.written === 1 && orders.refused === 1 && orders.skipped === 1
      ? orders
      : null;
  });
  assert.deepEqual(settled, { waiting: 0, written: 1, refused: 1, skipped: 1, unknown: 0 });

  const [order] = administration.orders;
  assert.equal(administration.orders.length, 1);
  assert.equal(order?.customerId, customer.customerId);
  const lines = order?.orderLines.map(({ productId, quantityOrdered }) => [productId, quantityOrdered]);
  for (const line of [
    ["REISTIJD", 0.25],
    ["ARBEID", 2],
    [product.productId, 2],
  ])
    assert.ok(
      lines?.some((one) => one[0] === line[0] && one[1] === line[1]),
      `${line} is on the order`,
    );

  const { rows } = await world.pool.query(
    "select code, kind, record_table, record_id from log.messages where kind = 'error'",
  );
  assert.deepEqual(rows, [
    { code: "WORKORDER_WITHOUT_CUSTOMER", kind: "error", record_table: "workorder", record_id: "2" },
  ]);
  const lags = await until("no lag", async () => {
    const status = await tenantStatus(world);
    return status.lags.every((lag) => lag === 0) ? status.lags : null;
  });
  assert.equal(lags.length, 4);
  return {
    world,
    unit4,
    administration,
    customerId: customer.customerId,
    archive,
    customerRow: () => customerRow(world, customer.customerId),
    status: () => tenantStatus(world),
  };
}
