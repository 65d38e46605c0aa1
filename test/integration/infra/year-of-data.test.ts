import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { deleteOldArrivals } from "../../../services/console/api/arrival-acts.ts";
import { forgetOldActs } from "../../../services/console/parts/audit-store.ts";
import { removeOldRows } from "../../../services/log-sink/retention.ts";
import {
  eraseOldContent,
  type LedgerPlace,
  ledgerOrders,
  sliceOrders,
} from "../../../services/order-writer/retention/settled-orders.ts";
import { createPool, type Pool, patient } from "../../../services/shared/postgres.ts";
import type { ServiceName } from "../../support/running-service.ts";
import { type StatementRun, watchStatements } from "../../support/statement-plans.ts";
import { createWorld, type World } from "../../support/world.ts";

/** Of each kind, one every so many minutes, for as long as the settings keep the longest of them and a year more. */
const [EVERY_MINUTES, DAYS] = [60, 730 + 365];
const ROWS = (DAYS * 24 * 60) / EVERY_MINUTES;
/** The settings' own numbers. */
const KEPT = { content: 730, log: 90, audit: 1_000, arrivals: 90 };
/** What a statement may read of a table for each row that it removes: the row, and the index that names it. */
const READ_FOR_ONE = 2;

const AT = `now() - i * interval '${EVERY_MINUTES} minutes'`;
const EACH = `generate_series(0, ${ROWS} - 1) i`;
const SEED: readonly string[] = [
  `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, attempts, order_id, code,
     archived_at, settled_at, published_at, due_at)
   select 't' || i % 50, 'w' || i, 'WB-' || i, 'K1', jsonb_build_object('workorderNumber', 'WB-' || i, 'epoch', 1,
     'administration', 'MVL00042', 'reference', 'WB-' || i), 'written', 1, '26' || i, 'ORDER_WRITTEN', ${AT}, ${AT}, ${AT}, 'infinity'
   from ${EACH}`,
  `insert into order_writer.attempts (tenant_id, workorder_id, attempt, started_at, finished_at, outcome)
   select 't' || i % 50, 'w' || i, 1, ${AT}, ${AT}, 'written' from ${EACH}`,
  `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
     occurrence_count, first_at, last_at)
   select 't' || i % 50, 'ORDER_WRITTEN', 'info', 'workorder', 'w' || i, 'WB-' || i, '{}', 'order-writer', '', 1, ${AT}, ${AT}
   from ${EACH}`,
  `insert into log.occurrences (message_id, tenant_id, code, kind, record_table, record_id, record_name, params, service,
     correlation_id, at)
   select 'm' || i, 't' || i % 50, 'ORDER_WRITTEN', 'info', 'workorder', 'w' || i, 'WB-' || i, '{}', 'order-writer', '', ${AT}
   from ${EACH}`,
  `insert into integration.audit (at, tenant_id, by, act, details)
   select ${AT}, 't' || i % 50, 'test', 'SETTINGS_SAVED', '{}' from ${EACH}`,
  `insert into integration.accepted_workorders (tenant_id, workorder_id, content_hash, archived_at, accepted_at, published_at)
   select 't' || i % 50, 'w' || i, '\\x00', ${AT}, ${AT}, ${AT} from ${EACH}`,
];

async function seedYears({ pool }: World): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query("set session_replication_role = replica");
    for (const text of SEED) await tx.query(patient(text, [], 120_000));
    await tx.query("reset all");
    await tx.query(patient("vacuum analyze", [], 120_000));
  } finally {
    tx.release();
  }
}

test("A13: what is older than is kept goes in slices that an index finds, and the rest stays, with years of data", async (t) => {
  const world = await createWorld(t);
  await seedYears(world);
  const watch = await watchStatements(
    world.pool,
    join(process.env["TEST_STACK_DIR"] ?? "", "logs/postgres.log"),
  );
  const poolOf = poolAs(t, world);
  const count = async (text: string): Promise<number> =>
    (await world.pool.query<{ count: number }>(`select count(*)::int as count from ${text}`)).rows[0]
      ?.count ?? 0;
  const withinDays = (days: number): number => (days * 24 * 60) / EVERY_MINUTES;
  const isAbout = (found: number, days: number): void =>
    assert.ok(Math.abs(found - withinDays(days)) <= 2, `${found} rows of ${days} days`);

  await t.test("the ledger: content goes within a sweep, numbers stay", async () => {
    const pool = poolOf("order-writer");
    const most = sliceOrders(await ledgerOrders(pool), 60_000);
    let after: LedgerPlace | null = null;
    let slices = 0;
    do {
      ({ last: after } = await eraseOldContent(pool, after, { days: KEPT.content, most }));
      slices += 1;
    } while (after !== null);
    assert.ok(slices <= ROWS / most + 2, `${slices} slices`);
    assert.equal(await count("order_writer.orders"), ROWS);
    isAbout(await count("order_writer.orders where not request ? 'contentHash'"), KEPT.content);
    isAbout(await count("order_writer.attempts"), KEPT.content);
    assertLean(await watch.runs(), "order_writer.erased_request", most);
  });
  await t.test("the log", async () => {
    const removed = await removeOldRows(poolOf("log-sink"), KEPT.log, () => true);
    isAbout(await count("log.messages"), KEPT.log);
    isAbout(await count("log.occurrences"), KEPT.log);
    isAbout(ROWS - removed.messages, KEPT.log);
    assertLean(await watch.runs(), "delete from log.", 1_000);
  });
  await t.test("acts", async () => {
    for (let left = ROWS; left > withinDays(KEPT.audit) + 2; left = await count("integration.audit"))
      await forgetOldActs(poolOf("console"), KEPT.audit);
    isAbout(await count("integration.audit"), KEPT.audit);
    assertLean(await watch.runs(), "delete from audit", ROWS - withinDays(KEPT.audit));
  });
  await t.test("what programs sent in", async () => {
    const before = await count("integration.accepted_workorders");
    await deleteOldArrivals(poolOf("console"));
    assert.equal(before - (await count("integration.accepted_workorders")), 20_000);
    await deleteOldArrivals(poolOf("console"));
    isAbout(await count("integration.accepted_workorders"), KEPT.arrivals);
    assertLean(await watch.runs(), "delete from integration.accepted_workorders", 20_000);
  });
});

test("A13: a sweep over the ledger ends within a week, at any size", () => {
  const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
  for (const orders of [0, 10_000, 2_000_000, 73_000_000, 1_000_000_000])
    assert.ok((orders / sliceOrders(orders, 10_000)) * 10_000 <= WEEK_MS, `${orders} orders`);
});

/** Pools as a service's role; they end with the test. */
const poolAs =
  (t: TestContext, world: World) =>
  (service: ServiceName): Pool => {
    const pool = createPool({ url: world.databaseUrlAs(service), size: 1, applicationName: "test" });
    t.after(() => pool.end());
    return pool;
  };

/** Statements with this in them were seen, and none of them read more than its slice. */
function assertLean(runs: readonly StatementRun[], part: string, slice: number): void {
  const found = runs.filter(({ text }) => text.includes(part));
  assert.ok(found.length > 0, `${part} was seen`);
  const wide = found
    .filter(({ read }) => read.rows > READ_FOR_ONE * slice)
    .map(({ text, read }) => `${read.rows} rows of ${read.table}: ${text.slice(0, 200)}`);
  assert.deepEqual([...new Set(wide)], []);
}
