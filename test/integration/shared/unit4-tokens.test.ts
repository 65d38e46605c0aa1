import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interception } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { Secret } from "../../../services/shared/unit4/tokens/secret.ts";
import {
  atData,
  atTokenEndpoint,
  BOS,
  createRig,
  isTokenCall,
  LINDE,
  oauthError,
  orderFor,
  PAGE,
} from "../../support/unit4-rig.ts";

test("O19: two processes renew one rotating token with one call, and keep the old one until the new one worked", async (t) => {
  const rig = await createRig(t, { rotateRefreshTokens: true });
  await rig.expireStored("linde");
  const before = await rig.connection("linde");
  rig.multivers.intercept = (request) => (isTokenCall(request) ? { delayMs: 800 } : { status: 500 });
  const [poller, writer] = [rig.client({ getTimeoutMs: 3_000 }), rig.client({ getTimeoutMs: 3_000 })];
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
  // The first two connections that store a renewed token end in the middle of it; a sequence knows of no rollback.
  await rig.pool.query(
    `create sequence integration.renewals_stored;
     create function integration.lose_connection() returns trigger security definer language plpgsql as $$
     begin
       if nextval('integration.renewals_stored') <= 2 then perform pg_terminate_backend(pg_backend_pid()); end if;
       return new;
     end $$;
     create trigger connection_lost before update of refresh_token on integration.connections
       for each row execute function integration.lose_connection()`,
  );
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  const { rows } = await rig.pool.query("select last_value::int as stored from integration.renewals_stored");
  assert.equal(rows[0].stored, 3);
  assert.equal((await rig.client().fetchCustomerPage(LINDE, PAGE)).kind, "ok");
  assert.equal(rig.tokenCalls(), 1);
});

test("F41: when the newest refresh token is refused the one before it is tried once", async (t) => {
  const rig = await createRig(t);
  await rig.expireStored("linde");
  rig.multivers.intercept = atData({ status: 500 });
  await rig.client({ getTimeoutMs: 3_000 }).fetchCustomerPage(LINDE, PAGE);
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
