import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import { createPool, inTransaction, patient, postgresErrorKind } from "../../../services/shared/postgres.ts";
import { type BlackHole, createBlackHole } from "../../support/black-hole.ts";
import { customerChanged, orderRequested } from "../../support/records.ts";
import type { RunningService } from "../../support/running-service.ts";
import { createRig as createUnit4Rig, LINDE, PAGE } from "../../support/unit4-rig.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

/** The bar of case O57: a dead connection is noticed, and work goes on over a new one. */
const NOTICED_WITHIN_MS = 20_000;
/** For the machine that runs the tests: processes, a rejoin, the work itself. */
const WORK_MS = 5_000;

type Ways = { readonly postgres: BlackHole; readonly kafka: BlackHole; readonly unit4: BlackHole };

type Rig = {
  readonly world: World;
  readonly ways: Ways;
  readonly projector: RunningService;
  readonly writer: RunningService;
  /** Sends one change and one order, under this number. */
  send(number: number): Promise<void>;
  /** Resolves when both have arrived. */
  arrived(number: number, withinMs: number): Promise<void>;
  /** Orders that Unit4 has. */
  orders(): number;
};

/**
 * A projector and an order-writer that reach everything by ways that can fall silent; one change and one order
 * passed.
 */
async function createRig(t: TestContext): Promise<Rig> {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [{ database: "MVL00042", portalUser: "a", size: "small" }]);
  await unit4.connect({ tenantId: "a", database: "MVL00042" });
  const [kafkaPort, advertisedPort] = (process.env["TEST_KAFKA_WAY"] ?? "").split(":").map(Number);
  const databaseUrl = new URL(world.databaseUrl);
  const unit4Url = new URL(unit4.environment["UNIT4_BASE_URL"] ?? "");
  const ways: Ways = {
    postgres: await createBlackHole(Number(databaseUrl.port)),
    kafka: await createBlackHole(kafkaPort ?? 0, advertisedPort),
    unit4: await createBlackHole(Number(unit4Url.port)),
  };
  t.after(() => {
    for (const way of Object.values(ways)) way.close();
  });
  const by = (service: "simon-projector" | "order-writer"): Record<string, string> => {
    const url = new URL(world.environment(service)["DATABASE_URL"] ?? "");
    url.port = String(ways.postgres.port);
    const reached = new URL(unit4Url);
    reached.port = String(ways.unit4.port);
    return {
      ...(service === "order-writer" ? unit4.environment : {}),
      DATABASE_URL: url.href,
      KAFKA_BROKERS: `127.0.0.1:${ways.kafka.port}`,
      ...(service === "order-writer" ? { UNIT4_BASE_URL: reached.href } : {}),
    };
  };
  const [projector, writer] = await Promise.all([
    world.start("simon-projector", by("simon-projector")),
    world.start("order-writer", by("order-writer")),
  ]);
  const administration = unit4.multivers.administration("MVL00042");
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  assert.ok(customer);
  const rig: Rig = {
    world,
    ways,
    projector,
    writer,
    send: async (number) => {
      await world.send(
        "customerChanged",
        `b/K${number}`,
        customerChanged("b", `K${number}`, { revision: number, name: `Hotel ${number}` }),
      );
      await world.send(
        "orderRequested",
        `a/${number}`,
        orderRequested("a", String(number), {
          customerId: customer.customerId,
          paymentConditionId: customer.paymentConditionId,
          vatScenarioId: customer.vatScenarioId,
          lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" }],
        }),
      );
    },
    arrived: async (number, withinMs) => {
      const deadline = Date.now() + withinMs;
      await until(
        `row ${number}`,
        async () => {
          const { rowCount } = await world.pool.query(
            "select from simon.customers where tenant_id = 'b' and customer_id = $1",
            [`K${number}`],
          );
          return rowCount === 1;
        },
        deadline - Date.now(),
      );
      await until(
        `order ${number}`,
        async () => {
          const settled = await world.records<OrderSettled>("orderSettled");
          return settled.some(
            ({ value }) => value?.workorderId === String(number) && value.outcome === "written",
          );
        },
        deadline - Date.now(),
      );
    },
    orders: () => administration.orders.length,
  };
  await rig.send(1);
  await rig.arrived(1, 30_000);
  return rig;
}

const isReady = async ({ healthUrl }: RunningService): Promise<boolean> =>
  (await fetch(`${healthUrl}/health/ready`)).ok;

async function assertWell(rig: Rig, orders: number): Promise<void> {
  assert.equal(rig.orders(), orders);
  assert.equal((await rig.world.records("deadLetter")).length, 0);
  for (const service of [rig.projector, rig.writer]) {
    await until("ready", () => isReady(service));
    assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
    assert.ok(!service.lines.some((line) => line.includes("service_failed")));
  }
}

for (const name of ["postgres", "kafka", "unit4"] as const)
  test(`O57: connections to ${name} that are forgotten without a word are noticed within 20 s, and work goes on over new ones`, async (t) => {
    const rig = await createRig(t);
    rig.ways[name].forget();
    await rig.send(2);
    await rig.arrived(2, NOTICED_WITHIN_MS + WORK_MS);
    await assertWell(rig, 2);
  });

for (const name of ["postgres", "kafka"] as const)
  test(`O57: while the way to ${name} is silent readiness says no in time, and afterwards work goes on`, async (t) => {
    const rig = await createRig(t);
    rig.ways[name].silence();
    await rig.send(2);
    for (const service of [rig.projector, rig.writer]) {
      await until("not ready", async () => !(await isReady(service)), NOTICED_WITHIN_MS);
      const asked = Date.now();
      await isReady(service);
      assert.ok(Date.now() - asked < 5_000, "readiness answers in time");
    }
    rig.ways[name].restore();
    await rig.arrived(2, NOTICED_WITHIN_MS + WORK_MS);
    await assertWell(rig, 2);
  });

test("O57: what a forgotten transaction had locked is free again in time", async (t) => {
  const world = await createWorld(t);
  const way = await createBlackHole(Number(new URL(world.databaseUrl).port));
  // As the role of a service, whose sessions have limits.
  const url = new URL(world.environment("order-writer")["DATABASE_URL"] ?? "");
  url.port = String(way.port);
  const pool = createPool({ url: url.href, size: 2, applicationName: "test" });
  t.after(async () => {
    await pool.end();
    way.close();
  });
  await world.pool.query(
    "create table held (id integer); insert into held values (1); grant select, update on held to order_writer",
  );
  const forgotten = inTransaction(pool, async (tx) => {
    await tx.query("update held set id = 2");
    way.forget();
    await tx.query("update held set id = 3");
  });
  await assert.rejects(forgotten, (error) => postgresErrorKind(error) === "passing");
  await world.pool.query(patient("update held set id = 4"));
  assert.equal((await pool.query("select id from held")).rows[0].id, 4);
});

test("O57: a list of Unit4 over a kept connection that was forgotten comes over a new one", async (t) => {
  const rig = await createUnit4Rig(t);
  const way = await createBlackHole(rig.port);
  t.after(() => way.close());
  const unit4 = rig.client({}, { port: way.port });
  assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  way.forget();
  const asked = Date.now();
  assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.ok(Date.now() - asked < NOTICED_WITHIN_MS);
});

test("O57: an ordinary statement without an answer is an outage and its connection is not used again; a patient one is waited for", async (t) => {
  const { pool } = await createWorld(t);
  const pids = new Set<number>();
  const silent = inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
    pids.add(rows[0]?.pid ?? 0);
    await tx.query("select pg_sleep(40)");
  });
  const patience = pool.query<{ slept: string }>(patient("select 'yes' as slept from pg_sleep($1)", [14]));
  await assert.rejects(silent, (error) => postgresErrorKind(error) === "passing");
  assert.equal((await patience).rows[0]?.slept, "yes");
  // The server has noticed as well: nothing of it goes on, nothing of it is locked.
  await until("the end of its session", async () => {
    const { rowCount } = await pool.query("select from pg_stat_activity where pid = any($1)", [[...pids]]);
    return rowCount === 0;
  });
});
