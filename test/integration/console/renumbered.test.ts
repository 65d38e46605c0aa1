import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { activateTenant } from "../../../infra/local/programs/registered-tenants.ts";
import type { MessageLogged } from "../../../schemas/records.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { workorderArchived } from "../../support/records.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

/**
 * 10001 became 20001 (organisation 57), 10002 was merged into 30003, which was there before (58); 10003 is simply gone, and so
 * is 10004, whose organisation lives on at another tenant only.
 */
async function renumbered(t: TestContext): Promise<{ readonly world: World; readonly anja: Visitor }> {
  const world = await createWorld(t);
  for (const tenantId of ["bos", "vos"])
    await activateTenant(world.pool, {
      ...{ tenantId, name: tenantId, administration: tenantId, by: "test" },
      settings: settingsSchema.parse({
        workArticle: { articleId: "WERK", articleType: 0, quantityScale: 2 },
      }),
    });
  await world.pool.query(`
    insert into simon.customers (tenant_id, customer_id, origin, epoch, organization_id, name, state) values
      ('bos', '10001', 'unit4', 1, 57, 'De Linde', 'gone'), ('bos', '20001', 'unit4', 1, 57, 'De Linde B.V.', 'active'),
      ('bos', '10002', 'unit4', 1, 58, 'Smit', 'gone'), ('bos', '30003', 'unit4', 1, 58, 'Smit en Zn', 'active'),
      ('bos', '10003', 'unit4', 1, 59, 'Weg', 'gone'), ('bos', '10004', 'unit4', 1, 60, 'Elders', 'gone'),
      ('vos', '40004', 'unit4', 1, 60, 'Elders', 'active');
    insert into simon.work_addresses (tenant_id, work_address_id, customer_id, name, street, city) values
      ('bos', 'W1', '10001', 'Magazijn', 'Dorpsstraat 1', 'Ede'), ('bos', 'W2', '10001', 'Kantoor', '', ''),
      ('bos', 'W3', '10002', 'Loods', '', ''), ('bos', 'W4', '10003', 'Schuur', '', ''),
      ('bos', 'W5', '10004', 'Hal', '', ''), ('bos', 'W6', '20001', 'Nieuw', '', '')`);
  const { signIn } = await createConsoleWorld(t, world);
  return { world, anja: await signIn("anja") };
}

/** Lets the cleaning run now. */
async function clean(world: World, due: string): Promise<void> {
  await world.pool.query(
    `insert into simon.cleaning_schedules (tenant_id, next_due_at) values ('bos', now())
     on conflict (tenant_id) do update set next_due_at = now()`,
  );
  await until(due, async () => {
    const { rows } = await world.pool.query(
      "select from simon.cleaning_schedules where tenant_id = 'bos' and next_due_at > now() and last_run_at is not null",
    );
    return rows.length === 1;
  });
}

const said = async (world: World, code: string) =>
  (await world.records<MessageLogged>("messageLogged")).flatMap(({ value }) =>
    value !== null && value.code === code ? [value] : [],
  );

const addresses = async (world: World): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    (
      await world.pool.query(
        "select work_address_id as id, customer_id as customer from simon.work_addresses order by 1",
      )
    ).rows.map(({ id, customer }) => [id, customer]),
  );

test("O43: addresses of a customer with another number outlive the cleaning, and a person moves them", async (t) => {
  const { world, anja } = await renumbered(t);
  await world.start("simon-projector", { SIMON_PROJECTOR_CLEANING_LOOK_MS: "100" });
  await clean(world, "the cleaning");
  assert.deepEqual(
    await addresses(world),
    { W1: "10001", W2: "10001", W3: "10002", W6: "20001" },
    "where nothing lives on they go with their customer, and nothing is moved by itself",
  );
  const left = await said(world, "CUSTOMER_ADDRESSES_LEFT");
  assert.deepEqual(
    left.map(({ recordId, params }) => [recordId, params["successors"], params["addresses"]]).sort(),
    [
      ["10001", "20001 De Linde B.V.", "Magazijn, Dorpsstraat 1, Ede, Kantoor"],
      ["10002", "30003 Smit en Zn", "Loods"],
    ],
  );

  const page = await anja.get("/tenants/bos/renumbered");
  assert.match(page.text, /10001 De Linde/);
  assert.match(page.text, /Magazijn, Dorpsstraat 1, Ede/);
  assert.match(page.text, /Zet over naar 20001 De Linde B\.V\./);
  assert.doesNotMatch(page.text, /10003|10004|40004/);
  const move = (from: string, to: string) => anja.post("/tenants/bos/renumbered", { from, to });
  for (const [from, to] of [
    ["10001", "30003"],
    ["20001", "10001"],
    ["10001", "40004"],
    ["10001", "nergens"],
  ] as const)
    assert.equal((await move(from, to)).location, "/tenants/bos/renumbered?moved=0", `${from} to ${to}`);
  assert.equal((await move("10001", "20001")).location, "/tenants/bos/renumbered?moved=2");
  assert.deepEqual(await addresses(world), { W1: "20001", W2: "20001", W3: "10002", W6: "20001" });
  assert.equal((await anja.get("/tenants/vos/renumbered")).status, 404);
  const { rows: acts } = await world.pool.query(
    "select details from integration.audit where act = 'WORK_ADDRESSES_MOVED'",
  );
  assert.deepEqual(acts, [{ details: { from: "10001", to: "20001", count: 2 } }]);
  const [moved] = await said(world, "CUSTOMER_ADDRESSES_MOVED");
  assert.deepEqual([moved?.recordId, moved?.closes], ["10001", ["CUSTOMER_ADDRESSES_LEFT"]]);

  await clean(world, "the next cleaning");
  const { rows } = await world.pool.query(
    "select customer_id as id, state from simon.customers where tenant_id = 'bos' and customer_id in ('10001', '10002') order by 1",
  );
  assert.deepEqual(rows, [
    { id: "10001", state: "removed" },
    { id: "10002", state: "gone" },
  ]);
  assert.equal(
    new Set((await said(world, "CUSTOMER_ADDRESSES_LEFT")).map(({ messageId }) => messageId)).size,
    2,
  );
});

test("O43: the error of a workorder names the new number; without a match it is as before", async (t) => {
  const { world } = await renumbered(t);
  await world.start("workorder-archived");
  for (const customerId of ["10001", "10002", "10003", "10004"])
    await world.send(
      "workorderArchived",
      `bos/${customerId}`,
      workorderArchived("bos", customerId, { customerId, workAddress: null, archivedAt: Date.now() }),
    );
  const errors = await until("all four", async () => {
    const all = [
      ...(await said(world, "WORKORDER_CUSTOMER_RENUMBERED")),
      ...(await said(world, "WORKORDER_CUSTOMER_GONE")),
    ];
    return all.length === 4 && all;
  });
  assert.deepEqual(
    errors.map(({ recordId, code, params }) => [recordId, code, params["successors"]]).sort(),
    [
      ["10001", "WORKORDER_CUSTOMER_RENUMBERED", "20001 De Linde B.V."],
      ["10002", "WORKORDER_CUSTOMER_RENUMBERED", "30003 Smit en Zn"],
      ["10003", "WORKORDER_CUSTOMER_GONE", undefined],
      ["10004", "WORKORDER_CUSTOMER_GONE", undefined],
    ],
  );
});
