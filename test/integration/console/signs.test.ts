import assert from "node:assert/strict";
import { test } from "node:test";
import { SIGNS } from "../../../services/console/access/refusals.ts";
import { program, startApi } from "../../support/api-program.ts";

const WRONG_KEY = `simon_${"w".repeat(43)}`;

test("each refusal that may be a sign of an intruder is an event and a count, without a secret or a name", async (t) => {
  const { world, site, key, ask } = await startApi(t, {
    LOG_LEVEL: "debug",
    CONSOLE_OIDC_CLIENT_SECRET: "console-test-secret",
    UNIT4_CLIENT_SECRET: "canary-unit4-client-secret",
  });
  const anja = await site.signIn("anja");
  const csrf = await anja.csrf();
  const cookie = anja.jar.cookie(site.url, "__Host-session") ?? "";
  const stranger = site.stranger();
  const forged = "forged-session-0123456789012345678901234567";
  stranger.jar.setCookie(site.url, "__Host-session", forged);

  await program(site, WRONG_KEY)("GET", "/api/tenants/bos/audit");
  await ask("GET", "/api/tenants/noord/audit");
  await world.pool.query("update integration.api_tokens set scopes = '{read}'");
  await ask("POST", "/api/tenants/bos/deactivate");
  await anja.get("/tenants/noord");
  await anja.get("/operator");
  await stranger.get("/tenants/bos?password=canary-in-address&code=canary-code");
  await anja.post("/tenants/bos/keys", { name: "kassa", csrf: "wrong" });
  await anja.post("/tenants/bos/keys", { name: "kassa" }, { origin: "https://evil.example" });
  for (let tries = 0; tries < 20; tries += 1) await program(site, WRONG_KEY)("GET", "/api/tenants/bos/audit");
  await anja.get("/sign-in/callback?code=canary-code&state=canary-state");
  // A fault of ours, whose text Postgres fills with a row.
  await world.pool.query(
    "alter table integration.audit add constraint never check (act <> 'KEY_MADE') not valid",
  );
  assert.equal((await anja.post("/tenants/bos/keys", { name: "kassa" })).status, 500);

  for (const sign of SIGNS)
    assert.ok((await site.service.metric("simon_console_refusals_total", { sign })) >= 1, sign);
  const events = site.service.lines
    .filter((line) => line.includes('"event":"request_refused"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(new Set(events.map(({ sign }) => sign)), new Set(SIGNS));
  const foreign = events.find(({ sign }) => sign === "foreign_tenant");
  assert.deepEqual(Object.keys(foreign ?? {}).sort(), [
    ...["event", "level", "method", "requestId", "route", "service", "sign", "source", "time", "userId"],
  ]);
  assert.equal(foreign?.["route"], "/api/tenants/:tenantId/audit");

  const log = site.service.lines.join("\n");
  assert.ok(log.includes("request_failed"));
  const { rows: people } = await world.pool.query("select email, name from integration.users");
  const { rows: unsealed } = await world.pool.query("select from integration.sessions where id_token <> ''");
  assert.equal(unsealed.length, 0);
  for (const secret of [
    ...[key, WRONG_KEY, cookie, forged, csrf, "console-test-secret", "canary-unit4-client-secret"],
    ...["canary-in-address", "canary-code", "canary-state"],
    ...people.flatMap(({ email, name }) => [email, name]),
  ])
    assert.ok(secret.length > 3 && !log.includes(secret), `the log shows ${secret}`);
});

test("a source that is refused again and again is counted each time, and fills no log", async (t) => {
  const { site } = await startApi(t);
  const key = program(site, WRONG_KEY);
  const stranger = site.stranger();
  for (let times = 0; times < 100; times += 1) {
    await key("GET", "/api/tenants/bos/audit");
    await stranger.get("/sign-in/callback?code=none&state=none");
  }
  const lines = (text: string) => site.service.lines.filter((line) => line.includes(text));
  const refusals = (sign: string) => site.service.metric("simon_console_refusals_total", { sign });
  assert.deepEqual([await refusals("wrong_key"), lines('"sign":"wrong_key"').length], [20, 10]);
  assert.equal(lines('"sign":"too_many_requests"').length, 10);
  const refused = await site.service.metric("simon_console_sign_ins_total", { result: "refused" });
  assert.equal(lines('"event":"signed_in"').length, Math.min(10, refused));
  assert.equal((await refusals("too_many_requests")) + refused + 20, 200, "each request is counted");
});
