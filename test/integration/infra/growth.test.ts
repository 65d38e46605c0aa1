import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { startAll } from "../../support/all-services.ts";
import { growFleet } from "../../support/growing-fleet.ts";
import { grownBy } from "../../support/growth-reasons.ts";
import { type StatementRun, watchStatements } from "../../support/statement-plans.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const TENANTS = 4_000;
/** No slice, queue or batch has more; every table that grows has. */
const MOST_ROWS = 2_000;

test("no statement that services run of themselves reads more as tables grow", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, []);
  await growFleet(world.pool, { from: 0, to: TENANTS });
  const watch = await watchStatements(
    world.pool,
    join(process.env["TEST_STACK_DIR"] ?? "", "logs/postgres.log"),
  );
  await startAll(t, world, unit4.environment);

  const seen: StatementRun[] = [];
  const times = (part: string): number => seen.filter(({ text }) => text.includes(part)).length;
  // The rarest of those that look at tenants, and the one that sees all of them.
  await until(
    "each loop to have gone round",
    async () => {
      seen.push(...(await watch.runs()));
      return (
        times("from order_writer.lanes lane") > 20 &&
        times("simon.cleaning_schedules") > 1 &&
        times("update unit4_poller.fleet_view") > 0 &&
        times("order_writer.erased_request") > 1
      );
    },
    90_000,
  );
  await until("a year's log to be what is kept", async () => {
    const { rows } = await world.pool.query<{ old: number; kept: number }>(
      `select (select count(*) from log.messages where last_at < now() - interval '91 days')
           + (select count(*) from log.occurrences where at < now() - interval '91 days') as old,
         (select count(*) from log.messages) as kept`,
    );
    return rows[0]?.old === 0 && rows[0].kept > 0;
  });
  const large = seen.filter((run) => run.read.rows > MOST_ROWS);
  assert.ok(
    large.some(({ text }) => text.includes("fleet_view")),
    "a statement that reads a whole table is noticed",
  );
  const unexplained = large
    .filter(({ text }) => grownBy(text) === null)
    .map(({ text, read }) => `${read.rows} rows of ${read.table}: ${text.slice(0, 300)}`);
  assert.deepEqual([...new Set(unexplained)], []);
  t.diagnostic(`${new Set(seen.map(({ text }) => text)).size} statements, ${seen.length} runs`);
});
