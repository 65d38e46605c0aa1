import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrderSettled } from "../../../schemas/records.ts";
import {
  createPool,
  inTransaction,
  isPostgresUp,
  postgresErrorKind,
} from "../../../services/shared/postgres.ts";
import { customerChanged, orderRequested } from "../../support/records.ts";
import { startPostgresPair } from "../../support/standby.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

/** What the product promises: ready so soon after the new primary can be reached. */
const READY_WITHIN_MS = 10_000;

test("R4, F25: a failover under load is an outage: no process ends, all are ready within 10 s, nothing is lost, doubled or stale", async (t) => {
  const pair = await startPostgresPair(t);
  const world = await createWorld(t, { databaseUrl: pair.databaseUrl });
  const unit4 = await createUnit4World(t, world, [{ database: "MVL00042", portalUser: "a", size: "small" }]);
  await unit4.connect({ tenantId: "a", database: "MVL00042" });
  const administration = unit4.multivers.administration("MVL00042");
  const customer = [...administration.customers.values()].find((one) => one.customerStateId === "A");
  assert.ok(customer);
  const { customerId, paymentConditionId, vatScenarioId } = customer;
  const services = await Promise.all([
    world.start("simon-projector"),
    world.start("order-writer", {
      ...unit4.environment,
      ...{ ORDER_WRITER_QUARANTINE_MS: "1500", ORDER_WRITER_LOOKUP_PAUSE_MS: "300" },
      ...{ ORDER_WRITER_SENDING_MS: "2000", ORDER_WRITER_LEASE_MARGIN_MS: "1000" },
    }),
    world.start("unit4-poller", { ...unit4.environment, UNIT4_POLLER_INTERVAL_MS: "60000" }),
    world.start("log-sink"),
    world.start("workorder-archived"),
  ]);

  // The load goes on throughout: to Kafka, which has no failover.
  let [sent, isOver] = [0, false];
  const load = (async () => {
    for (; !isOver; sent += 1) {
      await world.send(
        "customerChanged",
        `b/K${sent % 50}`,
        customerChanged("b", `K${sent % 50}`, { revision: sent + 1, name: `name ${sent}` }),
      );
      if (sent % 10 === 0)
        await world.send(
          "orderRequested",
          `a/${sent}`,
          orderRequested("a", String(sent), {
            ...{ customerId, paymentConditionId, vatScenarioId },
            lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" }],
          }),
        );
    }
  })();
  t.after(() => {
    isOver = true;
  });
  const areReady = async (isReady: boolean): Promise<boolean> =>
    (await Promise.all(services.map(({ healthUrl }) => fetch(`${healthUrl}/health/ready`)))).every(
      ({ ok }) => ok === isReady,
    );
  await until("orders under way", () => administration.orders.length > 3);
  await pair.stopFollowing();
  const lastSeen = administration.orders.length;
  await until("orders that only the primary knows of", () => administration.orders.length > lastSeen + 2);
  await pair.losePrimary();
  await until("readiness to say no", () => areReady(false));
  pair.leadToStandby();
  await until("writes that were refused", async () => {
    const held = await services[0].metric("simon_consumer_holds_total", { reason: "postgres" });
    return held > 0 && services[0].lines.some((line) => line.includes("read-only"));
  });
  assert.equal(await areReady(false), true);
  await pair.promote();
  const promotedAt = Date.now();
  await until("all to be ready", () => areReady(true));
  assert.ok(Date.now() - promotedAt < READY_WITHIN_MS, `ready after ${Date.now() - promotedAt} ms`);
  const ordersBefore = administration.orders.length;
  await until("new orders", () => administration.orders.length > ordersBefore + 5);
  isOver = true;
  await load;

  const requested = Math.ceil(sent / 10);
  await until("every order to be told", async () => {
    const settled = await world.records<OrderSettled>("orderSettled");
    return new Set(settled.map(({ value }) => value?.workorderId)).size === requested;
  });
  assert.equal(administration.orders.length, requested);
  const newest = new Map<string, string>(
    Array.from({ length: sent }, (_, number) => [`K${number % 50}`, `name ${number}`] as const),
  );
  await until("the newest of each row", async () => {
    const { rows } = await world.pool.query<{ id: string; name: string }>(
      "select customer_id as id, name from simon.customers where tenant_id = 'b'",
    );
    return rows.length === newest.size && rows.every(({ id, name }) => newest.get(id) === name);
  });
  assert.equal((await world.records("deadLetter")).length, 0);
  assert.equal(await services[1].metric("simon_database_went_back_total"), 1);
  for (const service of services)
    assert.ok((await service.metric("simon_postgres_pool_max_connections", { pool: "main" })) >= 10);
  for (const service of services) {
    assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
    const errors = service.lines.filter((line) => line.includes('"level":50'));
    // What the primary alone knew is lost, and that is told; nothing else calls for a person.
    assert.deepEqual(
      errors.filter((line) => !line.includes('"event":"database_went_back"')),
      [],
    );
  }
});

test("O32, R4: a connection that leads to a database without writes is kept by nobody, inside a transaction or not", async (t) => {
  const pair = await startPostgresPair(t);
  const pool = createPool({ url: pair.databaseUrl, size: 1, applicationName: "test" });
  t.after(() => pool.end());
  await pool.query("create table notes (text text)");
  const processOf = async (): Promise<number> =>
    (await pool.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid ?? 0;
  pair.leadToStandby();
  await until("a connection to the standby", async () => {
    const { rows } = await pool.query(
      "select pg_is_in_recovery() and to_regclass('notes') is not null as follows",
    );
    return rows[0].follows;
  });
  const write = "insert into notes values ('late')";
  for (const meet of [
    () => assert.rejects(pool.query(write), isReadOnly),
    () =>
      assert.rejects(
        inTransaction(pool, (tx) => tx.query(write)),
        isReadOnly,
      ),
    async () => assert.equal(await isPostgresUp(pool), false),
  ]) {
    const before = await processOf();
    assert.equal(await processOf(), before);
    await meet();
    assert.notEqual(await processOf(), before);
  }
  await pair.promote();
  assert.equal(await isPostgresUp(pool), true);
});

const isReadOnly = (error: unknown): boolean =>
  (error as { code?: string }).code === "25006" && postgresErrorKind(error) === "passing";
