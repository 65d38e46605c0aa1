import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createConsoleWorld } from "../../support/console-world.ts";
import { fillTotals } from "../../support/totals.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

async function startStatus(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  const run = (text: string) => world.pool.query(text);
  const page = async () => (await anja.get("/tenants/bos")).text;
  return { world, site, anja, run, page };
}

const SWITCHED_ON = `
  update integration.tenants set status = 'active', administration = 'MVL00077', epoch = 1 where tenant_id = 'bos';
  insert into integration.activations (tenant_id, epoch, activated_at) values ('bos', 1, '2026-11-01T09:00:00Z');
  insert into integration.audit (at, tenant_id, by, act) values ('2026-11-01T09:00:00Z', 'bos', 'anja@bos.example', 'ACTIVATED');
  insert into integration.connections (tenant_id, connected_at, connected_by)
  values ('bos', '2026-11-01T08:55:00Z', 'anja@bos.example')`;

test("A1: a tenant that never was on is invited to begin, and nothing is made up about it", async (t) => {
  const { page } = await startStatus(t);
  const text = await page();
  assert.match(text, /nog niet geactiveerd/);
  assert.match(text, /href="\/tenants\/bos\/activation">Start activatie/);
  assert.doesNotMatch(text, /deactivate|Invalid|NaN|null|undefined/);
});

test("L4, M11: the status shows since when it is on, by whom, what came over, and how far the first load is", async (t) => {
  const { run, page } = await startStatus(t);
  await run(`${SWITCHED_ON};
    insert into unit4_poller.schedules (tenant_id, epoch, last_scan_at, next_due_at)
    values ('bos', 1, '2026-11-20T10:00:00Z', '2099-01-01T00:00:00Z');
    insert into unit4_poller.progress (tenant_id, entity, epoch, done, total, started_at, updated_at, finished_at,
      latest_changed_on, latest_change_at)
    values ('bos', 'customer', 1, 200, 1000, now() - interval '100 seconds', now(), null, '2026-11-19', '2026-11-20T10:00:00Z'),
      ('bos', 'article', 1, 40, 40, now(), now(), now(), '2026-11-18', '2026-11-20T09:00:00Z');
    insert into simon.customers (tenant_id, customer_id, name, state)
    values ('bos', '1', 'Eén', 'active'), ('bos', '2', 'Twee', 'inactive'), ('bos', '3', 'Weg', 'removed');
    insert into simon.workorder_outcomes values
      ('bos', 'a', 'written', '26001', '', '{}', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', 1, 1),
      ('bos', 'b', 'written', '26002', '', '{}', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', 2, 1),
      ('bos', 'c', 'refused', null, 'CUSTOMER_GONE', '{}', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', 3, 1);
    insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
      correlation_id, occurrence_count, first_at, last_at)
    values ('bos', 'CUSTOMER_GONE', 'error', 'workorder', 'c', 'WB-c', '{}', 'test', '', 1, now(), now())`);
  const text = await page();
  for (const part of [
    "sinds 01-11-2026 10:00:00 door anja@bos.example",
    "sinds 01-11-2026 09:55:00 door anja@bos.example",
    "<dt>Klanten</dt><dd>2</dd>",
    "<dt>Inactief of weg in Unit4</dt><dd>1</dd>",
    "<dd>19-11-2026</dd>",
    "<dd>18-11-2026</dd>",
    `<a href="/tenants/bos/workorders?state=written">2</a>`,
    `<a href="/tenants/bos/workorders?state=refused">1</a>`,
    `<a href="/tenants/bos/workorders?state=skipped">0</a>`,
    `href="/tenants/bos/log?kind=error&state=open">Fouten: 1`,
    "200 van 1.000",
    "2 per seconde",
    "nog ongeveer 7 min",
  ])
    assert.ok(text.includes(part), part);
});

test("O25: each state of the connection says who does what, and only a revoked one asks to connect again", async (t) => {
  const { run, page } = await startStatus(t);
  await run(SWITCHED_ON);
  const reconnect = "Opnieuw koppelen</a>";
  assert.ok(!(await page()).includes(reconnect));
  await run("update integration.connections set state = 'client_refused'");
  const refused = await page();
  assert.match(refused, /onze beheerders zijn gewaarschuwd/);
  assert.ok(!refused.includes(reconnect));
  await run(
    "update integration.connections set state = 'connected', parked_until = now() + interval '1 hour'",
  );
  assert.match(await page(), /Unit4 vraagt ons te wachten tot \d\d:\d\d; u hoeft niets te doen\./);
  await run("update integration.connections set state = 'revoked'");
  assert.ok((await page()).includes(`href="/tenants/bos/activation/connect">${reconnect}`));
});

test("the status answers in one sentence, by what calls really did, with one button at most", async (t) => {
  const { run, page } = await startStatus(t);
  await run(`${SWITCHED_ON};
    insert into unit4_poller.schedules (tenant_id, epoch, next_due_at) values ('bos', 1, '2099-01-01T00:00:00Z');
    insert into unit4_poller.progress (tenant_id, entity, epoch, done, total, started_at, updated_at, finished_at)
    values ('bos', 'customer', 1, 1, 1, now(), now(), now()), ('bos', 'article', 1, 1, 1, now(), now(), now())`);
  const sentence = async () => {
    const text = await page();
    const [standing = ""] = text.match(/<section class="card standing[\s\S]*?<\/section>/) ?? [];
    assert.ok(standing.split(`class="button"`).length <= 2, standing);
    return /<p class="sentence">(.*?)<\/p>/.exec(standing)?.[1];
  };
  assert.equal(await sentence(), "Alles loopt; er is nog geen order geschreven.");
  await run("update unit4_poller.schedules set failures = 3, failing_since = now() - interval '400 days'");
  await run(`insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, due_at, archived_at)
    values ('bos', 'w', 'w ', '1', '{}', 'waiting', now(), now())`);
  assert.match(
    (await sentence()) ?? "",
    /^Unit4 hapert sinds \d\d-\d\d-\d{4} \d\d:\d\d; 1 order wacht; u hoeft niets te doen\.$/,
  );
  assert.match(await page(), /<span class="badge warning">hapert<\/span>/);
  await run("update unit4_poller.schedules set failures = 0, failing_since = null");
  await run("update order_writer.orders set archived_at = now() - interval '1 hour'");
  assert.match((await sentence()) ?? "", /^1 order wacht sinds .*\d\d:\d\d; we blijven het proberen/);
});

test("M12: halted deletions are shown with their rows and answered once; a question that is gone says so", async (t) => {
  const { world, run, page, anja } = await startStatus(t);
  await run(`${SWITCHED_ON};
    insert into simon.customers (tenant_id, customer_id, name) values ('bos', '7', '<img src=x onerror=alert(1)>');
    insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known, missing_ids)
    values ('bos', 'customer', 1, 5, 12, 40, '{7,8}'), ('bos', 'article', 1, 5, 30, 60, '{A1}')`);
  const text = await page();
  assert.equal(text.split(`id="brakes"`).length, 2, "one place to link to, whatever waits");
  assert.match(text, /ontbraken 12 van de 40 klanten/);
  assert.match(text, /<li>7 &lt;img src=x/);
  assert.match(text, /en nog 10/);
  const answered = (entity: string, revision: string, decision: string) =>
    anja.post(`/tenants/bos/brakes/${entity}`, { revision, decision });
  const old = await answered("customer", "4", "confirmed");
  assert.match(old.location ?? "", /notice=brakeGone/, "the question that was seen is another one");
  assert.match((await answered("customer", "5", "confirmed")).location ?? "", /notice=brakeDone/);
  assert.match((await answered("customer", "5", "dismissed")).location ?? "", /notice=brakeGone/);
  assert.match((await anja.get("/tenants/bos?notice=brakeGone")).text, /al beantwoord of is vervallen/);
  const { rows } = await world.pool.query(
    "select entity, decision, decided_by, most from unit4_poller.brakes order by entity",
  );
  assert.deepEqual(rows, [
    { entity: "article", decision: null, decided_by: null, most: 0 },
    { entity: "customer", decision: "confirmed", decided_by: "anja@bos.example", most: 12 },
  ]);
});

test("A8: switching off asks first, ends it at once, and is said with who and when", async (t) => {
  const { world, run, page, anja } = await startStatus(t);
  await run(SWITCHED_ON);
  const asked = await anja.get("/tenants/bos/deactivate");
  assert.match(asked.text, /meteen niet meer naar Unit4 gestuurd/);
  const { rows: before } = await world.pool.query(
    "select status from integration.tenants where tenant_id = 'bos'",
  );
  assert.deepEqual(before, [{ status: "active" }], "asking does nothing");
  for (const _ of ["once", "twice"])
    assert.equal((await anja.post("/tenants/bos/deactivate")).location, "/tenants/bos?notice=deactivated");
  assert.equal((await anja.get("/tenants/bos/deactivate")).location, "/tenants/bos");
  await run(`insert into simon.workorder_outcomes values ('bos', 'w', 'skipped', null, 'WORKORDER_ARCHIVED_WHILE_OFF', '{}',
    now(), now(), 1, 0)`);
  const text = await page();
  assert.match(
    text,
    /De integratie staat uit<\/span> <span class="soft">sinds \S+ \S+ door anja@bos\.example/,
  );
  assert.match(text, /Opnieuw activeren/);
  assert.match(text, /workorders\?cause=WORKORDER_ARCHIVED_WHILE_OFF">1, bekijken en versturen/);
  const { rows } = await world.pool.query("select count(*) from integration.audit where act = 'DEACTIVATED'");
  assert.deepEqual(rows, [{ count: 1 }]);
});

test("the status draws what went through lately, of this tenant alone, and says so in a table", async (t) => {
  const { world, run, page } = await startStatus(t);
  assert.doesNotMatch(await page(), /id="charts"/, "there is nothing to draw before the first activation");
  await run(SWITCHED_ON);
  assert.equal((await page()).match(/Er ging in deze tijd nog niets doorheen/g)?.length, 2);
  await fillTotals(world.pool, "vos");
  assert.doesNotMatch(await page(), /<svg viewBox/);
  await world.pool.query(
    `insert into unit4_poller.totals (tenant_id, span, begins_at, changes)
     values ('bos', 'hour', date_trunc('hour', now()), 12), ('bos', 'hour', date_trunc('hour', now()) - interval '3 days', 99),
       ('bos', 'day', date_trunc('day', now(), 'Europe/Amsterdam'), 1)`,
  );
  await world.pool.query(
    `insert into order_writer.totals (tenant_id, span, begins_at, written, refused, timed, seconds, longest_seconds)
     values ('bos', 'hour', date_trunc('hour', now()), 2, 1, 2, 3, 2.5)`,
  );
  const text = await page();
  for (const part of [
    "<b>Wijzigingen uit Unit4</b> <span>12 wijzigingen</span>",
    "<span>1 wijziging</span>",
    "<span>2 orders geschreven, 1 geweigerd</span>",
    "<span>gemiddeld 1,5 s, langste 2,5 s</span>",
  ])
    assert.ok(text.includes(part), part);
  const [hours = "", days = ""] = text.match(/<div class="hidden"><table>[\s\S]*?<\/table>/g) ?? [];
  assert.equal(hours.match(/<th scope="row">/g)?.length, 24);
  assert.equal(days.match(/<th scope="row">/g)?.length, 30);
  assert.match(hours, /<td>12<\/td><td>2<\/td><td>1<\/td><td>1,5 s<\/td><td>2,5 s<\/td><\/tr><\/tbody>/);
});

test("when Unit4 fails for most tenants, each office reads that its data wait safely, until it works again", async (t) => {
  const { run, page, anja } = await startStatus(t);
  const count = (failing: number, polled: number, dueIn: string) =>
    run(
      `update unit4_poller.fleet_view set failing = ${failing}, polled = ${polled}, due_at = now() + interval '${dueIn}'`,
    );
  const isSaid = async () => (await page()).includes("bij veel bedrijven tegelijk");
  await count(6, 5, "1 hour");
  await until("the banner", isSaid);
  assert.match((await anja.get("/tenants/bos/workorders")).text, /Uw gegevens wachten veilig/);
  for (const [failing, polled, dueIn] of [
    [5, 6, "1 hour"],
    [4, 0, "1 hour"],
    [9, 0, "-1 hour"],
  ] as const) {
    await count(failing, polled, dueIn);
    await until(`no banner with ${failing} of ${failing + polled}`, async () => !(await isSaid()));
    await count(6, 5, "1 hour");
    await until("the banner", isSaid);
  }
});
