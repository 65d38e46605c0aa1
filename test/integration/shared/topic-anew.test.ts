import assert from "node:assert/strict";
import { test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { MessageLogged } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { customerChanged, orderRequested, workorderArchived } from "../../support/records.ts";
import type { RunningService } from "../../support/running-service.ts";
import { makeTopicAnew } from "../../support/topic-anew.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

type TopicId = "customerChanged" | "workorderArchived" | "orderRequested";

/** One error line and one count, and the process lives. */
async function assertAlarm(service: RunningService, topic: TopicId): Promise<void> {
  const labels = { topic: TOPICS[topic].name };
  await until("the count", async () => (await service.metric("simon_topics_made_anew_total", labels)) === 1);
  assert.equal(await service.metric("simon_topics_made_anew_total"), 1);
  assert.equal(service.lines.filter((line) => line.includes('"topic_made_anew"')).length, 1);
  assert.equal((await fetch(`${service.healthUrl}/health/live`)).status, 200);
  assert.ok(!service.lines.some((line) => line.includes("service_failed")));
}

for (const requests of [5, 2])
  test(`O31: position 3 of a topic that was made anew and has ${requests} records: read from its beginning, ${3 + requests} orders`, async (t) => {
    const world = await createWorld(t);
    const unit4 = await createUnit4World(t, world, [
      { database: "MVL00042", portalUser: "a", size: "small" },
    ]);
    await unit4.connect({ tenantId: "a", database: "MVL00042" });
    const administration = unit4.multivers.administration("MVL00042");
    const customer = [...administration.customers.values()].find((one) => one.customerStateId === "A");
    assert.ok(customer);
    const request = async (number: number): Promise<void> =>
      world.send(
        "orderRequested",
        `a/${number}`,
        orderRequested("a", String(number), {
          customerId: customer.customerId,
          paymentConditionId: customer.paymentConditionId,
          vatScenarioId: customer.vatScenarioId,
          lines: [{ kind: "text", articleId: "", articleType: null, quantity: "", text: "Ketel" }],
        }),
      );
    const ordersAre = (count: number) =>
      until(`${count} orders`, () => administration.orders.length === count, 60_000);

    const first = await world.start("order-writer", unit4.environment);
    for (const number of [1, 2, 3]) await request(number);
    await ordersAre(3);
    await until("the position", async () => {
      const { rows } = await world.pool.query(
        "select max(next_offset)::int as next from order_writer.positions",
      );
      return rows[0].next === 3;
    });
    assert.equal(await first.stop(), 0);
    await makeTopicAnew(world, "orderRequested");
    for (let number = 4; number < 4 + requests; number += 1) await request(number);

    const second = await world.start("order-writer", unit4.environment);
    await ordersAre(3 + requests);
    await assertAlarm(second, "orderRequested");
    assert.equal(await second.metric("simon_offset_out_of_range_total"), 0);
    assert.equal(await second.stop(), 0);
    // The id is stored: the next start goes on without an alarm.
    const third = await world.start("order-writer", unit4.environment);
    await request(100);
    await ordersAre(3 + requests + 1);
    assert.equal(await third.metric("simon_topics_made_anew_total"), 0);
  });

test("O31: a topic that is made anew while its consumer runs is read from its beginning, and its records are newer than the old one's", async (t) => {
  const world = await createWorld(t);
  const projector = await world.start("simon-projector");
  const send = (id: string, name: string): Promise<void> =>
    world.send("customerChanged", `a/${id}`, customerChanged("a", id, { revision: 5, name }));
  const namesAre = (count: number, name: string) =>
    until(
      `${count} rows of ${name}`,
      async () => {
        const { rowCount } = await world.pool.query("select from simon.customers where name = $1", [name]);
        return rowCount === count;
      },
      60_000,
    );

  for (let number = 0; number < 20; number += 1) await send(`K${number}`, "old");
  await namesAre(20, "old");
  await makeTopicAnew(world, "customerChanged");
  // The same scan, published again with what changed meanwhile, at lower offsets than before.
  for (let number = 39; number >= 0; number -= 1) await send(`K${number}`, "new");
  await namesAre(40, "new");
  await assertAlarm(projector, "customerChanged");

  // Reading it again changes nothing.
  const versions = async () =>
    (await world.pool.query("select customer_id, record_offset from simon.customers order by 1")).rows;
  const before = await versions();
  await projector.stop();
  await world.pool.query("update simon.positions set next_offset = 0");
  await world.start("simon-projector");
  await until("the end of the topic", async () => {
    const { rows } = await world.pool.query("select max(next_offset)::int as next from simon.positions");
    return rows[0].next === 40;
  });
  assert.deepEqual(await versions(), before);
});

test("O31: the same for archived workorders, while their consumer runs and before it starts", async (t) => {
  const world = await createWorld(t);
  await activateTenant(world.pool, {
    tenantId: "a",
    name: "a",
    administration: "MVL00042",
    settings: settingsSchema.parse({}),
    by: "test",
  });
  const archive = (id: number): Promise<void> =>
    world.send("workorderArchived", `a/${id}`, workorderArchived("a", String(id), {}));
  const toldAre = (count: number) =>
    until(
      `messages about ${count} workorders`,
      async () => {
        const messages = await world.records<MessageLogged>("messageLogged");
        return new Set(messages.map(({ value }) => value?.recordId)).size === count;
      },
      60_000,
    );

  const first = await world.start("workorder-archived");
  for (let id = 0; id < 5; id += 1) await archive(id);
  await toldAre(5);
  await makeTopicAnew(world, "workorderArchived");
  for (let id = 10; id < 18; id += 1) await archive(id);
  await toldAre(13);
  await assertAlarm(first, "workorderArchived");
  assert.equal(await first.stop(), 0);

  await makeTopicAnew(world, "workorderArchived");
  for (let id = 20; id < 29; id += 1) await archive(id);
  const second = await world.start("workorder-archived");
  await toldAre(22);
  await assertAlarm(second, "workorderArchived");
});
