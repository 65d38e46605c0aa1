import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Interception, SeenRequest } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import type { OrderRequested } from "../../../schemas/records.ts";
import { type Language, renderMessage } from "../../../services/shared/domain/message-catalogue.ts";
import { createPollerWorld } from "../../support/poller-world.ts";
import { orderRequested } from "../../support/records.ts";
import { until } from "../../support/until.ts";

const LINDE = { tenantId: "linde", database: "MVL00042" } as const;
const NAME = "Installatiebedrijf De Linde";
const NUMBER = "WB-2026-000176";
const THREE_HOURS_MS = 3 * 3_600_000;

/** A connected tenant, an order-writer and a log as processes, and a poller that takes its turns when the test says so. */
async function createWaiting(t: TestContext) {
  const { world, erp, turn } = await createPollerWorld(t, [
    { database: LINDE.database, portalUser: LINDE.tenantId, size: "small" },
  ]);
  await erp.connect(LINDE);
  await world.pool.query("update integration.tenants set name = $1", [NAME]);
  await turn(LINDE.tenantId);
  const administration = erp.multivers.administration(LINDE.database);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  const product = [...administration.products.values()].find(({ productId }) => productId === "ARBEID");
  assert.ok(customer !== undefined && product !== undefined);
  /** An order that has been waiting for three hours. */
  const send = async (workorderId: string, overrides: Partial<OrderRequested> = {}) =>
    world.send(
      "orderRequested",
      `${LINDE.tenantId}/${workorderId}`,
      orderRequested(LINDE.tenantId, workorderId, {
        customerId: customer.customerId,
        paymentConditionId: customer.paymentConditionId,
        vatScenarioId: customer.vatScenarioId,
        workorderNumber: NUMBER,
        reference: `${NUMBER} Ketel nagekeken`,
        archivedAt: Date.now() - THREE_HOURS_MS,
        lines: [{ kind: "article", articleId: product.productId, articleType: 0, quantity: "2", text: "" }],
        ...overrides,
      }),
    );
  await world.start("log-sink");
  const writer = await world.start("order-writer", erp.environment);

  const expireToken = () => world.pool.query("update integration.connections set expires_at = now()");
  const openMessages = async () => {
    const { rows } = await world.pool.query<{
      code: string;
      kind: string;
      record_name: string;
      params: Readonly<Record<string, string>>;
    }>(
      `select code, kind, record_name, params from log.messages
       where closed_at is null and kind <> 'info' order by code, record_name`,
    );
    return rows;
  };
  const waitingOrders = async () => {
    const { rows } = await world.pool.query<{ state: string; code: string; params: Record<string, string> }>(
      "select state, code, params from order_writer.orders order by workorder_id",
    );
    return rows;
  };
  return {
    world,
    erp,
    administration,
    turn: () => turn(LINDE.tenantId),
    send,
    expireToken,
    openMessages,
    /** Open messages once these are the ones, in the order of their codes. */
    openUntil: (codes: readonly string[]) =>
      until(`only ${codes.join(", ")} to be open`, async () => {
        const open = await openMessages();
        return open.map(({ code }) => code).join() === codes.join() ? open : null;
      }),
    waiting: waitingOrders,
    found: () => until("the trouble to be found", async () => (await waitingOrders())[0]?.code || null),
    /** Trouble makes the lane rest; time is not what is tested. */
    endRest: () => world.pool.query("update order_writer.lanes set not_before = now()"),
    written: () =>
      until("the order", async () => {
        await world.pool.query("update order_writer.lanes set not_before = now()");
        const { rows } = await world.pool.query("select from order_writer.orders where state = 'written'");
        return rows.length > 0;
      }),
    /** Both services anew: a process that Unit4 refused leaves the token endpoint alone for a minute. */
    restart: async () => {
      await writer.stop();
      await world.start("order-writer", erp.environment);
      await world.pool.query(
        "update unit4_poller.schedules set next_due_at = now(), lease_until = '-infinity'",
      );
      await world.start("unit4-poller", { ...erp.environment, UNIT4_POLLER_ADDRESS_BUDGET: "0" });
    },
    /** Makes a new connection, as a person does. */
    reconnect: async () => {
      const { rows } = await world.pool.query("select settings from integration.settings_versions limit 1");
      await erp.connect({ ...LINDE, settings: rows[0].settings });
      await world.pool.query("update integration.tenants set name = $1", [NAME]);
    },
  };
}

const isTokenCall = ({ path }: SeenRequest): boolean => path.toLowerCase() === "/oauth/token";
const isOrderPost = ({ method, path }: SeenRequest): boolean => method === "POST" && path.endsWith("/Order");
const atTokenEndpoint = (interception: Interception) => (request: SeenRequest) =>
  isTokenCall(request) ? interception : null;
const oauthError = (error: string): Interception => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error }),
});

/** Each text names the tenant and the waiting workorder, in both languages, and nothing is left out. */
function assertNames({ code, params }: { readonly code: string; readonly params: Record<string, string> }) {
  for (const language of ["nl", "en"] as const satisfies readonly Language[]) {
    const { text } = renderMessage(code, params, language);
    assert.ok(text.includes(NAME) && text.includes(NUMBER) && !text.includes("?"), text);
  }
}

const actionOf = (code: string): string => renderMessage(code, {}, "nl").action;

test("O60, O25: what was said of an order that waited ends when its workorder is archived anew without one", async (t) => {
  const waiting = await createWaiting(t);
  const { world, erp, administration } = waiting;
  await waiting.expireToken();
  erp.multivers.intercept = atTokenEndpoint({ status: 503 });
  await waiting.send("1");
  await waiting.openUntil(["ORDER_NOT_SENT"]);
  const noOrder = {
    reference: "",
    customerId: "",
    orderDate: "",
    lines: [],
    noOrderCode: "WORKORDER_FILTERED",
  };
  await waiting.send("1", { ...noOrder, sequence: 2 });
  await waiting.openUntil([]);
  assert.deepEqual(await world.records("orderSettled"), [], "whoever decided it told Simon");
  const { rows } = await world.pool.query(
    "select params ->> 'number' as number from log.messages where code = 'ORDER_TAKEN_BACK'",
  );
  assert.deepEqual(rows, [{ number: NUMBER }]);
  assert.equal(administration.orders.length, 0);
});

test("O25a: an order that waits for a new consent says so with who does what, makes no calls, and goes once after it", async (t) => {
  const waiting = await createWaiting(t);
  const { world, erp, administration } = waiting;
  await waiting.expireToken();
  erp.multivers.intercept = atTokenEndpoint({ status: 503 });
  await waiting.send("1");
  await waiting.openUntil(["ORDER_NOT_SENT"]);
  erp.multivers.tokens.revoke(LINDE.tenantId);
  erp.multivers.intercept = null;
  await waiting.openUntil(["ORDER_NEEDS_CONNECTION"]);
  await waiting.turn();
  const open = await waiting.openUntil(["CONNECTION_REVOKED", "ORDER_NEEDS_CONNECTION"]);
  assert.deepEqual(
    open.map(({ kind }) => kind),
    ["error", "error"],
  );
  const [order] = await waiting.waiting();
  assert.ok(order !== undefined);
  assert.deepEqual([order.state, order.code], ["waiting", "ORDER_NEEDS_CONNECTION"]);
  assertNames(order);
  assert.match(actionOf("ORDER_NEEDS_CONNECTION"), /mag inloggen.*Koppel.*vanzelf mee/);
  assert.match(actionOf("CONNECTION_REVOKED"), /Koppel opnieuw/);

  const calls = erp.multivers.requests.length;
  await waiting.endRest();
  await waiting.send("2", { workorderNumber: "WB-2026-000177", reference: "WB-2026-000177" });
  await until("the next order to be told too", async () => (await waiting.waiting())[1]?.code === order.code);
  assert.equal(erp.multivers.requests.length, calls, "nobody calls Unit4 until somebody has connected");
  const told = await waiting.openUntil([
    "CONNECTION_REVOKED",
    "ORDER_NEEDS_CONNECTION",
    "ORDER_NEEDS_CONNECTION",
  ]);
  assert.deepEqual(told.map(({ record_name }) => record_name).slice(1), [NUMBER, "WB-2026-000177"]);

  await waiting.reconnect();
  await waiting.endRest();
  await until("both orders", () => administration.orders.length >= 2);
  await waiting.turn();
  await waiting.openUntil([]);
  assert.equal(administration.orders.length, 2);
  assert.equal(erp.multivers.requests.filter(isOrderPost).length, 2);
  const { rows } = await world.pool.query("select from log.messages where code = 'ORDER_WRITTEN'");
  assert.equal(rows.length, 2);
});

const PASSING: readonly (readonly [string, string, Interception, string])[] = [
  ["O25b", "a token endpoint that answers 503", { status: 503, body: "<html>" }, "UNIT4_UNAVAILABLE"],
  ["O25c", "a token endpoint that hangs up", { destroy: true }, "UNIT4_UNAVAILABLE"],
];

for (const [id, what, interception, connectionCode] of PASSING)
  test(`${id}: ${what} ends no connection: the order waits with a warning, nobody has to do anything, and it goes once after it`, async (t) => {
    const waiting = await createWaiting(t);
    const { world, erp, administration } = waiting;
    await waiting.expireToken();
    erp.multivers.intercept = atTokenEndpoint(interception);
    await waiting.send("1");
    await waiting.found();
    await waiting.turn();
    await waiting.turn();
    const open = await waiting.openUntil(["ORDER_NOT_SENT", connectionCode]);
    assert.deepEqual(
      open.map(({ kind }) => kind),
      ["warning", "warning"],
    );
    const [order] = await waiting.waiting();
    assert.ok(order !== undefined);
    assert.deepEqual([order.state, order.code], ["waiting", "ORDER_NOT_SENT"]);
    assertNames(order);
    for (const { code } of open) assert.match(actionOf(code), /^U hoeft niets te doen/);
    const { rows } = await world.pool.query("select state from integration.connections");
    assert.deepEqual(rows, [{ state: "connected" }]);

    erp.multivers.intercept = null;
    await waiting.written();
    await waiting.turn();
    await waiting.openUntil([]);
    assert.equal(administration.orders.length, 1);
    assert.equal(erp.multivers.requests.filter(isOrderPost).length, 1);
  });

test("O25d: when Unit4 refuses us as a vendor the office is told that it is not its fault, and the order goes once after it", async (t) => {
  const waiting = await createWaiting(t);
  const { world, erp, administration } = waiting;
  await waiting.expireToken();
  erp.multivers.intercept = atTokenEndpoint(oauthError("invalid_client"));
  await waiting.send("1");
  await waiting.found();
  await waiting.turn();
  const open = await waiting.openUntil(["CONNECTION_CLIENT_REFUSED", "ORDER_CLIENT_REFUSED"]);
  assert.deepEqual(
    open.map(({ kind }) => kind),
    ["warning", "warning"],
    "no error: the office has nothing to do",
  );
  const [order] = await waiting.waiting();
  assert.ok(order !== undefined);
  assertNames(order);
  for (const { code } of open) assert.match(actionOf(code), /^U hoeft niets te doen/);
  const { rows } = await world.pool.query("select state from integration.connections");
  assert.deepEqual(rows, [{ state: "connected" }]);

  erp.multivers.intercept = null;
  await waiting.restart();
  await waiting.written();
  await waiting.openUntil([]);
  assert.equal(administration.orders.length, 1);
});
