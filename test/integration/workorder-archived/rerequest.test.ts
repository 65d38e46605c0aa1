import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { MessageLogged, OrderRequested } from "../../../schemas/records.ts";
import type {
  RerequestPlan,
  RerequestResult,
} from "../../../services/shared/operations/domain/rerequest-report.ts";
import { ops } from "../../support/ops.ts";
import { A, createOrderWorld } from "../../support/order-world.ts";
import { workorderArchived } from "../../support/records.ts";
import { makeTopicAnew } from "../../support/topic-anew.ts";
import { until } from "../../support/until.ts";
import type { World } from "../../support/world.ts";

const SERVICE = "workorder-archived";
/** Whoever dies is followed at once. */
const SHORT = { WORKORDER_ARCHIVED_OPERATIONS_LEASE_MS: "1000" };
const LOOK_SOON = { ORDER_WRITER_LOOKUP_PAUSE_MS: "100" };
const ASKED = ["rerequest", "--tenant", "a", "--from", "1h", "--reason", "the topic was lost"] as const;

/**
 * A tenant whose three orders were asked for and lost with their topic, and who has one workorder that was refused and one that was
 * skipped. What the refused one lacked is there by now.
 */
async function lostRequests(t: TestContext) {
  const { world, unit4, administration, request, startWriter } = await createOrderWorld(t);
  const { customerId, lines } = request("any");
  const articleId = lines[0]?.articleId ?? "";
  const settings = { workArticle: { articleId, articleType: 0, quantityScale: 2 }, filterWord: "garantie" };
  await unit4.connect({ ...A, settings });
  const addCustomer = (id: string) =>
    world.pool.query(
      `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
       values ('a', $1, 'unit4', 1, 1, 'Hotel De Linde', '14')`,
      [id],
    );
  await addCustomer(customerId);
  const service = await world.start(SERVICE, SHORT);
  const send = (id: string, overrides: Parameters<typeof workorderArchived>[2]) =>
    world.send("workorderArchived", `a/${id}`, workorderArchived("a", id, { customerId, ...overrides }));
  for (const id of ["301", "302", "303"]) await send(id, {});
  await send("304", { customerId: "99" });
  await send("305", { description: "onder Garantie" });
  await until("all decided", async () => (await world.records("orderRequested")).length === 5);
  await makeTopicAnew(world, "orderRequested");
  await addCustomer("99");
  await world.start("simon-projector");
  await until("what was refused and skipped", async () => {
    const { rowCount } = await world.pool.query("select from simon.workorder_outcomes");
    return rowCount === 2;
  });
  return { world, service, administration, send, startWriter };
}

const requestedKeys = async (world: World): Promise<readonly string[]> =>
  (await world.records<OrderRequested>("orderRequested")).map(({ key }) => key);

/** What workorder-archived has told people, as bytes. */
const told = async (world: World): Promise<readonly string[]> =>
  (await world.records<MessageLogged>("messageLogged")).flatMap(({ key, value, bytes }) =>
    value?.service === SERVICE ? [`${key} ${bytes?.toString("hex")}`] : [],
  );

test("O76, O30: orders that a topic lost are asked for again and written once; what was refused stays refused, and nobody is told anew", async (t) => {
  const { world, administration, startWriter } = await lostRequests(t);
  const before = await told(world);
  await startWriter(LOOK_SOON);
  const asked = await ops(world, ...ASKED);
  assert.equal(asked.exitCode, 0, asked.err);
  assert.match(asked.out, /requests 3 orders[\s\S]*leaves {3}1: was refused[\s\S]*leaves {3}1: was skipped/);
  assert.match(asked.out, /a\/304 WB-2026-304, archived .*: refused \(WORKORDER_CUSTOMER_UNKNOWN\)/);
  assert.deepEqual(await requestedKeys(world), [], "a plan asks for nothing");

  const id = /operation (\d+)/.exec(asked.out)?.[1] ?? "";
  assert.equal((await ops(world, "operations", "confirm", id)).exitCode, 0);
  const followed = await ops(world, "operations", "follow", id);
  assert.equal(followed.exitCode, 0, followed.out);
  assert.match(followed.out, /wrote {4}3 requests[\s\S]*verdict {2}every archived workorder/);
  await until("three orders", async () => administration.orders.length === 3);
  assert.deepEqual([...(await requestedKeys(world))].sort(), ["a/301", "a/302", "a/303"]);
  assert.deepEqual(await told(world), before);

  const again = await ops(world, ...ASKED, "--json");
  const { found } = (JSON.parse(again.out) as { plan: RerequestPlan }).plan;
  assert.deepEqual([found.requested, found.left["in-ledger"], found.left.refused], [0, 3, 1]);
});

test("O76: an order that Unit4 has, and that ledger and Simon lost, is found there and not made again", async (t) => {
  const { world, administration, startWriter } = await lostRequests(t);
  const writer = await startWriter(LOOK_SOON);
  await ops(world, ...ASKED, "--begin", "--follow");
  await until("three outcomes", async () => {
    const { rowCount } = await world.pool.query(
      "select from simon.workorder_outcomes where outcome = 'written'",
    );
    return rowCount === 3;
  });
  assert.equal(await writer.stop(), 0);
  await world.pool.query(
    `delete from order_writer.attempts where workorder_id = '302';
     delete from order_writer.orders where workorder_id = '302';
     delete from simon.workorder_outcomes where workorder_id = '302'`,
  );
  await startWriter(LOOK_SOON);
  const followed = await ops(world, ...ASKED, "--begin", "--follow", "--json");
  assert.equal(followed.exitCode, 0, followed.err);
  assert.equal((JSON.parse(followed.out) as { result: RerequestResult }).result.found.requested, 1);
  await until("it is found", async () => {
    const { rowCount } = await world.pool.query(
      "select from order_writer.orders where workorder_id = '302' and state = 'written'",
    );
    return rowCount === 1;
  });
  assert.equal(administration.orders.length, 3);
});

test("O76: killed at either crash point, it is finished by the next process, and no order is made twice", async (t) => {
  const { world, service, administration, startWriter } = await lostRequests(t);
  assert.equal(await service.stop(), 0);
  let dies = await world.start(SERVICE, { ...SHORT, CRASH_AT: "before-rerequest-commit:1" });
  const asked = await ops(world, ...ASKED, "--begin", "--json");
  const id = String(JSON.parse(asked.out).operationId);
  await dies.ended;
  const first = (await requestedKeys(world)).length;
  assert.ok(first > 0, "Kafka has them, and the checkpoint is lost");
  dies = await world.start(SERVICE, { ...SHORT, CRASH_AT: "after-rerequest-commit:1" });
  await dies.ended;
  await world.start(SERVICE, SHORT);
  await startWriter(LOOK_SOON);
  const followed = await ops(world, "operations", "follow", id, "--json");
  assert.equal(followed.exitCode, 0, followed.out);
  const { found, missing } = (JSON.parse(followed.out) as { result: RerequestResult }).result;
  assert.deepEqual([found.requested, found.left.refused, missing], [3, 1, 0]);
  await until("three orders", async () => administration.orders.length === 3);
  await until("nothing is open", async () => {
    const { rowCount } = await world.pool.query("select from order_writer.orders where state <> 'written'");
    return rowCount === 0;
  });
  assert.equal(administration.orders.length, 3);
  assert.deepEqual([...new Set(await requestedKeys(world))].sort(), ["a/301", "a/302", "a/303"]);
});

test("O76: many orders wait for another person, and what was archived anew since is asked for as it was decided last", async (t) => {
  const { world, service, send } = await lostRequests(t);
  assert.equal(await service.stop(), 0);
  await world.start(SERVICE, { ...SHORT, WORKORDER_ARCHIVED_REREQUEST_SECOND_PERSON_ORDERS: "1" });
  await send("301", { workMinutes: 60 });
  await until("it is decided anew", async () => (await requestedKeys(world)).length === 1);
  const [anew] = await world.records<OrderRequested>("orderRequested");
  const asked = await ops(world, ...ASKED, "--begin", "--by", "vera");
  assert.match(asked.out, /waits for another person[\s\S]*requests 3 orders/);
  const id = /operation (\d+)/.exec(asked.out)?.[1] ?? "";
  assert.equal((await ops(world, "operations", "confirm", id, "--by", "anja")).exitCode, 0);
  const again = await until("it is asked for again", async () =>
    (await world.records<OrderRequested>("orderRequested")).find(
      ({ key, value }) => key === "a/301" && value?.lookFirst === true,
    ),
  );
  assert.equal(JSON.stringify(again.value), JSON.stringify({ ...anew?.value, lookFirst: true }));
  for (const wrong of [
    ["rerequest", "--reason", "x"],
    ["rerequest", "--tenant", "a", "--from", "gisteren", "--reason", "x"],
  ])
    assert.equal((await ops(world, ...wrong)).exitCode, 2, wrong.join(" "));
});
