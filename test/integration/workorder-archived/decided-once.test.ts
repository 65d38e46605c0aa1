import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { OrderRequested, WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { databaseTimeMs } from "../../../services/shared/postgres.ts";
import { workorderArchived } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const GROUP = "workorder-archived";
const TOPIC = TOPICS.workorderArchived.name;
const WORK = { articleId: "WERK", articleType: 0, quantityScale: 2 };

/** Two workorders archived in September: one for a customer that Simon does not know yet, one that becomes a request. */
async function decided(t: TestContext) {
  const world = await createWorld(t);
  await activateTenant(world.pool, {
    ...{ tenantId: "a", name: "Installatiebedrijf A", administration: "MVL00042", by: "test" },
    settings: settingsSchema.parse({ workArticle: WORK }),
  });
  // The clocks of the tablets are ten minutes ahead.
  const archivedAt = (await databaseTimeMs(world.pool)) + 600_000;
  const workorder = (id: string, overrides: Partial<WorkorderArchived>): WorkorderArchived =>
    workorderArchived("a", id, { archivedAt, ...overrides });
  const send = (event: WorkorderArchived) => world.send("workorderArchived", `a/${event.workorderId}`, event);
  const events = [workorder("305", { customerId: "20002" }), workorder("306", {})] as const;
  await addCustomer(world, "10001");
  const service = await world.start(GROUP);
  for (const event of events) await send(event);
  await until("both decided", async () => (await world.records("orderRequested")).length === 2);
  await addCustomer(world, "20002");
  return { world, service, workorder, send, events };
}

const addCustomer = (world: World, customerId: string) =>
  world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
     values ('a', $1, 'unit4', 1, 1, 'Hotel De Linde', '14')`,
    [customerId],
  );

/** Everything that the service said, as bytes. */
async function said(world: World): Promise<readonly string[]> {
  const topics = ["orderRequested", "orderSettled", "messageLogged"] as const;
  const records = await Promise.all(topics.map((topic) => world.records(topic)));
  return records.flat().map(({ key, bytes }) => `${key} ${bytes?.toString("hex")}`);
}

const withAdmin = async (
  world: World,
  act: (admin: ReturnType<World["kafka"]["kafka"]["admin"]>) => unknown,
) => {
  const admin = world.kafka.kafka.admin();
  await admin.connect();
  try {
    await act(admin);
  } finally {
    await admin.disconnect();
  }
};
const groupId = (world: World): string => `${world.topicPrefix}${GROUP}`;

const READ_AGAIN: Readonly<Record<string, (given: Awaited<ReturnType<typeof decided>>) => Promise<unknown>>> =
  {
    "the group's offsets are deleted": ({ world }) =>
      withAdmin(world, (admin) => admin.deleteGroups([groupId(world)])),
    "the group's offsets are set back": ({ world }) =>
      withAdmin(world, (admin) =>
        admin.resetOffsets({ groupId: groupId(world), topic: world.topicPrefix + TOPIC, earliest: true }),
      ),
    "the positions are set back": ({ world }) =>
      world.pool.query("update workorder_archived.positions set next_offset = 0"),
    "the positions are gone": ({ world }) => world.pool.query("truncate workorder_archived.positions"),
    "the events are produced again": async ({ events, send }) => {
      for (const event of events.toReversed()) await send(event);
    },
  };

for (const [what, readAgain] of Object.entries(READ_AGAIN))
  test(`O30: what was decided stays decided when ${what}`, async (t) => {
    const given = await decided(t);
    const { world, service, workorder, send } = given;
    const before = await said(world);
    assert.equal(await service.stop(), 0);
    await readAgain(given);
    await world.start(GROUP);
    await send(workorder("307", { customerId: "20002" }));
    await until("the next one", async () =>
      (await world.records("orderRequested")).some(({ key }) => key === "a/307"),
    );
    const after = await said(world);
    assert.deepEqual(
      after.filter((one) => !one.startsWith("a/307 ")),
      before,
    );
  });

test("O30: a stretch that is read again is said once, with from and to", async (t) => {
  const { world, service } = await decided(t);
  assert.equal(await service.stop(), 0);
  await world.pool.query("update workorder_archived.positions set next_offset = 0");
  const again = await world.start(GROUP);
  await until("both", async () => (await again.metric("simon_workorders_repeated_total")) === 2);
  const lines = again.lines.filter((line) => line.includes("workorders_read_again"));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /"from":0,"to":1,"count":2/);
});

test("O30, W17: what was refused goes when a person sends it, once, and a retry of an older archiving does not", async (t) => {
  const { world, events, workorder, send } = await decided(t);
  const [refused] = events;
  const retry = { id: "x", at: refused.archivedAt, by: "kantoor" };
  const requestsOf = async (id: string) =>
    (await world.records<OrderRequested>("orderRequested")).flatMap(({ key, value }) =>
      key === `a/${id}` && value !== null ? [[value.sequence, value.noOrderCode, value.customerId]] : [],
    );
  await send({ ...refused, retry });
  await send({ ...refused, retry });
  const anew = { ...refused, archivedAt: refused.archivedAt - 180_000, workMinutes: 180 };
  await send(anew);
  await send({ ...refused, retry: { ...retry, id: "y" } });
  await send(workorder("308", {}));
  await until("the last one", async () => (await requestsOf("308")).length === 1);
  assert.deepEqual(await requestsOf("305"), [
    [1, "WORKORDER_CUSTOMER_UNKNOWN", ""],
    [2, null, "20002"],
    [3, null, "20002"],
  ]);
});

test("O30: who kept its positions in Kafka goes on from there", async (t) => {
  const { world, service, events, send, workorder } = await decided(t);
  assert.equal(await service.stop(), 0);
  await world.pool.query("truncate workorder_archived.positions, workorder_archived.workorders");
  await withAdmin(world, async (admin) => {
    const [partition] = (await admin.fetchTopicOffsets(world.topicPrefix + TOPIC)).filter(
      ({ high }) => Number(high) > 0,
    );
    assert.ok(partition);
    await admin.setOffsets({
      ...{ groupId: groupId(world), topic: world.topicPrefix + TOPIC },
      partitions: [{ partition: partition.partition, offset: "1" }],
    });
  });
  await world.start(GROUP);
  await send(workorder("309", {}));
  await until("the last one", async () =>
    (await world.records("orderRequested")).some(({ key }) => key === "a/309"),
  );
  const keys = (await world.records("orderRequested")).map(({ key }) => key);
  assert.deepEqual(keys, ["a/305", "a/306", "a/306", "a/309"]);
  assert.equal(events.length, 2);
});
