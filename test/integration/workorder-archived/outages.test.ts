import assert from "node:assert/strict";
import { test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { OrderRequested } from "../../../schemas/records.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { errorLines, makeReadOnly } from "../../support/read-only.ts";
import { workorderArchived } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

test("O32: while the database is read-only nothing is decided or set aside; afterwards each workorder is decided once", async (t) => {
  const world = await createWorld(t);
  await activateTenant(world.pool, {
    ...{ tenantId: "a", name: "Installatiebedrijf A", administration: "MVL00042", by: "test" },
    settings: settingsSchema.parse({ workArticle: { articleId: "WERK", articleType: 0, quantityScale: 2 } }),
  });
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
     values ('a', '10001', 'unit4', 1, 1, 'Hotel De Linde', '14')`,
  );
  const archive = (id: string) =>
    world.send("workorderArchived", `a/${id}`, workorderArchived("a", id, { archivedAt: Date.now() }));
  const requests = async () => (await world.records<OrderRequested>("orderRequested")).map(({ key }) => key);
  const service = await world.start("workorder-archived");
  await archive("1");
  await until("the first request", async () => (await requests()).length === 1);

  await makeReadOnly(world, "on");
  await archive("2");
  await archive("3");
  await until("not ready", async () => (await fetch(`${service.healthUrl}/health/ready`)).status === 503);
  await until("a held batch", async () => (await service.metric("simon_consumer_holds_total")) > 0);
  assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
  await makeReadOnly(world, "off");

  await until("all requests", async () => (await requests()).length >= 3, 30_000);
  await until("ready", async () => (await fetch(`${service.healthUrl}/health/ready`)).ok);
  // Kafka was given what the refused transactions told, or not: whoever reads it acts once.
  assert.deepEqual(new Set(await requests()), new Set(["a/1", "a/2", "a/3"]));
  const { rows } = await world.pool.query<{ id: string; decisions: number }>(
    "select workorder_id as id, cardinality(events) as decisions from workorder_archived.workorders order by 1",
  );
  assert.deepEqual(
    rows.map(({ id, decisions }) => [id, decisions]),
    ["1", "2", "3"].map((id) => [id, 1]),
  );
  assert.equal((await world.records("deadLetter")).length, 0);
  assert.deepEqual(errorLines(service), []);
});
