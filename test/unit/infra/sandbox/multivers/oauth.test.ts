import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BOS, LINDE, linde, type Started, startMultivers } from "./start.ts";

const CALLBACK = "https://simon.example/koppel";
const LOGIN = {
  portalUser: "linde",
  portalPassword: "demo",
  multiversUser: "SYSTEEM",
  multiversPassword: "",
};

test("A3: the four right values on the login page lead back with a code that gives tokens once", async (t) => {
  const started = await startMultivers(t);
  const back = await logIn(started, LOGIN);
  assert.equal(back.searchParams.get("state"), "abc");
  const code = back.searchParams.get("code") ?? "";

  const grant = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
  const tokens = await started.token(grant);
  assert.equal(tokens.status, 200);
  assert.equal(tokens.json.expires_in, 3600);
  const headers = { authorization: `Bearer ${tokens.json.access_token}` };
  assert.equal((await started.call(linde("CustomerNVL"), { headers })).status, 200);

  assert.deepEqual((await started.token(grant)).json, { error: "invalid_grant" });
});

test("A3: any wrong value shows the form again with an error and gives no code", async (t) => {
  const started = await startMultivers(t);
  for (const name of Object.keys(LOGIN)) {
    const reply = await started.call(authorizePath(), {
      method: "POST",
      body: new URLSearchParams({ ...LOGIN, [name]: "fout" }),
    });
    assert.equal(reply.status, 200, name);
    assert.match(reply.text, /role="alert"/, name);
  }
});

test("A3: cancelling leads back with access_denied", async (t) => {
  const started = await startMultivers(t);
  const back = await logIn(started, { cancel: "1" });
  assert.equal(back.searchParams.get("error"), "access_denied");
});

test("sandbox: a return address that is not registered is never redirected to", async (t) => {
  const started = await startMultivers(t, { redirectUris: ["https://other.example/"] });
  const reply = await started.call(authorizePath(), { method: "POST", body: new URLSearchParams(LOGIN) });
  assert.equal(reply.status, 400);
  assert.equal(reply.headers.get("location"), null);
});

test("sandbox: a code is worth nothing for another return address", async (t) => {
  const started = await startMultivers(t);
  const code = (await logIn(started, LOGIN)).searchParams.get("code") ?? "";
  const reply = await started.token({
    grant_type: "authorization_code",
    code,
    redirect_uri: `${CALLBACK}/x`,
  });
  assert.deepEqual([reply.status, reply.json], [400, { error: "invalid_grant" }]);
});

test("O25: the token endpoint tells a wrong client, a wrong grant and a dead token apart", async (t) => {
  const { token } = await startMultivers(t);
  const refresh = { grant_type: "refresh_token", refresh_token: "onbekend" };
  assert.deepEqual((await token({ ...refresh, client_secret: "fout" })).json, { error: "invalid_client" });
  assert.deepEqual((await token({ grant_type: "password" })).json, { error: "unsupported_grant_type" });
  assert.deepEqual((await token({ grant_type: "refresh_token" })).json, { error: "invalid_request" });
  assert.deepEqual((await token(refresh)).json, { error: "invalid_grant" });
});

test("O19: the old refresh token goes on working, unless rotation is on", async (t) => {
  for (const rotateRefreshTokens of [false, true]) {
    const { multivers, token } = await startMultivers(t, { rotateRefreshTokens });
    const first = multivers.tokens.issueTokens("linde").refresh_token;
    const second = await token({ grant_type: "refresh_token", refresh_token: first });
    assert.equal(second.status, 200);
    assert.notEqual(second.json.refresh_token, first);
    const again = await token({ grant_type: "refresh_token", refresh_token: first });
    assert.equal(again.status, rotateRefreshTokens ? 400 : 200);
  }
});

test("sandbox: without, with an unknown and with an expired token the answer is 401", async (t) => {
  let nowMs = Date.UTC(2026, 10, 25);
  const { multivers, call } = await startMultivers(t, { accessTokenSeconds: 60, now: () => new Date(nowMs) });
  const authorization = `Bearer ${multivers.tokens.issueTokens("linde").access_token}`;
  const status = async (value: string) =>
    (await call(linde("CustomerNVL"), { headers: { authorization: value } })).status;
  assert.equal(await status("Basic eA=="), 401);
  assert.equal(await status("Bearer onzin"), 401);
  nowMs += 59_999;
  assert.equal(await status(authorization), 200);
  nowMs += 1;
  assert.equal(await status(authorization), 401);
});

test("O23: a token opens the administrations of its own portal user only", async (t) => {
  const { call, multivers } = await startMultivers(t);
  assert.equal((await call(`api/${BOS}/CustomerInfoList`)).status, 403);
  assert.equal((await call(`api/${BOS}/CustomerInfoList`, { as: "bos" })).status, 200);
  assert.equal((await call("api/MVL99999/CustomerInfoList")).status, 404);
  assert.deepEqual((await call("api/AdministrationNVL")).json, [{ name: LINDE, value: "De Linde" }]);
  assert.deepEqual(
    multivers.requests.map(({ database, owner, status }) => [database, owner, status]),
    [
      [BOS, "linde", 403],
      [BOS, "bos", 200],
      [null, "linde", 404],
      [null, "linde", 200],
    ],
  );
});

test("sandbox: tokens outlive a restart, revoked and used ones stay dead", async (t) => {
  const dataDir = await temporaryFolder(t);
  const before = await startMultivers(t, { dataDir });
  const linde = before.multivers.tokens.issueTokens("linde");
  const bos = before.multivers.tokens.issueTokens("bos");
  before.multivers.tokens.revoke("bos");
  await before.multivers.close();

  const { multivers } = await startMultivers(t, { dataDir });
  assert.deepEqual(multivers.tokens.ownerOf(linde.access_token), { kind: "valid", portalUser: "linde" });
  assert.equal(multivers.tokens.ownerOf(bos.access_token).kind, "unknown");
  assert.notEqual(multivers.tokens.refresh(linde.refresh_token), null);
  assert.equal(multivers.tokens.refresh(bos.refresh_token), null);
});

function authorizePath(): string {
  const query = {
    client_id: "client",
    redirect_uri: CALLBACK,
    scope: "x",
    response_type: "code",
    state: "abc",
  };
  return `OAuth/Authorize?${new URLSearchParams(query)}`;
}

async function logIn({ call }: Started, form: Readonly<Record<string, string>>): Promise<URL> {
  const reply = await call(authorizePath(), { method: "POST", body: new URLSearchParams(form) });
  assert.equal(reply.status, 302);
  const location = reply.headers.get("location") ?? "";
  assert.ok(location.startsWith(`${CALLBACK}?`));
  return new URL(location);
}

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "multivers-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
