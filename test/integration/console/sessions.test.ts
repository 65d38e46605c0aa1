import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { obstaclesOn } from "../../support/accessible.ts";
import { openPage } from "../../support/browser.ts";
import { type ConsoleWorld, createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { signInByBrowser } from "../../support/identity.ts";
import { createPlainProvider } from "../../support/plain-provider.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

async function startSite(t: TestContext): Promise<{ readonly world: World; readonly site: ConsoleWorld }> {
  const world = await createWorld(t);
  return { world, site: await createConsoleWorld(t, world) };
}

const isIn = async (visitor: Visitor): Promise<boolean> =>
  (await visitor.get("/tenants/bos/keys")).status === 200;

test("people see where they are signed in and end all but here; no token stands in the database", async (t) => {
  const { world, site } = await startSite(t);
  const [office, home] = [await site.signIn("anja"), await site.signIn("anja")];
  const noor = await site.signIn("noor");
  const { rows } = await world.pool.query("select s::text as row from integration.sessions s");
  for (const { row } of rows) assert.doesNotMatch(row, /eyJ/);

  const start = await office.get("/tenants/bos");
  assert.match(start.text, /<a href="\/account\/sessions">Anja Bos<\/a>/);
  const page = await office.get("/account/sessions");
  assert.equal(page.text.match(/<tr><td>/g)?.length, 2);
  assert.equal((await office.post("/account/sessions/end-others")).location, "/account/sessions?ended=1");
  assert.deepEqual([await isIn(office), await isIn(home)], [true, false]);
  assert.equal((await noor.get("/tenants/noord/keys")).status, 200, "nobody else's end");
  const acts = await world.pool.query("select act, by, details from integration.audit");
  assert.deepEqual(acts.rows, [{ act: "SESSIONS_ENDED", by: "anja@bos.example", details: { sessions: 1 } }]);
});

test("the page of sessions can be used by everybody, on a phone too", async (t) => {
  const { site } = await startSite(t);
  await site.signIn("anja");
  for (const width of [1280, 360]) {
    const { page } = await openPage(t, { viewport: { width, height: 900 }, bypassCSP: true });
    await signInByBrowser(page, site.url, "anja");
    for (const path of ["/account/sessions", "/sign-in/again?return=%2Ftenants%2Fbos", "/tenants/bos/keys"]) {
      await page.goto(site.url + path);
      assert.deepEqual(await obstaclesOn(page), [], `${path} at ${width}`);
    }
  }
});

test("what weighs most needs a sign-in of a moment ago", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const provider = await createPlainProvider(t);
  const seconds = (): number => Math.floor(Date.now() / 1_000);
  const person = { sub: "bea", name: "Bea", email: "bea@x.example", email_verified: true, role: "operator" };
  provider.person = { ...person, auth_time: seconds() - 3_600 };
  const site = await createConsoleWorld(t, world, { environment: provider.environment });
  const bea = await site.signIn("bea");
  const from = { referer: `${site.url}/tenants/bos/keys` };
  const weighty: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["/tenants/bos/keys", { name: "kassa" }],
    ["/tenants/bos/keys/1/take-over", {}],
    ["/tenants/bos/deactivate", {}],
    ["/tenants/bos/activation/empty", { act: "empty", sure: "yes" }],
    ["/operator/users", { email: "nieuw@x.example", role: "operator" }],
    ["/operator/users/1", { role: "operator" }],
  ];
  for (const [path, form] of weighty)
    assert.equal(
      (await bea.post(path, form, from)).location,
      "/sign-in/again?return=%2Ftenants%2Fbos%2Fkeys",
      path,
    );
  assert.equal((await world.pool.query("select from integration.api_tokens")).rowCount, 0);

  const asked = await bea.get("/sign-in/again?return=%2Ftenants%2Fbos%2Fkeys");
  const again = /href="(\/sign-in\/start[^"]*)"/.exec(asked.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const comeBack = async (): Promise<string | null> => {
    const leaving = await bea.get(again);
    const back = await bea.jar.fetch(leaving.location ?? "");
    return (await bea.get(back.headers.get("location")?.slice(site.url.length) ?? "")).location;
  };
  assert.equal(await comeBack(), null, "the provider says that it was an hour ago");
  assert.equal(provider.asked().get("max_age"), "60");
  provider.person = { ...person, auth_time: seconds() };
  assert.equal(await comeBack(), "/tenants/bos/keys");
  assert.equal((await bea.post("/tenants/bos/keys", { name: "kassa" }, from)).status, 200);
});

test("who signs out at the provider is signed out here, in that browser alone", async (t) => {
  const { world, site } = await startSite(t);
  const [office, home] = [await site.signIn("anja"), await site.signIn("anja")];
  const leaving = await office.get("/sign-in/start");
  const provider = new URL(leaving.location ?? "").origin;
  const page = await (await office.jar.fetch(`${provider}/session/end`)).text();
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(page)?.[1] ?? "";
  await office.jar.fetch(`${provider}/session/end/confirm`, {
    method: "POST",
    body: new URLSearchParams({ xsrf, logout: "yes" }),
  });
  await until("the sign-out", async () => !(await isIn(office)));
  assert.equal(await isIn(home), true);
  const { rows } = await world.pool.query(
    "select act, actor_kind, details ->> 'user' as who from integration.audit",
  );
  assert.deepEqual(rows, [{ act: "SIGNED_OUT_BY_PROVIDER", actor_kind: "service", who: "anja@bos.example" }]);
});

test("only a logout token of the provider itself ends a session", async (t) => {
  const world = await createWorld(t);
  const provider = await createPlainProvider(t);
  provider.person = { sub: "anja", name: "Anja", tenant_id: "bos", sid: "s1" };
  const site = await createConsoleWorld(t, world, { environment: provider.environment });
  const anja = await site.signIn("anja");
  const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const send = async (token: string): Promise<number> => {
    const body = new URLSearchParams({ logout_token: token });
    return (await fetch(`${site.url}/sign-out/back-channel`, { method: "POST", body })).status;
  };
  const good = { sub: "anja", sid: "s1", events };
  const refused: Readonly<Record<string, string>> = {
    "no token": "x",
    "an ID token": await provider.sign({ ...good, nonce: "n", events: undefined }),
    "no event": await provider.sign({ ...good, events: {} }),
    "a nonce": await provider.sign({ ...good, nonce: "n" }),
    "nobody's": await provider.sign({ events }),
    "another client's": await provider.sign({ ...good, aud: "somebody-else" }),
    "another issuer's": await provider.sign({ ...good, iss: "https://other.example" }),
  };
  for (const [what, token] of Object.entries(refused)) assert.equal(await send(token), 400, what);
  const valid = await provider.sign(good);
  await provider.changeKey({ isShown: false });
  assert.equal(await send(await provider.sign(good)), 400, "signed by a foreign key");
  assert.equal(await send(await provider.sign({ ...good, sid: "s2" })), 400);
  assert.equal(await isIn(anja), true);
  assert.equal(await send(valid), 200);
  assert.equal(await isIn(anja), false);
});
