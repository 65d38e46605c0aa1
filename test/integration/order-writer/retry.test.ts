import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { WorkorderArchived } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import type { RetryChoice } from "../../../services/console/workorders/domain/retry.ts";
import { retryPreview, sendAgain } from "../../../services/console/workorders/retry-acts.ts";
import { withAdmin } from "../../../services/shared/kafka/client.ts";
import { workorderArchived } from "../../support/records.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const BOS = { tenantId: "bos", database: "MVL00077" };
const SETTINGS = { workArticle: { articleId: "ARBEID", articleType: 0, quantityScale: 2 } };
const ANY: RetryChoice = { workorder: null, cause: null, from: null, to: null };

/** From the archived event to the log: all of the order's way, with one customer that Simon and Unit4 know. */
async function startOrders(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: BOS.database, portalUser: BOS.tenantId, size: "small" },
  ]);
  const administration = unit4.multivers.administration(BOS.database);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  assert.ok(customer !== undefined);
  const { customerId } = customer;
  await unit4.connect({ ...BOS, settings: SETTINGS });
  await addCustomer(world, customerId, customer.paymentConditionId);
  await Promise.all([
    world.start("workorder-archived"),
    world.start("simon-projector"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  const archive = (workorderId: string, overrides: Partial<WorkorderArchived> = {}) =>
    world.send(
      "workorderArchived",
      `${BOS.tenantId}/${workorderId}`,
      workorderArchived(BOS.tenantId, workorderId, { customerId, travelMinutes: 0, ...overrides }),
    );
  const posts = () => unit4.multivers.requests.filter(({ method }) => method === "POST").length;
  return {
    world,
    unit4,
    administration,
    customerId,
    archive,
    orderPosts: posts,
    makePassive: () => administration.patchCustomer(customerId, { customerStateId: "P" }),
    makeActive: () => administration.patchCustomer(customerId, { customerStateId: "A" }),
    preview: (choice: Partial<RetryChoice>) =>
      retryPreview(world.pool, { tenantId: BOS.tenantId, choice: { ...ANY, ...choice } }),
    send: (choice: Partial<RetryChoice>) =>
      sendAgain(
        { ...world, db: world.pool },
        {
          tenantId: BOS.tenantId,
          choice: { ...ANY, ...choice },
          actor: { kind: "service", id: null, name: "kantoor" },
        },
      ),
  };
}

async function addCustomer(world: World, customerId: string, paymentConditionId: string): Promise<void> {
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
     values ($1, $2, 'unit4', 1, 1, 'Hotel De Linde', $3)`,
    [BOS.tenantId, customerId, paymentConditionId],
  );
}

/** Outcomes that Simon was told: `workorder outcome code`. */
const outcomes = async (world: World): Promise<readonly string[]> =>
  (
    await world.pool.query<{ line: string }>(
      "select concat_ws(' ', workorder_id, outcome, code) as line from simon.workorder_outcomes order by workorder_id",
    )
  ).rows.map(({ line }) => line);

const told = (world: World, ...lines: readonly string[]) =>
  until(`outcomes ${lines.join(", ")}`, async () => {
    const seen = await outcomes(world);
    if (lines.every((line) => seen.includes(line))) return true;
    throw new Error(seen.join("; "));
  });

/** Open errors and warnings: `workorder code × times`. */
const openMessages = async (world: World): Promise<readonly string[]> =>
  (
    await world.pool.query<{ line: string }>(
      `select concat(record_id, ' ', code, ' × ', occurrence_count) as line from log.messages
       where closed_at is null and kind <> 'info' order by line`,
    )
  ).rows.map(({ line }) => line);

const openBecome = (world: World, lines: readonly string[]) =>
  until(`open messages ${lines.join(", ") || "to end"}`, async () => {
    const open = await openMessages(world);
    assert.deepEqual(open, lines);
    return true;
  });

test("O03, W17: what Unit4 refused is sent again once after it was mended, and its open error closes itself", async (t) => {
  const { world, administration, archive, makePassive, makeActive, preview, send } = await startOrders(t);
  makePassive();
  await archive("174");
  await told(world, "174 refused ORDER_CUSTOMER_PASSIVE");
  await openBecome(world, ["174 ORDER_CUSTOMER_PASSIVE × 1"]);

  // Not mended yet: refused again, in the list once.
  assert.equal((await send({ workorder: "174" })).wouldSend.length, 1);
  await openBecome(world, ["174 ORDER_CUSTOMER_PASSIVE × 2"]);
  const list = await preview({ cause: "ORDER_CUSTOMER_PASSIVE" });
  assert.deepEqual(
    list.wouldSend.map(({ workorderId }) => workorderId),
    ["174"],
  );
  assert.equal(administration.orders.length, 0);

  makeActive();
  await send({ workorder: "WB-2026-174" });
  await told(world, "174 written ORDER_WRITTEN");
  await openBecome(world, []);
  assert.equal(administration.orders.length, 1);
  assert.deepEqual((await send({ workorder: "174" })).notSent, [
    { workorderId: "174", number: "WB-2026-174", why: "WRITTEN", orderId: administration.orders[0]?.orderId },
  ]);
  assert.equal(administration.orders.length, 1);
});

test("O03: all twelve of one cause go again in one go, and a look at them sends nothing", async (t) => {
  const { world, administration, archive, makePassive, makeActive, preview, send } = await startOrders(t);
  makePassive();
  const ids = Array.from({ length: 12 }, (_, index) => String(100 + index));
  for (const id of ids) await archive(id);
  await archive("other", { customerId: null });
  await told(
    world,
    ...ids.map((id) => `${id} refused ORDER_CUSTOMER_PASSIVE`),
    "other refused WORKORDER_WITHOUT_CUSTOMER",
  );
  makeActive();
  const attempts = "select sum(attempts)::int as attempts from order_writer.orders";
  const before = await world.pool.query(attempts);
  const seen = await preview({ cause: "ORDER_CUSTOMER_PASSIVE" });
  assert.deepEqual(seen.wouldSend.map(({ workorderId }) => workorderId).sort(), ids);
  assert.equal((await world.records("workorderArchived")).length, 13);
  assert.deepEqual((await world.pool.query(attempts)).rows, before.rows);

  // Pressed twice: the second one is the same retry.
  await Promise.all([send({ cause: "ORDER_CUSTOMER_PASSIVE" }), send({ cause: "ORDER_CUSTOMER_PASSIVE" })]);
  await told(world, ...ids.map((id) => `${id} written ORDER_WRITTEN`));
  await openBecome(world, ["other WORKORDER_WITHOUT_CUSTOMER × 1"]);
  assert.equal(administration.orders.length, 12);
  assert.equal(new Set(administration.orders.map(({ reference }) => reference)).size, 12);
});

test("O03: an order that did reach Unit4 is found by a retry and closed with its number, not posted again", async (t) => {
  const { world, unit4, administration, archive, send } = await startOrders(t);
  // Unit4 stores the order and says all the same that it refuses it.
  const body = JSON.stringify({
    messages: [{ message: "Debiteur 10001 is passief.", messageType: "Error", path: "/customerId" }],
  });
  let posts = 0;
  unit4.multivers.intercept = ({ method, path }) => {
    if (method !== "POST" || !path.endsWith("/Order")) return null;
    posts += 1;
    return { commitFirst: true, status: 400, headers: { "content-type": "application/json" }, body };
  };
  await archive("174");
  await told(world, "174 refused ORDER_CUSTOMER_PASSIVE");
  assert.equal(administration.orders.length, 1);
  await send({ workorder: "174" });
  await told(world, "174 written ORDER_WRITTEN");
  const { rows } = await world.pool.query("select order_id from simon.workorder_outcomes");
  assert.deepEqual(rows, [{ order_id: administration.orders[0]?.orderId }]);
  assert.deepEqual([posts, administration.orders.length], [1, 1]);
});

test("O29, W17: an order that was deleted in Unit4 is made again when a person sends its workorder", async (t) => {
  const { world, administration, archive, send } = await startOrders(t);
  await archive("174");
  await told(world, "174 written ORDER_WRITTEN");
  administration.deleteOrder(String(administration.orders[0]?.orderId));
  await archive("174", { archivedAt: workorderArchived(BOS.tenantId, "174", {}).archivedAt + 60_000 });
  await told(world, "174 refused ORDER_GONE");
  assert.deepEqual((await send({ workorder: "174" })).notSent, []);
  await told(world, "174 written ORDER_WRITTEN");
  assert.equal(administration.orders.length, 1);
});

test("W17: a retry uses today's customer, and a workorder that the mapping refuses again stays in the list once", async (t) => {
  const { world, administration, archive, preview, send } = await startOrders(t);
  await archive("1", { customerId: "NIEUW" });
  await told(world, "1 refused WORKORDER_CUSTOMER_UNKNOWN");
  await send({ workorder: "1" });
  await openBecome(world, ["1 WORKORDER_CUSTOMER_UNKNOWN × 2"]);
  assert.equal((await preview({ cause: "WORKORDER_CUSTOMER_UNKNOWN" })).wouldSend.length, 1);

  const [pattern] = administration.customers.values();
  assert.ok(pattern !== undefined);
  administration.putCustomer({ ...pattern, customerId: "NIEUW", customerStateId: "A" });
  await addCustomer(world, "NIEUW", pattern.paymentConditionId);
  await send({ cause: "WORKORDER_CUSTOMER_UNKNOWN" });
  await told(world, "1 written ORDER_WRITTEN");
  await openBecome(world, []);
  assert.equal(administration.orders[0]?.customerId, "NIEUW");
});

test("A9: what was archived while the integration was off is listed, and goes when a person sends it", async (t) => {
  const { world, unit4, administration, archive, preview, send } = await startOrders(t);
  await deactivateTenant(world.pool, BOS.tenantId);
  await archive("1");
  await told(world, "1 skipped WORKORDER_ARCHIVED_WHILE_OFF");
  assert.deepEqual((await preview({ workorder: "1" })).notSent, [
    { workorderId: "1", number: "WB-2026-1", why: "TENANT_OFF", orderId: null },
  ]);
  await unit4.connect({ ...BOS, settings: SETTINGS });
  const { wouldSend } = await preview({ cause: "WORKORDER_ARCHIVED_WHILE_OFF" });
  assert.deepEqual(
    wouldSend.map(({ workorderId }) => workorderId),
    ["1"],
  );
  assert.equal(administration.orders.length, 0);
  await send({ cause: "WORKORDER_ARCHIVED_WHILE_OFF" });
  await told(world, "1 written ORDER_WRITTEN");
  await openBecome(world, []);
  assert.equal(administration.orders.length, 1);
});

test("A12: a workorder that was emptied in Simon is not sent again by a later activation", async (t) => {
  const { world, unit4, archive, makePassive, preview } = await startOrders(t);
  makePassive();
  await archive("1");
  await told(world, "1 refused ORDER_CUSTOMER_PASSIVE");
  await deactivateTenant(world.pool, BOS.tenantId);
  const epoch = await unit4.connect({ ...BOS, settings: SETTINGS });
  assert.equal((await preview({ cause: "ORDER_CUSTOMER_PASSIVE" })).wouldSend.length, 1);
  await world.pool.query("select simon.begin_emptying($1, $2, array['workorders'])", [BOS.tenantId, epoch]);
  await world.pool.query("select simon.empty_slice($1, $2, array['workorders'], 100)", [BOS.tenantId, epoch]);
  assert.deepEqual(await preview({ cause: "ORDER_CUSTOMER_PASSIVE" }), { wouldSend: [], notSent: [] });
  assert.equal((await preview({ workorder: "1" })).notSent[0]?.why, "NOT_SETTLED");
});

test("W17: npm run ops -- retry shows what it would do, does it with --send, and says what it takes", async (t) => {
  const { world, administration, archive, makePassive, makeActive } = await startOrders(t);
  const retry = async (...args: readonly string[]): Promise<unknown> => {
    const script = fileURLToPath(import.meta.resolve("../../../infra/ops/main.ts"));
    const env = { ...world.environment("order-writer"), DATABASE_URL: world.databaseUrl };
    const { stdout } = await promisify(execFile)(process.execPath, [script, "retry", ...args, "--json"], {
      env,
    });
    return JSON.parse(stdout);
  };
  makePassive();
  await archive("3");
  await told(world, "3 refused ORDER_CUSTOMER_PASSIVE");
  makeActive();
  const day = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
  const shown = (await retry("--tenant", "bos", "--from", day, "--to", day)) as Record<string, unknown[]>;
  assert.deepEqual([shown["sent"], shown["wouldSend"]?.length, shown["notSent"]], [false, 1, []]);
  assert.equal((await world.records("workorderArchived")).length, 1);

  const sent = (await retry("--tenant", "bos", "--workorder", "3", "--send")) as Record<string, unknown[]>;
  assert.deepEqual([sent["sent"], sent["wouldSend"]?.length], [true, 1]);
  await told(world, "3 written ORDER_WRITTEN");
  assert.equal(administration.orders.length, 1);
  await assert.rejects(retry("--tenant", "bos"), /Name a workorder, a cause or a range of days[\s\S]*Usage:/);
  await assert.rejects(retry("--tenant", "nobody", "--workorder", "3"), /There is no tenant nobody/);
  await assert.rejects(retry("--tenant", "bos", "--from", "gisteren"), /gisteren is not a date[\s\S]*Usage:/);
});

test("W17: a workorder whose archived event its topic no longer has is told apart, and the others go", async (t) => {
  const { world, archive, send } = await startOrders(t);
  await archive("1", { customerId: null });
  await told(world, "1 refused WORKORDER_WITHOUT_CUSTOMER");
  await forget(world);
  await archive("2", { customerId: null });
  await told(world, "2 refused WORKORDER_WITHOUT_CUSTOMER");
  const { wouldSend, notSent } = await send({ cause: "WORKORDER_WITHOUT_CUSTOMER" });
  assert.deepEqual(
    wouldSend.map(({ workorderId }) => workorderId),
    ["2"],
  );
  assert.deepEqual(notSent, [{ workorderId: "1", number: "WB-2026-1", why: "EVENT_EXPIRED", orderId: null }]);
  await openBecome(world, ["1 WORKORDER_WITHOUT_CUSTOMER × 1", "2 WORKORDER_WITHOUT_CUSTOMER × 2"]);
});

/** The archived events so far expire. */
async function forget(world: World): Promise<void> {
  const topic = world.topicPrefix + TOPICS.workorderArchived.name;
  await withAdmin(world.kafka, async (admin) => {
    const bounds = await admin.fetchTopicOffsets(topic);
    const partitions = bounds.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
}
