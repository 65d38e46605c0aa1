import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import pg from "pg";
import { keyOf } from "../../support/api-program.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { fillLog, LARGE_LOG, say } from "../../support/log-rows.ts";
import { begin, cookieOf } from "../../support/slow-reader.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld, type World } from "../../support/world.ts";

const LOG = "/tenants/bos/log";
async function sites(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const [anja, noor] = [await site.signIn("anja"), await site.signIn("noor")];
  return { world, site, anja, noor, cookie: cookieOf(anja, site) };
}

/** One more person of the tenant, signed in. */
async function colleague(world: World, cookie: string): Promise<string> {
  const id = cookie.split("=")[1] ?? "";
  const other = [...id].reverse().join("");
  await world.pool.query(
    `with one as (insert into integration.users (email, name, role, tenant_id, managed_by)
       values ($1, 'Collega', 'user', 'bos', 'operator') returning user_id)
     insert into integration.sessions (id_hash, user_id, csrf_token, id_token)
     select sha256($2), user_id, 'none', '' from one`,
    [`${other}@bos.example`, Buffer.from(other)],
  );
  return `__Host-session=${other}`;
}

/** The first of these that is answered 429. */
const firstRefused = (asked: readonly Promise<Response | null>[]): Promise<Response> =>
  Promise.any(
    asked.map(async (one) => {
      const answer = await one;
      if (answer?.status !== 429) throw new Error(`${answer?.status}`);
      return answer;
    }),
  );

test("P1: a person has eight streams and no more, a tenant its share; who closes one frees its place, and others open theirs", async (t) => {
  const { world, site, cookie, noor } = await sites(t);
  const open = (of: string) => begin(site, `${LOG}/events`, of);
  const mine = await Promise.all(Array.from({ length: 12 }, () => open(cookie)));
  const kept = mine.filter(({ statusCode }) => statusCode === 200);
  const refused = mine.filter(({ statusCode }) => statusCode === 429);
  assert.deepEqual([kept.length, refused.length], [8, 4]);
  for (const one of refused) assert.ok(Number(one.headers["retry-after"]) >= 10);
  assert.equal(await site.service.metric("simon_console_streams"), 8);

  const [bert, carla, dirk] = [
    await colleague(world, cookie),
    await colleague(world, `x=a${cookie}`),
    await colleague(world, `x=b${cookie}`),
  ];
  const theirs = await Promise.all(
    [bert, carla, dirk].flatMap((one) => Array.from({ length: 8 }, () => open(one))),
  );
  assert.equal(theirs.filter(({ statusCode }) => statusCode === 200).length, 16, "24 of a tenant");
  const others = await begin(site, "/tenants/noord/log/events", cookieOf(noor, site));
  assert.equal(others.statusCode, 200);

  kept[0]?.destroy();
  await until("the place", async () => (await open(cookie)).statusCode === 200);
  for (const one of [...mine, ...theirs, others]) one.destroy();
  await until(
    "all to be free",
    async () => (await site.service.metric("simon_console_streams")) <= 1 || null,
  );
});

test("P1: while a tenant's Unit4 hangs its questions take the tenant's share; the rest is refused in words, others ask on", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
    { database: "MVL00078", portalUser: "noord", size: "small" },
  ]);
  await unit4.connect({ tenantId: "bos", database: "MVL00077" });
  await unit4.connect({ tenantId: "noord", database: "MVL00078" });
  unit4.multivers.faults.set([
    { id: "hang", match: { owner: "bos" }, effect: { kind: "hang", ms: 600_000 } },
  ]);
  const site = await createConsoleWorld(t, world, { unit4 });
  const [anja, noor] = [await site.signIn("anja"), await site.signIn("noor")];
  const path = "/settings/articles?field=workArticle&workArticle=ar";
  const leaving = new AbortController();
  const asked = Array.from({ length: 60 }, () =>
    anja.jar.fetch(`${site.url}/tenants/bos${path}`, { signal: leaving.signal }).catch(() => null),
  );
  const refused = await firstRefused(asked);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.match(await refused.text(), /al meerdere vragen van uw bedrijf open/);
  const suggestions = await noor.get(`/tenants/noord${path}`);
  assert.equal(suggestions.status, 200);
  assert.match(suggestions.text, /<option/, "another tenant's Unit4 is asked");
  assert.equal((await anja.get("/tenants/bos")).status, 200, "their own pages too are served");
  leaving.abort();
  await Promise.all(asked);
});

test("P1: a tenant exports one log at a time; who goes away frees the place, and who does not read on keeps no more than a piece", async (t) => {
  const { world, site, cookie, anja, noor } = await sites(t);
  await fillLog(world, LARGE_LOG);
  await say(world, { tenantId: "noord", code: "ORDER_WRITTEN", recordId: "1", recordName: "WB-1" });
  const first = await begin(site, `${LOG}.csv`, cookie);
  assert.equal(first.statusCode, 200);
  const cursors = `select from pg_stat_activity where datname = current_database()
    and application_name = 'console-exports' and state = 'idle in transaction' and query like 'fetch%'`;
  await until("it to wait for its reader", async () => {
    const before = await lastFetch(world);
    return (await world.pool.query(cursors)).rowCount === 1 && before === (await lastFetch(world));
  });
  const leaving = new AbortController();
  const crowd = Array.from({ length: 4 }, () =>
    anja.jar.fetch(`${site.url}${LOG}.csv`, { signal: leaving.signal }).catch(() => null),
  );
  const refused = await firstRefused(crowd);
  assert.ok(Number(refused.headers.get("retry-after")) >= 30);
  assert.match(await refused.text(), /Er loopt al een export/);
  leaving.abort();
  await Promise.all(crowd);
  const others = await noor.get("/tenants/noord/log.csv");
  assert.deepEqual([others.status, others.text.trim().split("\r\n").length], [200, 2]);
  const waits = begin(site, `${LOG}.csv?kind=error`, await colleague(world, cookie));
  first.destroy();
  assert.equal((await waits).statusCode, 200, "who waited comes next");
});

/** When the export last fetched something. */
async function lastFetch({ pool }: World): Promise<string> {
  const { rows } = await pool.query<{ at: string }>(
    `select pg_sleep(0.2), query_start::text as at from pg_stat_activity
     where datname = current_database() and application_name = 'console-exports' and query like 'fetch%'`,
  );
  return rows[0]?.at ?? "";
}

test("P1: requests of one key wait for one another and are refused beyond, as JSON with a code; those of another are served", async (t) => {
  const { world, site } = await sites(t);
  const key = (name: string) => keyOf(world, "bos", name);
  const [one, another] = [await key("een"), await key("ander")];
  const ask = (of: string) =>
    fetch(`${site.url}/api/tenants/bos/status`, { headers: { authorization: `Bearer ${of}` } });
  // Nothing that is asked of Postgres is answered meanwhile.
  const lock = await world.pool.connect();
  await lock.query("begin");
  await lock.query("lock table integration.connections in access exclusive mode");
  const asked = Array.from({ length: 150 }, () => ask(one));
  const refused = await firstRefused(asked);
  assert.ok(Number(refused.headers.get("retry-after")) >= 2);
  assert.equal(((await refused.json()) as { code: string }).code, "TOO_MANY_REQUESTS");
  await lock.query("rollback");
  lock.release();
  assert.equal((await ask(another)).status, 200);
  const statuses = await Promise.all(asked.map(async (each) => (await each).status));
  assert.deepEqual([...new Set(statuses)].sort(), [200, 429]);
});

test("SIGTERM ends streams, exports, and who waits for one", async (t) => {
  const { world, site, cookie } = await sites(t);
  await fillLog(world, LARGE_LOG);
  const open = [await begin(site, `${LOG}/events`, cookie), await begin(site, `${LOG}.csv`, cookie)];
  const waits = begin(site, `${LOG}.csv`, cookie).catch(() => null);
  assert.deepEqual(
    open.map(({ statusCode }) => statusCode),
    [200, 200],
  );
  assert.equal(await site.service.stop(), 0);
  assert.equal(
    site.service.lines.some((line) => line.includes("service_drain_overran")),
    false,
  );
  await waits;
});

test("P1: strangers who send their forms byte by byte take the places of strangers alone", async (t) => {
  const { site, noor } = await sites(t);
  const { port, hostname } = new URL(site.url);
  const slow = Array.from({ length: 100 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(
      `POST /language HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n`,
    );
    return socket;
  });
  t.after(() => slow.forEach((socket) => void socket.destroy()));
  // Some are told to come back: all the others of one address are in.
  await Promise.any(slow.map((socket) => once(socket, "data")));
  const answers = await Promise.all(Array.from({ length: 6 }, () => noor.get("/tenants/noord/log")));
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 200),
  );
});

test("P1: an export is no head without a body: who asks for that alone takes no place", async (t) => {
  const { site, cookie } = await sites(t);
  const answer = await fetch(`${site.url}${LOG}.csv`, { method: "HEAD", headers: { cookie } });
  assert.equal(answer.status, 404);
});

test("P1: what a page asked of Postgres is cancelled when its reader goes away; until then its place is taken", async (t) => {
  const { world, site, anja, noor } = await sites(t);
  const lock = new pg.Client({ connectionString: world.databaseUrl });
  await lock.connect();
  t.after(() => lock.end());
  await lock.query("begin");
  await lock.query("lock table log.messages in access exclusive mode");
  const waiting = async (): Promise<number> => {
    const { rows } = await world.pool.query<{ count: number }>(
      `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
         and query ~ 'log.messages'`,
    );
    return rows[0]?.count ?? 0;
  };
  const leaving = new AbortController();
  const pages = Array.from({ length: 4 }, () =>
    anja.jar.fetch(`${site.url}${LOG}`, { signal: leaving.signal }).catch(() => null),
  );
  // A tenant has a fifth of ten connections.
  await until("the pages to wait", async () => (await waiting()) === 2);
  leaving.abort();
  await Promise.all(pages);
  await until("the end of their work", async () => (await waiting()) === 0, GIVEN_UP_WITHIN_MS);

  const exports = new AbortController();
  const file = noor.jar
    .fetch(`${site.url}/tenants/noord/log.csv`, { signal: exports.signal })
    .catch(() => null);
  await until("the export to wait", async () => (await waiting()) === 1);
  exports.abort();
  await file;
  await until("the end of its work", async () => (await waiting()) === 0, GIVEN_UP_WITHIN_MS);
  await lock.query("rollback");
  assert.equal((await anja.get(LOG)).status, 200);
  assert.equal((await noor.get("/tenants/noord/log.csv")).status, 200);
  const refused = site.service.lines.filter((line) => /request_(failed|held|refused)/.test(line));
  assert.deepEqual(refused, [], "who goes away is no fault and no sign of anything");
});

/** Sooner than a statement without an answer counts as lost. */
const GIVEN_UP_WITHIN_MS = 5_000;
