import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createConsoleWorld } from "../support/console-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

/** Messages of a tenant, written as the log has them. */
async function addMessages(
  world: World,
  rows: readonly {
    readonly id: string;
    readonly kind?: string;
    readonly code?: string;
    readonly name?: string;
    readonly at?: string;
    readonly params?: object;
  }[],
  tenant = "bos",
): Promise<void> {
  for (const {
    id,
    kind = "info",
    code = "ORDER_WRITTEN",
    name = "",
    at = "2026-11-01T10:00:00Z",
    params = {},
  } of rows)
    await world.pool.query(
      `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
         correlation_id, occurrence_count, first_at, last_at)
       values ($1, $2, $3, 'workorder', $4, $5, $6, 'test', '', 1, $7, $7)`,
      [tenant, code, kind, id, name, params, at],
    );
}

async function startLog(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  return { world, site, anja: await site.signIn("anja") };
}

const rowsIn = (text: string): number => text.match(/<tr class="(info|warning|error)/g)?.length ?? 0;

test("O24: a filter counts what it shows, whatever page one was on, and the export has the same rows", async (t) => {
  const { world, anja } = await startLog(t);
  await addMessages(
    world,
    Array.from({ length: 1_000 }, (_, i) => ({
      id: `w${i}`,
      kind: i % 143 === 7 ? "error" : "info",
      code: i % 143 === 7 ? "WORKORDER_WITHOUT_CUSTOMER" : "ORDER_WRITTEN",
      params: { number: `WB-${i}` },
    })),
  );
  const all = await anja.get("/tenants/bos/log?page=12");
  assert.match(all.text, /Pagina 12 van 20, 1\.000 in totaal/);
  const errors = await anja.get("/tenants/bos/log?page=12&kind=error");
  assert.equal(rowsIn(errors.text), 7);
  assert.match(errors.text, /Pagina 1 van 1, 7 in totaal/);
  const exported = await anja.get("/tenants/bos/log.csv?kind=error");
  assert.equal(exported.text.trim().split("\r\n").length, 8);
  assert.match(
    exported.headers.get("content-disposition") ?? "",
    /^attachment; filename="logging-bos-\d{4}-\d\d-\d\d\.csv"$/,
  );
  await addMessages(world, [
    { id: "new", kind: "error", code: "WORKORDER_WITHOUT_CUSTOMER", at: "2026-11-20T10:00:00Z" },
  ]);
  const after = await anja.get("/tenants/bos/log?kind=error");
  assert.equal(rowsIn(after.text), 8);
  assert.match(after.text, /8 in totaal/);
});

test("O24: both hours of the night that has one twice are told apart, in true order, on the page and in the export", async (t) => {
  const { world, anja } = await startLog(t);
  await addMessages(world, [
    { id: "a", at: "2026-10-25T00:30:00Z", name: "eerste" },
    { id: "b", at: "2026-10-25T01:30:00Z", name: "tweede" },
  ]);
  for (const path of ["/tenants/bos/log", "/tenants/bos/log.csv"]) {
    const { text } = await anja.get(path);
    const winter = text.indexOf("25-10-2026 02:30:00 (wintertijd)");
    const summer = text.indexOf("25-10-2026 02:30:00 (zomertijd)");
    assert.ok(winter >= 0 && summer > winter, path);
  }
  const day = await anja.get("/tenants/bos/log?from=2026-10-25&to=2026-10-25");
  assert.equal(rowsIn(day.text), 2);
  assert.equal(rowsIn((await anja.get("/tenants/bos/log?from=2026-10-26")).text), 0);
});

test("L2: what people read is what they find, in either language, all words of it, and nothing is a wildcard", async (t) => {
  const { world, anja } = await startLog(t);
  await world.start("log-sink");
  const say = (recordId: string, recordName: string) =>
    world.send("messageLogged", `bos/m-${recordId}`, {
      tenantId: "bos",
      messageId: `m-${recordId}`,
      at: Date.now(),
      service: "test",
      kind: "error",
      code: "CONNECTION_REVOKED",
      params: {},
      table: "connection",
      recordId,
      recordName,
      correlationId: "",
      closes: null,
    });
  await say("a", "Hotel 100% Zon");
  await say("b", "Café Ëlvis");
  await until(
    "the messages",
    async () => (await world.pool.query("select from log.messages")).rowCount === 2,
  );
  for (const [search, count] of [
    ["toestemming verlopen", 2],
    ["CONSENT expired", 2],
    ["ëlvis", 1],
    ["100%", 1],
    ["toestemming zon", 1],
    ["toestemming maan", 0],
    ["%", 1],
    ["_", 2],
    ["'; drop", 0],
  ] as const) {
    const { text } = await anja.get(`/tenants/bos/log?q=${encodeURIComponent(search)}`);
    // The code of a message has an underscore in it.
    assert.equal(rowsIn(text), count, search);
  }
});

test("L1, L3, L5: a message says what, about what, and what to do with a link; repeats are counted and solved ones shown so", async (t) => {
  const { world, anja } = await startLog(t);
  await addMessages(world, [
    {
      id: "w9",
      kind: "error",
      code: "WORKORDER_WITHOUT_CUSTOMER",
      name: "WB-2026-000009",
      params: { number: "WB-2026-000009" },
    },
  ]);
  await world.pool.query("update log.messages set occurrence_count = 3, first_at = '2026-10-31T09:00:00Z'");
  const open = await anja.get("/tenants/bos/log");
  assert.match(open.text, /WB-2026-000009/);
  assert.match(open.text, /href="\/tenants\/bos\/workorders\/w9">Ga erheen/);
  assert.match(open.text, /3 keer sinds 31-10-2026 10:00:00/);
  await world.pool.query("update log.messages set closed_at = '2026-11-02T10:00:00Z'");
  const closed = await anja.get("/tenants/bos/log");
  assert.match(closed.text, /opgelost/);
  assert.doesNotMatch(closed.text, /Ga erheen/);
  assert.equal(rowsIn((await anja.get("/tenants/bos/log?state=open")).text), 0);
  const { rows } = await world.pool.query("select id from log.messages");
  const detail = await anja.get(`/tenants/bos/log/${rows[0].id}`);
  assert.match(detail.text, /Wat te doen/);
  const noor = await (await createConsoleWorld(t, world)).signIn("noor");
  assert.equal(
    (await noor.get(`/tenants/noord/log/${rows[0].id}`)).status,
    404,
    "nor another tenant's by its number",
  );
});

test("an export cannot begin a formula, and a live page follows what is new", async (t) => {
  const { world, site, anja } = await startLog(t);
  await addMessages(world, [{ id: "x", name: "=HYPERLINK(1)" }]);
  const exported = await anja.jar.fetch(`${site.url}/tenants/bos/log.csv`);
  // Read as bytes: a text reader would take the mark at the beginning away.
  const text = Buffer.from(await exported.arrayBuffer()).toString();
  assert.match(text, /"'=HYPERLINK\(1\)"/);
  assert.match(text, /^\ufeff"Tijd";/);

  const stop = new AbortController();
  const stream = await anja.jar.fetch(`${site.url}/tenants/bos/log/events?kind=error`, {
    signal: stop.signal,
  });
  assert.match(stream.headers.get("content-type") ?? "", /text\/event-stream/);
  let seen = "";
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) seen += Buffer.from(chunk).toString();
  })().catch(() => {});
  await until("the first event", () => seen.includes("event: log"));
  await addMessages(world, [
    { id: "y", kind: "error", code: "WORKORDER_WITHOUT_CUSTOMER", name: "WB-nieuw" },
  ]);
  await until("the new one", () => seen.includes("WB-nieuw"));
  await world.pool.query("delete from integration.sessions");
  stop.abort();
  await reading;
});

test("dead letters are for operators alone", async (t) => {
  const { world, site, anja } = await startLog(t);
  await world.pool.query(
    `insert into log.dead_letters values ('unit4.customer-changed.v1', 1, 2, 'simon-projector', 'bos', 'undecodable',
       'too short', null, null, '{}', now(), now())`,
  );
  assert.doesNotMatch((await anja.get("/tenants/bos/log")).text, /undecodable/);
  assert.match((await (await site.signIn("beheer")).get("/tenants/bos/log")).text, /undecodable/);
});
