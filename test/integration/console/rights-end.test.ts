import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { program } from "../../support/api-program.ts";
import { type ConsoleWorld, createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { fillLog, LARGE_LOG } from "../../support/log-rows.ts";
import { begin, cookieOf } from "../../support/slow-reader.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

async function startSite(t: TestContext): Promise<{ readonly world: World; readonly site: ConsoleWorld }> {
  const world = await createWorld(t);
  await world.pool.query(
    "insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos'), ('noord', 'Noord')",
  );
  return { world, site: await createConsoleWorld(t, world) };
}

/** Opens a stream. @returns what reads it to its end */
async function stream(site: ConsoleWorld, visitor: Visitor): Promise<() => Promise<string>> {
  const opened = await visitor.jar.fetch(`${site.url}/tenants/bos/log/events`);
  assert.equal(opened.status, 200);
  return () => opened.text();
}

/** Makes a key as its person does. */
async function keyBy(visitor: Visitor, form: Readonly<Record<string, string | readonly string[]>>) {
  const { text } = await visitor.post("/tenants/bos/keys", { name: "kassa", ...form });
  return /simon_[\w-]{43}/.exec(text)?.[0] ?? "";
}

test("a stream ends with the session, the person, and the role that it was opened with", async (t) => {
  const { world, site } = await startSite(t);
  const ends = [
    "delete from integration.sessions where user_id = $1",
    "update integration.users set blocked_at = now() where user_id = $1",
    "update integration.users set tenant_id = 'noord' where user_id = $1",
    "update integration.sessions set last_seen_at = now() - interval '61 minutes' where user_id = $1",
  ];
  for (const end of ends) {
    await world.pool.query("update integration.users set blocked_at = null");
    const toItsEnd = await stream(site, await site.signIn("anja"));
    const { rows } = await world.pool.query("select user_id from integration.users where tenant_id = 'bos'");
    await world.pool.query(end, [rows[0].user_id]);
    assert.match(await toItsEnd(), /event: log/, end);
  }
  const toItsEnd = await stream(site, await site.signIn("beheer"));
  await world.pool.query(
    "update integration.users set role = 'user', tenant_id = 'bos' where role = 'operator'",
  );
  assert.match(await toItsEnd(), /event: log/, "an operator's stream is none of a user of that tenant");
});

test("an export under way ends with the session and the person, also one that is not read on, and frees its place", async (t) => {
  const { world, site } = await startSite(t);
  await fillLog(world, LARGE_LOG);
  const ends = [
    "delete from integration.sessions where user_id = $1",
    "update integration.users set blocked_at = now() where user_id = $1",
  ];
  for (const end of ends) {
    await world.pool.query("update integration.users set blocked_at = null");
    const file = await begin(site, "/tenants/bos/log.csv", cookieOf(await site.signIn("anja"), site));
    assert.equal(file.statusCode, 200);
    const { rows } = await world.pool.query("select user_id from integration.users where tenant_id = 'bos'");
    await world.pool.query(end, [rows[0].user_id]);
    // Sooner than who reads nothing loses it for that.
    const cuts = () => site.service.metric("simon_console_downloads_cut_total", { end: "rights_ended" });
    await until("the cut", async () => (await cuts()) === ends.indexOf(end) + 1);
    file.resume();
    await assert.rejects(once(file, "end"), end);
  }
  assert.ok(site.service.lines.some((line) => line.includes("download_cut")));
  await world.pool.query("update integration.users set blocked_at = null");
  const beheer = await begin(site, "/tenants/bos/log.csv", cookieOf(await site.signIn("beheer"), site));
  assert.equal(beheer.statusCode, 200, "the tenant's place is free");
  beheer.destroy();
});

test("a stream keeps no session awake, a person does", async (t) => {
  const { world, site } = await startSite(t);
  const anja = await site.signIn("anja");
  await world.pool.query("update integration.sessions set last_seen_at = now() - interval '59 minutes'");
  const idleMinutes = async (): Promise<number> => {
    const { rows } = await world.pool.query(
      "select round(extract(epoch from now() - last_seen_at) / 60)::integer as minutes from integration.sessions",
    );
    return rows[0].minutes;
  };
  for (let times = 0; times < 2; times += 1) {
    const opened = await anja.jar.fetch(`${site.url}/tenants/bos/log/events`);
    assert.equal(opened.status, 200);
    const reader = opened.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
  assert.ok((await idleMinutes()) >= 59);
  assert.equal((await anja.get("/tenants/bos/log")).status, 200);
  assert.ok((await idleMinutes()) < 59);
});

test("a key stands still with its person until somebody takes it over, which everybody sees", async (t) => {
  const { world, site } = await startSite(t);
  const [anja, beheer] = [await site.signIn("anja"), await site.signIn("beheer")];
  const own = program(site, await keyBy(anja, {}));
  const operators = program(site, await keyBy(beheer, { name: "hulp" }));
  const status = async (ask: typeof own) => (await ask("GET", "/api/tenants/bos/status")).status;
  assert.deepEqual([await status(own), await status(operators)], [200, 200]);
  const { rows } = await world.pool.query("select user_id from integration.users where tenant_id = 'bos'");
  const person = `/operator/users/${rows[0].user_id}`;

  await beheer.post(`${person}/block`);
  assert.deepEqual([await status(own), await status(operators)], [401, 200]);
  assert.match((await beheer.get(person)).text, /1 sleutel \(1 staat/);
  const page = await beheer.get("/tenants/bos/keys");
  assert.match(page.text, /staat stil/);
  const takeOver = /action="([^"]*take-over)"/.exec(page.text)?.[1] ?? "";
  assert.equal((await beheer.post(takeOver)).status, 303);
  assert.equal(await status(own), 200);
  assert.match((await beheer.get("/tenants/bos/keys")).text, /overgenomen door beheer@simple-simon.example/);
  const acts = await world.pool.query(
    "select act, details ->> 'pausedKeys' as keys from integration.audit where act in ('USER_BLOCKED', 'KEY_TAKEN_OVER') order by audit_id",
  );
  assert.deepEqual(acts.rows, [
    { act: "USER_BLOCKED", keys: "1" },
    { act: "KEY_TAKEN_OVER", keys: null },
  ]);

  await world.pool.query(
    "update integration.users set role = 'user', tenant_id = 'noord' where role = 'operator'",
  );
  assert.deepEqual([await status(own), await status(operators)], [401, 401], "a role that was taken away");
  await world.pool.query(
    "update integration.users set role = 'operator', tenant_id = null where name = 'Bea Heer'",
  );
  assert.deepEqual([await status(own), await status(operators)], [200, 200]);
  await world.pool.query("delete from integration.sessions");
  await world.pool.query("delete from integration.users where name = 'Bea Heer'");
  assert.deepEqual([await status(own), await status(operators)], [401, 401], "a person who was removed");
});

test("a key does what it may, as long as it lasts, and an operator's key is noted as a look", async (t) => {
  const { world, site } = await startSite(t);
  const anja = await site.signIn("anja");
  const asks: readonly (readonly ["GET" | "POST", string, string])[] = [
    ["GET", "/api/tenants/bos/status", "read"],
    ["POST", "/api/tenants/bos/workorders/archived", "archive"],
    ["POST", "/api/tenants/bos/deactivate", "operate"],
  ];
  for (const scope of ["read", "archive", "operate"]) {
    const ask = program(site, await keyBy(anja, { scope }));
    for (const [method, path, needed] of asks) {
      const { status, json } = await ask(method, path, method === "POST" ? {} : undefined);
      const isRefused = status === 403 && json["code"] === "KEY_SCOPE";
      assert.equal(isRefused, needed !== scope, `${scope}: ${path} ${status}`);
    }
  }
  const key = program(site, await keyBy(anja, { days: "30" }));
  assert.equal((await key("GET", "/api/tenants/bos/status")).status, 200);
  await world.pool.query("update integration.api_tokens set expires_at = now()");
  assert.equal((await key("GET", "/api/tenants/bos/status")).status, 401);
  assert.match((await anja.get("/tenants/bos/keys")).text, /verlopen/);

  const operators = program(site, await keyBy(await site.signIn("beheer"), {}));
  await operators("GET", "/api/tenants/bos/status");
  const looks = await world.pool.query(
    "select details ->> 'page' as page from integration.audit where act = 'TENANT_VIEWED' and actor_kind = 'key'",
  );
  assert.deepEqual(looks.rows, [{ page: "/api/tenants/:tenantId/status" }]);
});

test("every key is listed and can be ended, the one made before a hundred others too", async (t) => {
  const { world, site } = await startSite(t);
  const anja = await site.signIn("anja");
  const first = program(site, await keyBy(anja, { name: "de eerste" }));
  await world.pool.query(
    `insert into integration.api_tokens (tenant_id, name, token_hash, created_by, revoked_at)
     select 'bos', 'later ' || n, decode(lpad(to_hex(n), 64, '0'), 'hex'), 'test', case when n % 3 = 0 then now() end
     from generate_series(1, 150) n`,
  );
  const pages = await Promise.all([1, 2, 3, 4].map((page) => anja.get(`/tenants/bos/keys?page=${page}`)));
  const rows = pages.flatMap(({ text }) => [...text.matchAll(/<tr><td class="name">/g)]);
  assert.equal(rows.length, 151);
  const own = pages.find(({ text }) => text.includes("de eerste"))?.text ?? "";
  const end = /action="([^"]*\/end)"/.exec(own.slice(own.indexOf("de eerste")))?.[1];
  assert.equal((await first("GET", "/api/tenants/bos/status")).status, 200);
  await anja.post(end ?? "");
  assert.equal((await first("GET", "/api/tenants/bos/status")).status, 401);
});

test("a first operator who was made something else is not invited again", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const start = (operators: string) =>
    createConsoleWorld(t, world, {
      environment: {
        CONSOLE_OIDC_TENANT_CLAIM: "none",
        CONSOLE_OIDC_ROLE_CLAIM: "none",
        CONSOLE_OPERATORS: operators,
      },
    });
  const addresses = async (): Promise<readonly string[]> => {
    const { rows } = await world.pool.query(
      "select email, role from integration.users order by email, user_id",
    );
    return rows.map(({ email, role }) => `${email} ${role}`);
  };
  const site = await start("beheer@simple-simon.example");
  await until("the invitation", async () => (await addresses()).length === 1);
  await site.signIn("beheer");
  await world.pool.query("update integration.users set role = 'user', tenant_id = 'bos'");
  await start("beheer@simple-simon.example,tweede@simple-simon.example");
  await until("the second one's invitation", async () => (await addresses()).length > 1);
  assert.deepEqual(await addresses(), [
    "beheer@simple-simon.example user",
    "tweede@simple-simon.example operator",
  ]);
});
