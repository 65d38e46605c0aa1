import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import {
  createMultivers,
  type Multivers,
  type MultiversOptions,
} from "../../infra/sandbox/multivers/multivers.ts";
import type { Interception, SeenRequest } from "../../infra/sandbox/multivers/request/seen-request.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { createTelemetry } from "../../services/shared/telemetry.ts";
import { createUnit4, type Unit4, type Unit4Limits } from "../../services/shared/unit4/client.ts";
import type { Unit4Tenant } from "../../services/shared/unit4/http/errors.ts";
import { Secret } from "../../services/shared/unit4/tokens/secret.ts";
import { createRegistryDatabase } from "../support/registry-database.ts";
import { until } from "../support/until.ts";

const CLIENT = { clientId: "simon-test", clientSecret: "simon-test-secret" };
const LINDE: Unit4Tenant = { tenantId: "linde", administration: "MVL00042" };
const BOS: Unit4Tenant = { tenantId: "bos", administration: "MVL00077" };
const PAGE = { skip: 0, top: 5 };

type Rig = {
  readonly multivers: Multivers;
  readonly pool: Pool;
  /** Another process: a client with a pool of its own. */
  client(limits?: Partial<Unit4Limits>): Unit4;
  /** Makes the stored access token count as expired. */
  expireStored(tenantId: string): Promise<void>;
  connection(
    tenantId: string,
  ): Promise<{ state: string; previous_refresh_token: Buffer | null; access_token: Buffer }>;
  tokenCalls(): number;
  callsTo(administration: string): readonly SeenRequest[];
};

/** Two connected tenants, MVL00042 of linde and MVL00077 of bos, and a Unit4 that answers as `options` say. */
async function createRig(t: TestContext, options: Partial<MultiversOptions> = {}): Promise<Rig> {
  const database = await createRegistryDatabase(t);
  const multivers = createMultivers({
    ...CLIENT,
    dataDir: null,
    administrations: [LINDE, BOS].map(({ tenantId, administration }) => ({
      database: administration,
      name: tenantId,
      portalUser: tenantId,
      portalPassword: "demo",
      size: 20,
    })),
    ...options,
  });
  const baseUrl = `${await multivers.listen(0)}/V22`;
  const tokenKeys = `test:${randomBytes(32).toString("base64")}`;
  const clients: Unit4[] = [];
  t.after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await multivers.close();
  });
  const client = (limits: Partial<Unit4Limits> = {}): Unit4 => {
    const made = createUnit4({
      ...CLIENT,
      baseUrl,
      tokenKeys,
      pool: database.pool(),
      telemetry: createTelemetry("test", "error"),
      now: Date.now,
      random: Math.random,
      limits,
    });
    clients.push(made);
    return made;
  };
  const pool = database.pool();
  const first = client();
  for (const { tenantId } of [LINDE, BOS]) {
    await database.addTenant(tenantId);
    const issued = multivers.tokens.issueTokens(tenantId);
    const tokens = {
      accessToken: new Secret(issued.access_token),
      refreshToken: new Secret(issued.refresh_token),
      expiresInMs: 3_600_000,
    };
    await first.storeConnection(pool, { tenantId, tokens, by: "test" });
  }
  return {
    multivers,
    pool,
    client,
    expireStored: async (tenantId) => {
      await pool.query("update integration.connections set expires_at = now() where tenant_id = $1", [
        tenantId,
      ]);
    },
    connection: async (tenantId) => {
      const { rows } = await pool.query("select * from integration.connections where tenant_id = $1", [
        tenantId,
      ]);
      return rows[0];
    },
    tokenCalls: () => multivers.requests.filter(isTokenCall).length,
    callsTo: (administration) => multivers.requests.filter(({ database: seen }) => seen === administration),
  };
}

const isTokenCall = ({ path }: SeenRequest): boolean => path.toLowerCase() === "/oauth/token";

/** Lets the token endpoint answer so, and everything else as always. */
const atTokenEndpoint = (interception: Interception) => (request: SeenRequest) =>
  isTokenCall(request) ? interception : null;

const atData = (interception: Interception) => (request: SeenRequest) =>
  isTokenCall(request) ? null : interception;

const oauthError = (error: string): Interception => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error }),
});

function orderFor(multivers: Multivers): object {
  const administration = multivers.administration(LINDE.administration);
  const customer = [...administration.customers.values()].find(
    ({ customerStateId }) => customerStateId === "A",
  );
  return {
    orderType: 0,
    customerId: customer?.customerId,
    orderDate: "01-04-2026",
    reference: "WB-2026-000173",
    paymentConditionId: customer?.paymentConditionId,
    orderLines: [{ orderLineType: 3, description: "Ketel nagekeken", deliveryDate: "01-04-2026" }],
  };
}

test("O19: two processes renew one rotating token with one call, and keep the old one until the new one worked", async (t) => {
  const rig = await createRig(t, { rotateRefreshTokens: true });
  await rig.expireStored("linde");
  const before = await rig.connection("linde");
  rig.multivers.intercept = (request) => (isTokenCall(request) ? { delayMs: 800 } : { status: 500 });
  const [poller, writer] = [rig.client({ getTimeoutMs: 1 }), rig.client({ getTimeoutMs: 1 })];
  await Promise.all([poller.fetchCustomerPage(LINDE, PAGE), writer.fetchArticlePage(LINDE, PAGE)]);
  assert.equal(rig.tokenCalls(), 1);
  const renewed = await rig.connection("linde");
  assert.notDeepEqual(renewed.access_token, before.access_token);
  assert.notEqual(renewed.previous_refresh_token, null);

  rig.multivers.intercept = null;
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal((await rig.connection("linde")).previous_refresh_token, null);
  assert.equal(rig.tokenCalls(), 1);
});

for (const rotateRefreshTokens of [true, false])
  test(`F40: eight processes renew an expired token once (rotating: ${rotateRefreshTokens})`, async (t) => {
    const rig = await createRig(t, { rotateRefreshTokens });
    rig.multivers.tokens.expireAccess("linde");
    await rig.expireStored("linde");
    rig.multivers.intercept = (request) => (isTokenCall(request) ? { delayMs: 300 } : null);
    const clients = Array.from({ length: 8 }, () => rig.client());
    const outcomes = await Promise.all(clients.map((client) => client.fetchCustomerPage(LINDE, PAGE)));
    assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["ok"]));
    assert.equal(rig.tokenCalls(), 1);
    assert.equal((await rig.connection("linde")).state, "connected");
  });

test("O19: a token that was granted while the database connection was lost is kept all the same", async (t) => {
  const rig = await createRig(t, { rotateRefreshTokens: true });
  await rig.expireStored("linde");
  rig.multivers.intercept = (request) => (isTokenCall(request) ? { delayMs: 500 } : null);
  const call = rig.client().fetchCustomerPage(LINDE, PAGE);
  await until("the renewal to hold the row", async () => {
    const { rowCount } = await rig.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and state = 'idle in transaction' and query like '%for no key update%'`,
    );
    return rowCount === 1;
  });
  assert.equal((await call).kind, "ok");
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(rig.tokenCalls(), 1);
});

test("F41: when the newest refresh token is refused the one before it is tried once", async (t) => {
  const rig = await createRig(t);
  await rig.expireStored("linde");
  rig.multivers.intercept = atData({ status: 500 });
  await rig.client({ getTimeoutMs: 1 }).fetchCustomerPage(LINDE, PAGE);
  await rig.expireStored("linde");
  const asked = rig.tokenCalls();
  rig.multivers.intercept = (request) =>
    isTokenCall(request) && rig.tokenCalls() === asked + 1 ? oauthError("invalid_grant") : null;
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(rig.tokenCalls(), asked + 2);
  assert.equal((await rig.connection("linde")).state, "connected");
});

test("O25a: a connection that Unit4 ended makes no more calls, for anybody, until it is connected again", async (t) => {
  const rig = await createRig(t);
  rig.multivers.tokens.revoke("linde");
  const unit4 = rig.client();
  assert.deepEqual(await unit4.fetchCustomerPage(LINDE, PAGE), { kind: "revoked" });
  assert.equal((await rig.connection("linde")).state, "revoked");
  const calls = rig.multivers.requests.length;
  assert.deepEqual(await rig.client().postOrder(LINDE, orderFor(rig.multivers)), { kind: "revoked" });
  assert.equal(rig.multivers.requests.length, calls);
  assert.equal((await unit4.fetchCustomerPage(BOS, PAGE)).kind, "ok");

  const issued = rig.multivers.tokens.issueTokens("linde");
  const tokens = {
    accessToken: new Secret(issued.access_token),
    refreshToken: new Secret(issued.refresh_token),
    expiresInMs: 3_600_000,
  };
  await unit4.storeConnection(rig.pool, { tenantId: "linde", tokens, by: "test" });
  assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("O25b, O25c: a token endpoint in trouble ends no connection, and a token that is still valid goes on", async (t) => {
  const rig = await createRig(t);
  const troubles: readonly Interception[] = [
    { status: 503, body: "<html>" },
    { destroy: true },
    { body: "<html>" },
  ];
  for (const trouble of troubles) {
    const { pool } = rig;
    rig.multivers.intercept = atTokenEndpoint(trouble);
    await pool.query("update integration.connections set expires_at = now() + interval '1 minute'");
    assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
    await rig.expireStored("linde");
    const unit4 = rig.client();
    assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "unavailable");
    assert.equal((await unit4.postOrder(LINDE, orderFor(rig.multivers))).kind, "not-sent");
    assert.equal((await rig.connection("linde")).state, "connected");
  }
  rig.multivers.intercept = null;
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("O25d: a refused client is an operator's matter: no connection is touched, and it heals by itself", async (t) => {
  const rig = await createRig(t);
  await rig.expireStored("linde");
  rig.multivers.intercept = atTokenEndpoint(oauthError("invalid_client"));
  assert.deepEqual(await rig.client().fetchCustomerPage(LINDE, PAGE), { kind: "client-refused" });
  assert.equal((await rig.connection("linde")).state, "connected");
  rig.multivers.intercept = null;
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("F40: a token that expires mid run costs one renewal and one repeat, for an order too", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.tokens.expireAccess("linde");
  assert.equal((await unit4.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  rig.multivers.tokens.expireAccess("linde");
  assert.equal((await unit4.postOrder(LINDE, orderFor(rig.multivers))).kind, "written");
  assert.equal(rig.multivers.administration(LINDE.administration).orders.length, 1);
  assert.equal(rig.tokenCalls(), 2);
});

test("F42: 401 for a fresh token and 403 say that the login has no rights, and end there", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  assert.deepEqual(await unit4.fetchCustomerPage({ ...LINDE, administration: "MVL00077" }, PAGE), {
    kind: "forbidden",
    status: 403,
  });
  rig.multivers.intercept = atData({ status: 401 });
  assert.deepEqual(await unit4.fetchCustomerPage(LINDE, PAGE), { kind: "forbidden", status: 401 });
  assert.equal(rig.tokenCalls(), 1);
  assert.equal((await rig.connection("linde")).state, "connected");
});

test("O23: every call to an administration carries its own tenant's token", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  await Promise.all([rig.expireStored("linde"), rig.expireStored("bos")]);
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, index) => unit4.fetchCustomerPage(index % 2 === 0 ? LINDE : BOS, PAGE)),
  );
  assert.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(["ok"]));
  assert.deepEqual(new Set(rig.callsTo("MVL00042").map(({ owner }) => owner)), new Set(["linde"]));
  assert.deepEqual(new Set(rig.callsTo("MVL00077").map(({ owner }) => owner)), new Set(["bos"]));
});

test("O23: a token that was moved to another tenant's row is not used", async (t) => {
  const rig = await createRig(t);
  await rig.pool.query(
    `update integration.connections set access_token =
       (select access_token from integration.connections where tenant_id = 'linde') where tenant_id = 'bos'`,
  );
  const calls = rig.multivers.requests.length;
  assert.deepEqual(await rig.client().fetchCustomerPage(BOS, PAGE), {
    kind: "unavailable",
    reason: "TOKEN_UNREADABLE",
  });
  assert.equal(rig.multivers.requests.length, calls);
});

test("O18: after a 429 no process calls for that tenant until it may, and the others go on", async (t) => {
  const rig = await createRig(t);
  const [poller, writer] = [rig.client(), rig.client()];
  const begin = Date.now();
  rig.multivers.intercept = atData({ status: 429, headers: { "retry-after": "120" } });
  const refused = await poller.fetchCustomerPage(LINDE, PAGE);
  assert.ok(refused.kind === "parked" && refused.until >= begin + 120_000);
  rig.multivers.intercept = null;

  const calls = rig.callsTo("MVL00042").length;
  assert.equal((await poller.fetchArticlePage(LINDE, PAGE)).kind, "parked");
  const posted = await writer.postOrder(LINDE, orderFor(rig.multivers));
  assert.ok(posted.kind === "parked" && Math.abs(posted.until - refused.until) < 2_000);
  assert.equal(rig.callsTo("MVL00042").length, calls);
  assert.equal((await writer.fetchCustomerPage(BOS, PAGE)).kind, "ok");

  await rig.pool.query("update integration.connections set parked_until = now()");
  assert.equal((await writer.fetchCustomerPage(LINDE, PAGE)).kind, "ok");
});

test("O18: a rest of many years is honoured, also by ten calls at once", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.intercept = atData({
    status: 429,
    headers: { "retry-after": "Wed, 01 Jan 2098 00:00:00 GMT" },
  });
  await unit4.fetchCustomerPage(LINDE, PAGE);
  const calls = rig.callsTo("MVL00042").length;
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => unit4.fetchArticlePage(LINDE, PAGE)));
  assert.ok(outcomes.every((outcome) => outcome.kind === "parked" && outcome.until >= Date.UTC(2098, 0, 1)));
  assert.equal(rig.callsTo("MVL00042").length, calls);
});

test("O01: an order whose answer is lost after it was stored is unknown, never sent again, and can be found", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  const order = orderFor(rig.multivers) as { readonly customerId: string };
  const losses: readonly Interception[] = [
    { destroy: true },
    { status: 504, body: "<html>" },
    { status: 500 },
  ];
  for (const loss of losses) {
    rig.multivers.intercept = atData({ ...loss, commitFirst: true });
    assert.equal((await unit4.postOrder(LINDE, order)).kind, "unknown");
  }
  rig.multivers.intercept = null;
  const { orders } = rig.multivers.administration(LINDE.administration);
  assert.equal(orders.length, losses.length);
  const found = await unit4.findOrdersOfCustomer(LINDE, order.customerId);
  assert.ok(found.kind === "ok");
  assert.deepEqual(new Set(found.value.map(({ reference }) => reference)), new Set(["WB-2026-000173"]));
  assert.equal(found.value.length, losses.length);
});

test("F04: an order whose deadline is near is not sent", async (t) => {
  const rig = await createRig(t);
  const outcome = await rig
    .client()
    .postOrder(LINDE, orderFor(rig.multivers), { deadlineMs: Date.now() + 500 });
  assert.deepEqual(outcome, { kind: "not-sent", reason: "DEADLINE_PASSED" });
  assert.equal(rig.callsTo("MVL00042").length, 0);
});

test("F37: a GET is tried three times at most, a POST once", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  rig.multivers.intercept = atData({ status: 503 });
  assert.deepEqual(await unit4.fetchCustomerPage(LINDE, PAGE), { kind: "unavailable", reason: "HTTP_503" });
  assert.equal(rig.callsTo("MVL00042").length, 3);
  assert.equal((await unit4.postOrder(LINDE, orderFor(rig.multivers))).kind, "unknown");
  assert.equal(rig.callsTo("MVL00042").length, 4);
});

test("O05, M13: a single row is found by its exact code, and absent only when Unit4 says so twice", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  const administration = rig.multivers.administration(LINDE.administration);
  administration.putProduct({ productId: "KB16/2-BR", description: "Koppeling" });
  const found = await unit4.findArticle(LINDE, "KB16/2-BR");
  assert.equal(found.kind === "ok" ? found.value?.productId : found.kind, "KB16/2-BR");
  assert.deepEqual(await unit4.findArticle(LINDE, "kb16/2-br"), { kind: "ok", value: null });
  assert.deepEqual(await unit4.findCustomer(LINDE, "99999999"), { kind: "ok", value: null });

  rig.multivers.intercept = ({ path }) => (path.includes("Info/") ? { status: 404, body: "<html>" } : null);
  const listed = await unit4.findArticle(LINDE, "KB16/2-BR");
  assert.equal(listed.kind === "ok" ? listed.value?.productId : listed.kind, "KB16/2-BR");
  rig.multivers.intercept = atData({ status: 404, body: "<html>" });
  assert.equal((await unit4.findArticle(LINDE, "KB16/2-BR")).kind, "not-found");
});

test("A3, A4: a login on Unit4's own page gives a connection and the administrations it may use", async (t) => {
  const rig = await createRig(t);
  const unit4 = rig.client();
  const redirectUri = "http://127.0.0.1:9/unit4/callback";
  const page = await fetch(unit4.authorizeUrl({ redirectUri, state: "s-1" }), {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({
      portalUser: "bos",
      portalPassword: "demo",
      multiversUser: "SYSTEEM",
      multiversPassword: "",
    }),
  });
  const back = new URL(page.headers.get("location") ?? "http://none/");
  assert.equal(back.searchParams.get("state"), "s-1");
  const code = back.searchParams.get("code") ?? "";
  const outcome = await unit4.exchangeCode({ code, redirectUri });
  assert.ok(outcome.kind === "ok");
  assert.ok(!JSON.stringify(outcome).includes(outcome.tokens.accessToken.reveal()));
  assert.deepEqual(await unit4.exchangeCode({ code, redirectUri }), { kind: "code-refused" });

  await unit4.storeConnection(rig.pool, { tenantId: "bos", tokens: outcome.tokens, by: "an" });
  assert.deepEqual(await unit4.listAdministrations("bos"), {
    kind: "ok",
    value: [{ name: "MVL00077", value: "bos" }],
  });
});
