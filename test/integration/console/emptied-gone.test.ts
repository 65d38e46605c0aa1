import assert from "node:assert/strict";
import { test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { emptySimon } from "../../../services/console/emptying/acts.ts";
import { latestEmptying } from "../../../services/console/emptying/queries.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { acting, consolePool } from "../../support/acting.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import {
  fillEveryPlace,
  hurryTopics,
  NAME,
  say,
  tablesWith,
  topicsWith,
} from "../../support/named-tenant.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const FILLED = [
  "integration.rehearsals",
  "log.dead_letters",
  "log.messages",
  "log.occurrences",
  "order_writer.attempts",
  "order_writer.orders",
  "simon.articles",
  "simon.customers",
  "simon.preview_samples",
  "simon.work_addresses",
  "simon.workorder_outcomes",
  "simon.workorders",
  "unit4_poller.brakes",
  "unit4_poller.drift",
  "unit4_poller.scan_pages",
  "unit4_poller.snapshots",
];

test("A13: what was emptied is in no table and, once they have let go of it, in no topic", async (t) => {
  const world = await createWorld(t);
  const { pool } = world;
  await activateTenant(pool, {
    ...{ tenantId: "bos", name: "Garage Bos", administration: "MVL00077", by: "test" },
    settings: settingsSchema.parse({}),
  });
  await world.start("simon-projector");
  await world.start("log-sink");
  await fillEveryPlace(world);
  assert.deepEqual(await tablesWith(world, NAME), FILLED);
  assert.deepEqual(
    (await topicsWith(world, NAME)).toSorted(),
    Object.values(TOPICS)
      .map(({ name }) => name)
      .toSorted(),
  );
  await deactivateTenant(pool, "bos");
  const kept = await pool.query(
    `select workorder_id, sequence, order_id from order_writer.orders order by workorder_id`,
  );

  await createConsoleWorld(t, world);
  await emptySimon(acting(consolePool(t, world), "bos"), []);
  const { report, at } = await until("the emptying", async () => {
    const emptying = await latestEmptying(pool, "bos");
    return emptying?.finishedAt == null ? null : emptying;
  });
  assert.deepEqual(await tablesWith(world, NAME), []);

  const places = new Map((report ?? []).map((one) => [one.place, one]));
  for (const place of [...FILLED, ...Object.values(TOPICS).map(({ name }) => name)])
    assert.ok(places.has(place), `the report names ${place}`);
  assert.equal(
    places.get("order_writer.orders")?.count,
    4,
    "the fifth waited, and went with the emptying itself",
  );
  assert.equal(places.get("log.dead_letters")?.count, 2);
  const goneBy = Date.parse(places.get(TOPICS.customerChanged.name)?.goneBy ?? "");
  assert.ok(goneBy > at.getTime() + 7 * 86_400_000 && goneBy < at.getTime() + 10 * 86_400_000);
  const after = await pool.query(
    `select workorder_id, sequence, order_id from order_writer.orders order by workorder_id`,
  );
  assert.deepEqual(after.rows, kept.rows, "what exactly-once needs stays");

  // What was said before and comes late.
  await say(world, "m2", at.getTime() - 1);
  await until(
    "the late one",
    async () => (await pool.query("select from log.occurrences where message_id = 'm2'")).rowCount,
  );
  assert.deepEqual(await tablesWith(world, NAME), []);

  await hurryTopics(world);
  await until("the topics to let go", async () => {
    // Again with each look: a broker takes the hurried settings over by and by, and may not have had them at the last one.
    await pool.query(
      "update integration.emptyings set finished_at = now() - interval '9 days', settled_at = null",
    );
    await until("the last tombstones", async () => {
      const { rowCount } = await pool.query("select from integration.emptyings where settled_at is not null");
      return rowCount === 1;
    });
    return (await topicsWith(world, NAME)).length === 0;
  });
  assert.notEqual((await world.records("customerChanged")).length, 0, "tombstones stand there");
});
