import assert from "node:assert/strict";
import { test } from "node:test";
import { createConsoleWorld } from "../../support/console-world.ts";
import { createCookieJar, signInByHttp } from "../../support/identity.ts";
import { createWorld } from "../../support/world.ts";

const SESSION = "__Host-session";

test("a person of a tenant signs in, is remembered, and signs out everywhere", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  assert.equal((await anja.get("/")).location, "/tenants/bos");
  const { rows } = await world.pool.query("select tenant_id, role, name, managed_by from integration.users");
  assert.deepEqual(rows, [{ tenant_id: "bos", role: "user", name: "Anja Bos", managed_by: "provider" }]);

  const out = await anja.post("/sign-out");
  assert.equal(out.status, 303);
  assert.match(out.location ?? "", /\/session\/end\?.*id_token_hint=/);
  assert.equal((await anja.get("/")).location, "/sign-in");
  assert.equal((await world.pool.query("select from integration.sessions")).rowCount, 0);
});

test("the cookie is of this host alone, out of reach of scripts, and its value is stored nowhere", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const jar = createCookieJar();
  let line = "";
  const watching = {
    ...jar,
    fetch: async (url: string, options?: RequestInit) => {
      const answer = await jar.fetch(url, options);
      line = answer.headers.getSetCookie().find((one) => one.startsWith(`${SESSION}=`)) ?? line;
      return answer;
    },
  };
  await signInByHttp(watching, site.url, "anja");
  for (const attribute of [/; Path=\//, /; HttpOnly/, /; Secure/, /; SameSite=Lax/])
    assert.match(line, attribute);
  assert.doesNotMatch(line, /Domain=|Expires=|Max-Age=/);
  const value = jar.cookie(site.url, SESSION) ?? "";
  const { rows } = await world.pool.query("select s::text as row from integration.sessions s");
  assert.ok(!rows[0].row.includes(value) && !rows[0].row.includes(Buffer.from(value).toString("hex")));
});

test("signing in gives a new session, so that one that somebody planted is worth nothing", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const mallory = await site.signIn("noor");
  const planted = mallory.jar.cookie(site.url, SESSION) ?? "";
  const jar = createCookieJar();
  jar.setCookie(site.url, SESSION, planted);
  await signInByHttp(jar, site.url, "anja");
  assert.notEqual(jar.cookie(site.url, SESSION), planted);
  const made = createCookieJar();
  made.setCookie(site.url, SESSION, "chosen-by-somebody-else-and-long-enough-to-be-one");
  await signInByHttp(made, site.url, "anja");
  assert.notEqual(made.cookie(site.url, SESSION), "chosen-by-somebody-else-and-long-enough-to-be-one");
});

test("an answer of the provider works once, in the browser that asked, with its own state", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const jar = createCookieJar();
  let answerUrl = "";
  const watching = {
    ...jar,
    fetch: (url: string, options?: RequestInit) => {
      if (url.includes("/sign-in/callback")) answerUrl = url;
      return jar.fetch(url, options);
    },
  };
  await signInByHttp(watching, site.url, "anja");
  assert.match(answerUrl, /code=/);
  const replays = {
    "the same again": jar,
    "another browser": createCookieJar(),
  };
  for (const [what, other] of Object.entries(replays)) {
    const answer = await other.fetch(answerUrl);
    assert.equal(answer.status, 400, what);
    assert.match(await answer.text(), /Begin opnieuw met inloggen/);
  }
  const forged = createCookieJar();
  await forged.fetch(`${site.url}/sign-in/start`);
  const answer = await forged.fetch(`${site.url}/sign-in/callback?code=abc&state=forged&iss=x`);
  assert.equal(answer.status, 400);
  assert.equal(forged.cookie(site.url, SESSION), null);
});

test("whoever keeps trying to sign in is slowed down", async (t) => {
  const site = await createConsoleWorld(t, await createWorld(t));
  const stranger = site.stranger();
  const statuses = new Set<number>();
  for (let tries = 0; tries < 40; tries += 1)
    statuses.add((await stranger.get("/sign-in/callback?code=guess&state=guess")).status);
  assert.deepEqual([...statuses].sort(), [400, 429]);
});

test("a session ends when nobody uses it, when it is old, and when its person is blocked", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const ends = [
    "update integration.sessions set last_seen_at = now() - interval '61 minutes'",
    "update integration.sessions set created_at = now() - interval '12 hours 1 minute'",
    "update integration.users set blocked_at = now()",
  ];
  for (const end of ends) {
    const anja = await site.signIn("anja");
    assert.equal((await anja.get("/tenants/bos/keys")).status, 200);
    await world.pool.query(end);
    assert.match((await anja.get("/tenants/bos/keys")).location ?? "", /^\/sign-in\?return=/, end);
  }
  await assert.rejects(site.signIn("anja"), /403/, "a blocked person does not get in again");
});

test("after signing in people are where they wanted to be, and never at another site", async (t) => {
  const site = await createConsoleWorld(t, await createWorld(t));
  const asked = await site.stranger().get("/tenants/bos/keys");
  assert.equal(asked.location, "/sign-in?return=%2Ftenants%2Fbos%2Fkeys");
  const anja = await site.signIn("anja");
  assert.equal((await anja.get("/sign-in?return=%2Ftenants%2Fbos%2Fkeys")).location, "/tenants/bos/keys");
  for (const foreign of ["//evil.example", "https://evil.example", "/\\evil.example"])
    assert.equal((await anja.get(`/sign-in?return=${encodeURIComponent(foreign)}`)).location, "/");
});

test("a person invited by address gets in once the provider has verified that address", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('acme', 'Acme')");
  await world.pool.query(
    `insert into integration.users (email, name, role, tenant_id, managed_by)
     values ('ANJA@bos.example', 'x', 'user', 'acme', 'operator')`,
  );
  const site = await createConsoleWorld(t, world, {
    environment: { CONSOLE_OIDC_TENANT_CLAIM: "", CONSOLE_OIDC_ROLE_CLAIM: "" },
  });
  assert.equal((await (await site.signIn("anja")).get("/")).location, "/tenants/acme");
  await assert.rejects(site.signIn("linda"), /403/, "nobody invited Linda");
});

test("without the provider the sign-in says so, and the rest of the site stands", async (t) => {
  const site = await createConsoleWorld(t, await createWorld(t), {
    environment: { CONSOLE_OIDC_ISSUER: "http://127.0.0.1:9" },
  });
  const answer = await site.stranger().get("/sign-in/start");
  assert.equal(answer.status, 503);
  assert.match(answer.text, /inlogdienst/);
  assert.equal((await site.stranger().get("/sign-in")).status, 200);
});
