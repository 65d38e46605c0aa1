import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { PRINCIPALS as SERVICES } from "../../infra/deploy/rights.ts";
import { readStatus } from "../../infra/ops/status-report.ts";
import { startAll } from "../support/all-services.ts";
import { startPooler } from "../support/pooler.ts";
import { workorderArchived } from "../support/records.ts";
import { basic, createRegistryProxy } from "../support/registry-proxy.ts";
import type { RunningService } from "../support/running-service.ts";
import { DENIES_OTHERS, startSecuredKafka } from "../support/secured-kafka.ts";
import { createUnit4World, type Unit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

/** A wrong setting ends a start within so long. */
const TOLD_WITHIN_MS = 10_000;

/** SIGTERM to exit. */
const DRAINED_WITHIN_MS = 25_000;

const TENANT = { tenantId: "bos", database: "MVL00077" };

type PipelineOptions = WorldOptions & {
  /** How the services are started; each in a process of its own unless told. */
  readonly startServices?: (world: World, unit4: Unit4World["environment"]) => Promise<unknown>;
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
  return { world, administration: unit4.multivers.administration(TENANT.database) };
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

test("M1, W2, W16, L1: a change reaches Simon's table, an archived workorder becomes an order, everything is accounted for", async (t) => {
  await assertFlow(t);
});

test("O38, O39: so it does where Kafka and the registry ask for TLS and logins, with a pooler before PostgreSQL, and each service has its own rights alone", async (t) => {
  const kafka = await startSecuredKafka(t, DENIES_OTHERS);
  const proxy = await createRegistryProxy(
    t,
    process.env["TEST_REGISTRY_URL"] ?? "",
    basic("simon", "p@ss:w/rd"),
  );
  const world = await assertFlow(t, {
    kafka,
    registry: {
      SCHEMA_REGISTRY_URL: proxy.url,
      SCHEMA_REGISTRY_CA_FILE: kafka.caFile,
      SCHEMA_REGISTRY_USERNAME: "simon",
      SCHEMA_REGISTRY_PASSWORD: "p@ss:w/rd",
    },
    poolerPort: (await startPooler(t)).port,
  });
  // Who has no right, or no right password, ends with one line that says what to do.
  for (const [wrong, told] of [
    [kafka.login("pipeline"), /our principal lacks a right; `npm run deploy -- --acls`/],
    [{ KAFKA_SASL_PASSWORD: "not hers" }, /check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/],
    [{ SCHEMA_REGISTRY_PASSWORD: "not hers" }, /check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD/],
  ] as const) {
    const begin = performance.now();
    await assert.rejects(world.start("log-sink", wrong), (error: Error) => {
      const lines = error.message.split("\n").filter((line) => told.test(line));
      assert.equal(lines.length, 1, error.message);
      return true;
    });
    assert.ok(performance.now() - begin < TOLD_WITHIN_MS);
  }
});

test("so it does with all services in one process: one health page, one page of metrics, and SIGTERM ends them all", async (t) => {
  let all: RunningService | undefined;
  await assertFlow(t, {
    startServices: async (world, unit4) => {
      all = await startAll(t, world, { ...unit4, UNIT4_POLLER_INTERVAL_MS: "1000" });
    },
  });
  assert.ok(all !== undefined);
  const page = await (await fetch(`${all.healthUrl}/metrics`)).text();
  for (const service of SERVICES) assert.match(page, new RegExp(`component="${service}"`), service);
  const types = page.match(/^# TYPE \S+/gm) ?? [];
  assert.deepEqual(types.length, new Set(types).size);
  assert.ok((await all.metric("simon_records_consumed_total", { component: "log-sink" })) > 0);
  const begin = performance.now();
  assert.equal(await all.stop(), 0);
  assert.ok(performance.now() - begin < DRAINED_WITHIN_MS);
});

async function assertFlow(t: TestContext, options?: PipelineOptions): Promise<World> {
  const { world, administration } = await startPipeline(t, options);

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
  const archive = (id: string, overrides: Parameters<typeof workorderArchived>[2]) =>
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
  return world;
}
