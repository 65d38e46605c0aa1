import assert from "node:assert/strict";
import { test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { MessageLogged, OrderRequested, OrderSettled } from "../../../schemas/records.ts";
import { TOPICS } from "../../../schemas/topics.ts";
import { type Settings, settingsSchema } from "../../../services/shared/domain/settings.ts";
import { workorderArchived } from "../../support/records.ts";
import { deactivateTenant, saveSettings } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const WORK = { articleId: "WERK", articleType: 0, quantityScale: 2 };

const settingsWith = (overrides: Partial<Settings> = {}): Settings =>
  settingsSchema.parse({ workArticle: WORK, ...overrides });

async function activate(
  world: World,
  tenantId: string,
  settings: Settings = settingsWith(),
): Promise<number> {
  return activateTenant(world.pool, {
    tenantId,
    name: tenantId,
    administration: `MVL-${tenantId}`,
    settings,
    by: "test",
  });
}

async function addCustomer(world: World, tenantId: string, name: string): Promise<void> {
  await world.pool.query(
    `insert into simon.customers (tenant_id, customer_id, origin, epoch, revision, name, payment_condition_id)
     values ($1, '10001', 'unit4', 1, 1, $2, '14')`,
    [tenantId, name],
  );
}

async function addArticle(world: World, tenantId: string, articleId: string, scale: number): Promise<void> {
  await world.pool.query(
    `insert into simon.articles (tenant_id, article_id, origin, epoch, revision, description, type, quantity_scale)
     values ($1, $2, 'unit4', 1, 1, $2, 2, $3)`,
    [tenantId, articleId, scale],
  );
}

/** The moment of the database, at which settings and activations begin. */
const databaseNow = async (world: World): Promise<number> =>
  (await world.pool.query<{ now: Date }>("select clock_timestamp() as now")).rows[0]?.now.getTime() ?? 0;

const requestsIn = (world: World) => world.records<OrderRequested>("orderRequested");
const settledIn = (world: World) => world.records<OrderSettled>("orderSettled");

test("O23: the same workorder of two tenants becomes two orders, each with its own customer and article", async (t) => {
  const world = await createWorld(t);
  for (const [tenantId, name, scale] of [
    ["a", "Hotel De Linde", 2],
    ["b", "Garage Bos", 0],
  ] as const) {
    await activate(world, tenantId);
    await addCustomer(world, tenantId, name);
    await addArticle(world, tenantId, "0017", scale);
  }
  await world.start("workorder-archived");
  const archivedAt = await databaseNow(world);
  const materials = [{ articleId: "0017", quantity: "2.5", description: "" }];
  for (const tenantId of ["a", "b"])
    await world.send(
      "workorderArchived",
      `${tenantId}/173`,
      workorderArchived(tenantId, "173", { archivedAt, materials }),
    );
  const requests = await until("two requests", async () => {
    const seen = await requestsIn(world);
    return seen.length >= 2 ? seen : null;
  });
  const seen = Object.fromEntries(
    requests.map(({ key, value }) => [
      key,
      [
        value?.customerName,
        value?.paymentConditionId,
        value?.lines.at(-1)?.quantity,
        value?.lines.at(-1)?.articleType,
      ],
    ]),
  );
  assert.deepEqual(seen, {
    "a/173": ["Hotel De Linde", "14", "2.5", 2],
    "b/173": ["Garage Bos", "14", "3", 2],
  });
});

test("L6: refused, skipped, meaningless and good workorders each end where they belong, once", async (t) => {
  const world = await createWorld(t);
  await activate(world, "a", settingsWith({ filterWord: "garantie" }));
  await addCustomer(world, "a", "Hotel De Linde");
  const service = await world.start("workorder-archived");
  const archivedAt = await databaseNow(world);
  const send = (tenantId: string, id: string, overrides: object) =>
    world.send(
      "workorderArchived",
      `${tenantId}/${id}`,
      workorderArchived(tenantId, id, { archivedAt, ...overrides }),
    );
  await send("a", "1", { customerId: null, workMinutes: -1 });
  await send("a", "2", { description: "Onder Garantie" });
  await send("a", "3", { archivedAt: archivedAt - 86_400_000 });
  await send("nobody", "4", {});
  await send("a", "5", {
    customerId: "1\u00000001",
    materials: [{ articleId: "\u0000", quantity: "1", description: "" }],
  });
  await world.send("workorderArchived", "a/6", Buffer.from([0, 0]));
  await send("a", "7", {});
  await until("the good one", async () => (await requestsIn(world)).some(({ key }) => key === "a/7"));
  const settled = await until("four settled", async () => {
    const seen = await settledIn(world);
    return seen.length >= 4 ? seen : null;
  });
  assert.deepEqual(settled.map(({ key, value }) => [key, value?.outcome, value?.code]).sort(), [
    ["a/1", "refused", "WORKORDER_WITHOUT_CUSTOMER"],
    ["a/2", "skipped", "WORKORDER_FILTERED"],
    ["a/3", "skipped", "WORKORDER_ARCHIVED_WHILE_OFF"],
    ["a/5", "refused", "WORKORDER_CUSTOMER_UNKNOWN"],
  ]);
  const messages = await world.records<MessageLogged>("messageLogged");
  assert.deepEqual(messages.map(({ value }) => `${value?.recordId} ${value?.kind} ${value?.code}`).sort(), [
    "1 error WORKORDER_MINUTES_NEGATIVE",
    "1 error WORKORDER_WITHOUT_CUSTOMER",
    "2 info WORKORDER_FILTERED",
    "3 warning WORKORDER_ARCHIVED_WHILE_OFF",
    "5 error WORKORDER_ARTICLE_UNKNOWN",
    "5 error WORKORDER_CUSTOMER_UNKNOWN",
  ]);
  const letters = await until("two dead letters", async () => {
    const seen = await world.records("deadLetter");
    return seen.length >= 2 ? seen : null;
  });
  assert.deepEqual(letters.map(({ key, headers }) => [key, headers["x-error-class"]]).sort(), [
    ["a/6", "TOO_SHORT"],
    ["nobody/4", "MEANINGLESS"],
  ]);
  assert.deepEqual(
    (await requestsIn(world)).map(({ key, value }) => [key, value?.noOrderCode]),
    [
      // O60: the ledger learns of those that ask for no order too.
      ["a/1", "WORKORDER_WITHOUT_CUSTOMER"],
      ["a/2", "WORKORDER_FILTERED"],
      ["a/3", "WORKORDER_ARCHIVED_WHILE_OFF"],
      ["a/5", "WORKORDER_CUSTOMER_UNKNOWN"],
      ["a/7", null],
    ],
  );
  assert.equal(
    await service.metric("simon_workorders_without_request_total", { code: "WORKORDER_FILTERED" }),
    1,
  );
  assert.equal(await service.metric("simon_workorders_decided_total", { outcome: "refused" }), 2);
});

test("O26: every reason for which a workorder can fail stands at 0 before the first one does", async (t) => {
  const world = await createWorld(t);
  const service = await world.start("workorder-archived");
  const page = await (await fetch(`${service.healthUrl}/metrics`)).text();
  assert.match(page, /simon_workorders_without_request_total\{code="WORKORDER_WITHOUT_CUSTOMER".*\} 0/);
  assert.doesNotMatch(page, /tenant/i);
});

test("W18: a workorder archived before a change of settings, seen after it, is mapped with the old ones", async (t) => {
  const world = await createWorld(t);
  await activate(world, "a");
  await addCustomer(world, "a", "Hotel De Linde");
  const before = await databaseNow(world);
  await until("a later moment", async () => (await databaseNow(world)) > before + 1);
  const workArticle = { ...WORK, articleId: "NIEUW" };
  await saveSettings(world.pool, { tenantId: "a", settings: settingsWith({ workArticle }), by: "test" });
  const after = await databaseNow(world);
  await until("a later moment", async () => (await databaseNow(world)) > after + 1);
  await deactivateTenant(world.pool, "a");
  await world.start("workorder-archived");
  for (const [id, archivedAt] of [
    ["1", before],
    ["2", after],
  ] as const)
    await world.send("workorderArchived", `a/${id}`, workorderArchived("a", id, { archivedAt }));
  const requests = await until("two requests", async () => {
    const seen = await requestsIn(world);
    return seen.length >= 2 ? seen : null;
  });
  assert.deepEqual(
    requests.map(({ key, value }) => [key, value?.lines[0]?.articleId, value?.settingsVersion]).sort(),
    [
      ["a/1", "WERK", 1],
      ["a/2", "NIEUW", 2],
    ],
  );
});

test("W13: killed half-way and started again, no workorder is lost and a repeat has the same bytes", async (t) => {
  const world = await createWorld(t);
  await activate(world, "a");
  await addCustomer(world, "a", "Hotel De Linde");
  const archivedAt = await databaseNow(world);
  const ids = Array.from({ length: 2_000 }, (_, index) => String(index));
  const first = await world.start("workorder-archived");
  const { name: topic, schema } = TOPICS.workorderArchived;
  const encoder = await world.avro.encoder<object>(topic, schema);
  const sending = world.publisher.publish(
    ids.map((id) => ({
      topic,
      key: `a/${id}`,
      value: encoder.encode(workorderArchived("a", id, { archivedAt })),
    })),
  );
  await until("some requests", async () => (await first.metric("simon_records_published_total")) > 0);
  await first.kill9();
  await sending;
  await world.start("workorder-archived");
  const requests = await until("every workorder", async () => {
    const seen = await requestsIn(world);
    return new Set(seen.map(({ key }) => key)).size === ids.length ? seen : null;
  });
  for (const [key, copies] of Map.groupBy(requests, ({ key }) => key))
    assert.equal(new Set(copies.map(({ bytes }) => bytes?.toString("hex"))).size, 1, key);
});
