import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleSettings } from "../support/all-services.ts";
import { workorderArchived } from "../support/records.ts";
import { repeatedly } from "../support/repeatedly.ts";
import type { RunningService, ServiceName } from "../support/running-service.ts";
import { createUnit4World, type Unit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

/** Two and three of each have some of them. */
const PARTITIONS = 6;
/** Enough that no instance is left without one whose turn it is. */
const TENANTS = Array.from({ length: 24 }, (_, index) => ({
  tenantId: `tenant-${index}`,
  database: `MVL${String(100 + index).padStart(5, "0")}`,
}));
/** Between two rounds of the load. */
const ROUND_MS = 400;
const WITHIN_MS = 120_000;

/** Each service with a figure that grows where one of its processes works. */
const WORK: Readonly<Record<Exclude<ServiceName, "console">, string>> = {
  "unit4-poller": "simon_polls_total",
  "simon-projector": "simon_records_consumed_total",
  "workorder-archived": "simon_records_consumed_total",
  "order-writer": "simon_order_steps_total",
  "log-sink": "simon_records_consumed_total",
};
const SERVICES = Object.keys(WORK) as (keyof typeof WORK)[];

/** What an order may cost after a crash: nothing but these times. A sending has room for many processes on a slow machine. */
const QUICK_WRITER = {
  ORDER_WRITER_SENDING_MS: "5000",
  ORDER_WRITER_QUARANTINE_MS: "5000",
  ORDER_WRITER_LOOKUP_PAUSE_MS: "500",
  ORDER_WRITER_LEASE_MARGIN_MS: "2000",
};

test("two and three instances of each service share the work; joining, leaving and dying lose nothing and repeat no effect", async (t) => {
  const world = await createWorld(t, { partitions: PARTITIONS });
  const unit4 = await connectedUnit4(t, world);
  const start = async (service: ServiceName): Promise<RunningService> =>
    world.start(service, {
      ...unit4.environment,
      ...QUICK_WRITER,
      ...(service === "console" ? await consoleSettings(t) : { UNIT4_POLLER_INTERVAL_MS: "1000" }),
    });
  const running = new Map<ServiceName, RunningService[]>();
  const join = async (): Promise<void> => {
    const joined = await Promise.all(
      ([...SERVICES, "console"] as const).map(async (service) => [service, await start(service)] as const),
    );
    for (const [service, one] of joined) running.set(service, [...(running.get(service) ?? []), one]);
  };
  await join();
  await join();
  await until("the first loads", async () => (await loaded(world)) === TENANTS.length, WITHIN_MS);
  const load = startLoad(world, unit4);

  await t.test("two of each work", () => assertAllWork(running));
  await t.test("a third of each joins, and works", async () => {
    await join();
    await assertAllWork(running);
  });
  await t.test("one of each leaves, and the others go on", async () => {
    for (const [service, [leaving, ...others]] of running) {
      assert.equal(await leaving?.stop(), 0, service);
      running.set(service, others);
    }
    await assertAllWork(running);
  });
  await t.test("one of each dies, and the last one takes all of it", async () => {
    for (const [service, [dying, ...others]] of running) {
      await dying?.kill9();
      running.set(service, others);
    }
    await assertAllWork(running);
  });
  await load.stop();
  await assertAccountedFor(world, unit4, load.rounds());
});

async function connectedUnit4(t: Parameters<typeof createUnit4World>[0], world: World): Promise<Unit4World> {
  const unit4 = await createUnit4World(
    t,
    world,
    TENANTS.map(({ tenantId, database }) => ({ database, portalUser: tenantId, size: "small" })),
  );
  const article = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });
  for (const tenant of TENANTS)
    await unit4.connect({
      ...tenant,
      settings: {
        articleTypes: [0, 1, 2, 3, 4],
        workArticle: article("ARBEID"),
        travelArticle: article("REISTIJD"),
      },
    });
  return unit4;
}

/** Each process of a service does more than it had done when it was looked at first. */
async function assertAllWork(running: ReadonlyMap<ServiceName, readonly RunningService[]>): Promise<void> {
  const all = SERVICES.flatMap((service) => (running.get(service) ?? []).map((one) => ({ service, one })));
  await Promise.all(
    all.map(async ({ service, one }) => {
      const before = await one.metric(WORK[service]);
      await until(
        `${service} ${one.pid} to work`,
        async () => (await one.metric(WORK[service])) > before,
        WITHIN_MS,
      );
    }),
  );
}

/** The active customer of an administration that is changed and ordered for. */
function customerOf({ multivers }: Unit4World, database: string): string {
  const { customersById } = multivers.administration(database);
  const customer = customersById.find(({ customerStateId }) => customerStateId === "A");
  assert.ok(customer);
  return customer.customerId;
}

const idOf = (round: number): string => `w${round}`;

/** In each round one tenant archives a workorder, and its customer gets another name. */
const startLoad = (world: World, unit4: Unit4World) =>
  repeatedly(ROUND_MS, async (round) => {
    const { tenantId, database } = TENANTS[round % TENANTS.length] ?? { tenantId: "", database: "" };
    const customerId = customerOf(unit4, database);
    unit4.multivers.administration(database).patchCustomer(customerId, { name: `Klant ${round}` });
    const workorder = workorderArchived(tenantId, idOf(round), { customerId });
    await world.send("workorderArchived", `${tenantId}/${idOf(round)}`, workorder);
  });

/** Tenants whose customers and articles are in Simon. */
async function loaded(world: World): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    `select count(*)::int as count from integration.tenants t
     where exists (select from simon.customers where tenant_id = t.tenant_id)
       and exists (select from simon.articles where tenant_id = t.tenant_id and article_id = 'ARBEID')
       and exists (select from unit4_poller.schedules where tenant_id = t.tenant_id and last_scan_at is not null)`,
  );
  return rows[0]?.count ?? 0;
}

/** Each workorder is one order and one message, and each tenant's last name is in Simon. */
async function assertAccountedFor(world: World, { multivers }: Unit4World, rounds: number): Promise<void> {
  const counted = async (text: string): Promise<number> =>
    (await world.pool.query<{ count: number }>(text)).rows[0]?.count ?? 0;
  const settled = "select count(*)::int as count from simon.workorder_outcomes";
  await until(
    "every outcome",
    async () => {
      assert.equal(await counted(settled), rounds);
      return true;
    },
    WITHIN_MS,
  );
  const { rows: outcomes } = await world.pool.query(
    "select outcome, code, count(*)::int as count from simon.workorder_outcomes group by outcome, code",
  );
  assert.deepEqual(outcomes, [{ outcome: "written", code: "ORDER_WRITTEN", count: rounds }]);
  const orders = TENANTS.flatMap(({ tenantId, database }) =>
    multivers.administration(database).orders.map(({ reference }) => `${tenantId}/${reference}`),
  );
  assert.equal(orders.length, rounds);
  assert.equal(new Set(orders).size, rounds);

  const told = "select count(*)::int as count from log.messages where code = 'ORDER_WRITTEN'";
  await until("every message", async () => (await counted(told)) === rounds, WITHIN_MS);
  assert.equal(await counted(`${told} and occurrence_count > 1`), 0);

  const lastOf = TENANTS.map(
    (_, index) => rounds - ((((rounds - index) % TENANTS.length) + TENANTS.length) % TENANTS.length),
  );
  for (const [index, { tenantId }] of TENANTS.entries())
    await until(
      `the last name of ${tenantId}`,
      async () => {
        const { rows } = await world.pool.query(
          "select from simon.customers where tenant_id = $1 and name = $2",
          [tenantId, `Klant ${lastOf[index]}`],
        );
        return rows.length === 1;
      },
      WITHIN_MS,
    );
  assert.equal((await world.records("deadLetter")).length, 0);
}
