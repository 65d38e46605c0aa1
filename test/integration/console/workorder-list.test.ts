import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { keyOf } from "../../support/api-program.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { createWorld } from "../../support/world.ts";

/** Workorders of every kind: number, what Simon, the outcomes and the ledger have of it. */
async function startList(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  await site.signIn("noor");
  const simon = (id: string, at: string, tenant = "bos") =>
    world.pool.query(
      `insert into simon.workorders (tenant_id, workorder_id, number, customer_name, status, archived_at)
       values ($3, $1, 'WB-' || $1, 'Hotel 100% Zon', 'archived', $2)`,
      [id, at, tenant],
    );
  const outcome = (id: string, at: string, what: string, code = "", orderId: string | null = null) =>
    world.pool.query(
      `insert into simon.workorder_outcomes values ('bos', $1, $3, $5, $4, jsonb_build_object('number', 'WB-' || $1::text),
         $2, $2::timestamptz + interval '1 second', 1, 1)`,
      [id, at, what, code, orderId],
    );
  const ledger = (id: string, at: string, state: string) =>
    world.pool.query(
      `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
       values ('bos', $1, $1, '1', jsonb_build_object('workorderNumber', 'WB-' || $1::text, 'epoch', 1), $3, $2)`,
      [id, at, state],
    );
  await simon("sent", "2026-11-01T10:00:00Z");
  await outcome("sent", "2026-11-01T10:00:00Z", "written", "", "26001");
  await simon("refused", "2026-11-02T10:00:00Z");
  await outcome("refused", "2026-11-02T10:00:00Z", "refused", "WORKORDER_WITHOUT_CUSTOMER");
  // Archived anew: what became of the first archiving is not what became of this one.
  await simon("again", "2026-11-03T10:00:00Z");
  await outcome("again", "2026-11-01T10:00:00Z", "refused", "WORKORDER_WITHOUT_CUSTOMER");
  await simon("sought", "2026-11-04T10:00:00Z");
  await ledger("sought", "2026-11-04T10:00:00Z", "unknown");
  // Sent in by a program: Simon has no row of it.
  await outcome("program", "2026-11-05T10:00:00Z", "skipped", "WORKORDER_ARCHIVED_WHILE_OFF");
  await ledger("fresh", "2026-11-06T10:00:00Z", "waiting");
  // Refused, and sent again by a person just now.
  await simon("retried", "2026-11-01T09:00:00Z");
  await outcome("retried", "2026-11-01T09:00:00Z", "refused", "WORKORDER_WITHOUT_CUSTOMER");
  await ledger("retried", "2026-11-01T09:00:00Z", "waiting");
  await simon("elsewhere", "2026-11-07T10:00:00Z", "noord");
  return { world, site, anja };
}

/** Numbers on a page of the list, in their order. */
const numbersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\/workorders\/\w+">(WB-\w+)<\/a>/g)].map(([, number]) => number ?? "");

test("W16: every archived workorder is in the list once, with what became of this very archiving", async (t) => {
  const { anja } = await startList(t);
  const { text } = await anja.get("/tenants/bos/workorders");
  assert.deepEqual(numbersIn(text), [
    "WB-fresh",
    "WB-program",
    "WB-sought",
    "WB-again",
    "WB-refused",
    "WB-sent",
    "WB-retried",
  ]);
  for (const [label, count] of [
    ["alle", 7],
    ["wacht", 3],
    ["verstuurd", 1],
    ["geweigerd", 1],
    ["overgeslagen", 1],
    ["wordt opgezocht", 1],
  ])
    assert.ok(text.includes(`>${label}: ${count}</a>`), `${label}: ${count}`);
});

test("a filter shows what it counts, a search takes every character as it is, and a page beyond the end is the last", async (t) => {
  const { anja } = await startList(t);
  const shown = async (query: string) => numbersIn((await anja.get(`/tenants/bos/workorders?${query}`)).text);
  assert.deepEqual(await shown("state=waiting"), ["WB-fresh", "WB-again", "WB-retried"]);
  assert.deepEqual(await shown("cause=WORKORDER_ARCHIVED_WHILE_OFF"), ["WB-program"]);
  assert.deepEqual(await shown("from=2026-11-04&to=2026-11-05"), ["WB-program", "WB-sought"]);
  assert.deepEqual(await shown("q=26001"), ["WB-sent"]);
  assert.deepEqual(await shown("q=wb-PROG"), ["WB-program"]);
  assert.deepEqual(await shown("q=wb-fresh"), ["WB-fresh"]);
  assert.deepEqual(await shown(`q=${encodeURIComponent("100% zon")}&state=refused`), ["WB-refused"]);
  assert.deepEqual(await shown("q=_"), []);
  assert.equal((await shown("page=99")).length, 7);
  assert.equal((await shown("page=1e300&state=nonsense&cause=x;y")).length, 7);
});

test("a program reads the same list, and a workorder's page tells all that happened", async (t) => {
  const { world, site, anja } = await startList(t);
  const key = await keyOf(world, "bos", "kassa");
  const answer = await fetch(`${site.url}/api/tenants/bos/workorders?state=sent`, {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.equal(answer.status, 200);
  const { workorders, total } = (await answer.json()) as { workorders: { orderId: string }[]; total: number };
  assert.deepEqual([total, workorders[0]?.orderId], [1, "26001"]);
  const page = await anja.get("/tenants/bos/workorders/program");
  assert.match(page.text, /overgeslagen/);
  assert.match(page.text, /Opnieuw versturen/);
  assert.equal((await anja.get("/tenants/bos/workorders/elsewhere")).status, 404);
});

test("W17: what is sent again is shown first, and what cannot go says why in words", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(
    "update integration.tenants set status = 'active', administration = 'MVL' where tenant_id = 'bos'",
  );
  const { text } = await anja.post("/tenants/bos/workorders/retry", { workorder: ["refused", "program"] });
  assert.match(text, /Worden verstuurd: 2/);
  const settled = await anja.post("/tenants/bos/workorders/retry", {
    workorder: ["refused", "sent", "elsewhere"],
  });
  assert.match(settled.text, /Worden verstuurd: 1/);
  assert.match(
    settled.text,
    /1: de order staat al in Unit4<\/h3><ul class="picks"><li><a href="[^"]*\/workorders\/sent">WB-sent<\/a>: geschreven als order 26001</,
  );
  assert.doesNotMatch(settled.text, /elsewhere<\/li>/, "another tenant's is none of this one's");
  await world.pool.query("update integration.tenants set status = 'inactive' where tenant_id = 'bos'");
  const off = await anja.post("/tenants/bos/workorders/retry", { cause: "WORKORDER_WITHOUT_CUSTOMER" });
  assert.match(off.text, /de integratie staat uit; zet haar eerst aan/);
  assert.equal((await anja.post("/tenants/bos/workorders/retry")).location, "/tenants/bos/workorders");
});

test("O49: a press that sends nothing names the order, links to the workorder, and is in the audit", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(
    "update integration.tenants set status = 'active', administration = 'MVL' where tenant_id = 'bos'",
  );
  const named = /<a href="\/tenants\/bos\/workorders\/sent">WB-sent<\/a>: geschreven als order 26001/;
  const preview = await anja.post("/tenants/bos/workorders/retry", { workorder: "sent" });
  assert.match(preview.text, named);
  const pressed = await anja.post("/tenants/bos/workorders/retry", { workorder: "sent", sure: "yes" });
  const after = await anja.get(pressed.location ?? "");
  assert.match(after.text, /Er is niets verstuurd/);
  assert.match(after.text, named);
  const { rows } = await world.pool.query(
    "select by, act, details -> 'notSent' as left from integration.audit where act like 'WORKORDERS_%'",
  );
  const left = [{ workorder: "WB-sent", why: "WRITTEN", orderId: "26001" }];
  const press = { by: rows[0]?.by, act: "WORKORDERS_NOT_SENT_AGAIN", left };
  assert.deepEqual(rows, [press, press]);
  for (const strange of ['["elsewhere"]', "{", "[1]", '["sent"'])
    assert.doesNotMatch(
      (await anja.get(`/tenants/bos/workorders?sent=0&WRITTEN=1&written=${encodeURIComponent(strange)}`))
        .text,
      /geschreven als order/,
    );
});

test("O25, W16: what waits says what for, and who has to do what", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(`
    update integration.tenants set status = 'active', administration = 'MVL' where tenant_id = 'bos';
    insert into integration.connections (tenant_id, connected_by) values ('bos', 'anja');
    insert into order_writer.lanes (tenant_id, due_at) values ('bos', now())`);
  const holds: readonly (readonly [string, RegExp])[] = [
    ["update integration.connections set state = 'revoked'", /activation\/connect">Opnieuw koppelen/],
    ["update integration.connections set state = 'client_refused'", /Wacht op onze beheerders/],
    [
      "update integration.connections set state = 'connected', parked_until = '2099-11-01T10:00:00Z'",
      /Wacht tot 01-11-2099 11:00:00/,
    ],
    [
      `update integration.connections set parked_until = null;
       update order_writer.lanes set not_before = '2099-12-01T10:00:00Z'`,
      /Wacht tot 01-12-2099 11:00:00/,
    ],
    ["update integration.tenants set status = 'inactive'", /Wacht tot de integratie weer aanstaat/],
  ];
  const { text } = await anja.get("/tenants/bos/workorders?state=waiting");
  assert.match(text, /Hij is aan de beurt/);
  assert.match(text, /Hij is net binnen/, "nothing was made of it yet");
  for (const [change, words] of holds) {
    await world.pool.query(change);
    for (const page of ["workorders?state=waiting", "workorders/fresh"])
      if (page.includes("?") || !words.source.includes("connect"))
        assert.match((await anja.get(`/tenants/bos/${page}`)).text, words, page);
  }
  await world.pool.query(
    "update order_writer.orders set code = 'ORDER_NEEDS_CONNECTION' where workorder_id = 'fresh'",
  );
  for (const page of ["workorders?state=waiting", "workorders/fresh"])
    assert.match((await anja.get(`/tenants/bos/${page}`)).text, /koppel/i, page);
});

test("W16, A12: what a program sent in is listed before anything was made of it, and not after an emptying", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(`
    insert into integration.accepted_workorders (tenant_id, workorder_id, archived_at, content_hash, published_at)
    values ('bos', 'K-1', '2026-11-08T10:00:00Z', '', now()), ('bos', 'K-2', '2026-11-08T10:00:00Z', '', null),
      ('bos', 'program', '2026-11-05T10:00:00Z', '', now())`);
  const { text } = await anja.get("/tenants/bos/workorders?state=waiting");
  assert.match(text, />K-1<\/a>[\s\S]*Hij is net binnen/);
  assert.ok(!text.includes("K-2"), "its program was told to send it again");
  assert.match((await anja.get("/tenants/bos/workorders?q=k-1")).text, />K-1<\/a>/);
  assert.match((await anja.get("/tenants/bos/workorders/K-1")).text, /Binnengekomen van uw programma/);
  await world.pool.query(
    "insert into simon.tenant_epochs (tenant_id, epoch, workorders_emptied_at) values ('bos', 2, '2026-11-09T10:00:00Z')",
  );
  assert.ok(!(await anja.get("/tenants/bos/workorders")).text.includes("K-1"));
  assert.equal((await anja.get("/tenants/bos/workorders/K-1")).status, 404);
});

test("W16: the time line tells attempts with their end, who sent it again, and links its messages; codes are put in words", async (t) => {
  const { world, anja } = await startList(t);
  await world.pool.query(`
    update order_writer.orders set published_at = '2026-11-06T12:00:00Z', request = request || '{"requestedAt": 1794218400000,
      "lines": [{"kind": "article", "articleId": "ARBEID", "quantity": "2"}, {"kind": "text", "text": "<b>Kraan</b>"}]}'
    where workorder_id = 'fresh';
    insert into order_writer.attempts (tenant_id, workorder_id, attempt, started_at, finished_at, outcome, detail) values
      ('bos', 'fresh', 1, '2026-11-06T10:00:01Z', '2026-11-06T10:00:09Z', 'no-answer', 'HTTP_503'),
      ('bos', 'fresh', 2, '2026-11-06T11:00:01Z', '2026-11-06T11:00:01Z', 'refused', 'Debiteur 17 is passief.');
    insert into integration.audit (at, tenant_id, by, act, details) values
      ('2026-11-06T10:30:00Z', 'bos', 'anja@bos.example', 'WORKORDERS_SENT_AGAIN', '{"workorders": ["WB-fresh"]}'),
      ('2026-11-06T10:31:00Z', 'bos', 'else@bos.example', 'WORKORDERS_SENT_AGAIN', '{"workorders": ["WB-other"]}');
    insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
      correlation_id, occurrence_count, first_at, last_at)
    values ('bos', 'WORKORDER_WITHOUT_CUSTOMER', 'error', 'workorder', 'fresh', '', '{"number": "WB-fresh"}', 'test', '', 1,
      '2026-11-06T11:30:00Z', now())`);
  const { text } = await anja.get("/tenants/bos/workorders/fresh");
  const places = [
    "06-11-2026 11:00:01 – 06-11-2026 11:00:09",
    "Unit4 gaf geen antwoord",
    "Opnieuw verstuurd: door anja@bos.example",
    "geweigerd Debiteur 17 is passief.",
    "/log/",
    "Uitkomst doorgegeven aan Simon",
    "ARBEID",
  ].map((part) => [part, text.lastIndexOf(part)] as const);
  for (const [part, place] of places) assert.ok(place > 0, part);
  assert.deepEqual(
    places.map(([part]) => part),
    [...places].sort(([, a], [, b]) => a - b).map(([part]) => part),
  );
  assert.doesNotMatch(text, /HTTP_503|else@bos|<b>Kraan/);
  assert.match(text, /&lt;b&gt;Kraan/);
});

test("W17: what came of sending again is told with each reason, and a cause of thousands names only some", async (t) => {
  const { world, anja } = await startList(t);
  const told = await anja.get("/tenants/bos/workorders?sent=3&EVENT_EXPIRED=2&NONSENSE=4&WRITTEN=-1");
  assert.match(told.text, /3 opnieuw verstuurd[\s\S]*2 niet verstuurd[\s\S]*2: langer dan 90 dagen geleden/);
  assert.doesNotMatch(told.text, /<li>4:|de order staat al/);
  assert.match((await anja.get("/tenants/bos/workorders?sent=0")).text, /Er is niets verstuurd/);
  await world.pool.query(`
    update integration.tenants set status = 'active', administration = 'MVL' where tenant_id = 'bos';
    insert into simon.workorder_outcomes select 'bos', 'm' || i, 'refused', null, 'ARTICLE_GONE',
      jsonb_build_object('number', 'M-' || i), '2026-11-01T10:00:00Z', '2026-11-01T10:00:00Z', i, 1 from generate_series(1, 600) i`);
  const { text } = await anja.post("/tenants/bos/workorders/retry", { cause: "ARTICLE_GONE" });
  assert.match(text, /Worden verstuurd: 500/);
  assert.match(text, /100: meer dan er tegelijk gaan[\s\S]*en nog 50/);
});
