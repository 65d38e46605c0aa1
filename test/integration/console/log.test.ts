import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { type SaidMessage, say } from "../../support/log-rows.ts";
import { createWorld, type World } from "../../support/world.ts";

const LOG = "/tenants/bos/log";
const AT = Date.parse("2026-11-24T10:00:00Z");

type Site = {
  readonly world: World;
  readonly anja: Visitor;
  readonly beheer: Visitor;
};

async function createSite(t: TestContext): Promise<Site> {
  const world = await createWorld(t);
  await world.pool.query(
    "insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos'), ('noord', 'Noord B.V.')",
  );
  const site = await createConsoleWorld(t, world);
  return { world, anja: await site.signIn("anja"), beheer: await site.signIn("beheer") };
}

/** Rows of a page's list, as the text of their cells. */
const rowsOf = (page: string): readonly (readonly string[])[] =>
  [...page.matchAll(/<tr role="row" class="[^"]*">(.*?)<\/tr>/gs)].map(([, row]) =>
    [...(row ?? "").matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => plain(cell ?? "")),
  );

const plain = (markup: string): string =>
  markup
    .replaceAll(/<span class="hidden">.*?<\/span>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ")
    .trim();

const totalOf = (page: string): string => /id="log-total"[^>]*>([^<]*)</.exec(page)?.[1] ?? "";

/** Lines of an export as cells, without the head. */
const linesOf = (csv: string): readonly (readonly string[])[] =>
  csv
    .split("\r\n")
    .slice(1, -1)
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => (cell ?? "").replaceAll('""', '"')),
    );

async function look(visitor: Visitor, query: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, text } = await visitor.get(`${LOG}?${new URLSearchParams(query)}`);
  assert.equal(status, 200);
  return text;
}

const written = (number: number): SaidMessage => ({
  code: "ORDER_WRITTEN",
  recordId: `${number}`,
  recordName: `WB-${number}`,
  params: { number: `WB-${number}`, orderId: `26${number}` },
  at: AT + number,
});
const refused = (number: number): SaidMessage => ({
  ...written(number),
  code: "WORKORDER_WITHOUT_CUSTOMER",
});

test("O24: choosing errors on page 12 shows all seven on one page, a new one comes once, and the export is the same", async (t) => {
  const { world, anja } = await createSite(t);
  const numbers = Array.from({ length: 1_000 }, (_, i) => i);
  await say(world, ...numbers.map((i) => (i % 143 === 1 ? refused(i) : written(i))));
  const middle = await look(anja, { page: "12" });
  assert.equal(totalOf(middle), "1.000 meldingen");
  assert.match(middle, /Pagina 12 van 20/);
  assert.equal(rowsOf(middle).length, 50);

  const errors = async (page: string): Promise<readonly string[]> => {
    const text = await look(anja, { kind: "error", page });
    assert.equal(totalOf(text), `${rowsOf(text).length} meldingen`);
    assert.match(text, /Pagina 1 van 1,/);
    return rowsOf(text).map((row) => row[5] ?? "");
  };
  const seven = ["WB-859", "WB-716", "WB-573", "WB-430", "WB-287", "WB-144", "WB-1"];
  for (const page of ["1", "12"]) assert.deepEqual(await errors(page), seven);

  await say(world, refused(2_000), refused(2_000));
  assert.deepEqual(await errors("12"), ["WB-2000", ...seven]);
  const exported = await anja.get(`${LOG}.csv?kind=error`);
  assert.deepEqual(
    linesOf(exported.text).map((line) => line[8]),
    ["WB-2000", ...seven],
  );
  assert.equal(linesOf((await anja.get(`${LOG}.csv`)).text).length, 1_001);

  const last = await look(anja, { page: "99999999" });
  assert.match(last, /Pagina 21 van 21/);
  assert.deepEqual(
    rowsOf(last).map((row) => row[5]),
    ["WB-0"],
  );
  for (const page of ["0", "-1", "x", "1e99", ""])
    assert.match(await look(anja, { page }), /Pagina 1 van 21/);
});

test("O24: two moments of the hour that comes twice stay in order and can be told apart, in every view", async (t) => {
  const { world, anja } = await createSite(t);
  await say(
    world,
    { ...refused(1), at: Date.parse("2026-10-25T00:30:00Z") },
    { ...refused(2), at: Date.parse("2026-10-25T01:30:00Z") },
  );
  const times = ["25-10-2026 02:30:00 (wintertijd)", "25-10-2026 02:30:00 (zomertijd)"];
  const page = await look(anja);
  assert.deepEqual(
    rowsOf(page).map((row) => row[0]),
    times,
  );
  assert.deepEqual(
    linesOf((await anja.get(`${LOG}.csv`)).text).map((line) => line[0]),
    times,
  );
  const detail = /href="(\/tenants\/bos\/log\/\d+)"/.exec(page)?.[1] ?? "";
  assert.ok((await anja.get(detail)).text.includes(times[0] ?? "-"));
});

test("L2: filters by kind, table, state and Dutch days leave what they say, alone and together", async (t) => {
  const { world, anja } = await createSite(t);
  const at = (iso: string): number => Date.parse(iso);
  await say(
    world,
    { ...written(1), at: at("2026-10-24T21:59:59.999Z") },
    { ...refused(2), at: at("2026-10-24T22:00:00Z") },
    { ...refused(3), at: at("2026-10-25T22:59:59.999Z") },
    {
      code: "CUSTOMER_STATE_UNKNOWN",
      recordId: "K4",
      recordName: "Bos & Zn",
      at: at("2026-10-25T23:00:00Z"),
    },
    { ...refused(5), at: at("2026-10-20T10:00:00Z") },
    { ...refused(5), at: at("2026-10-30T10:00:00Z") },
    { ...written(3), at: at("2026-11-01T10:00:00Z"), closes: ["WORKORDER_WITHOUT_CUSTOMER"] },
  );
  for (const [query, records] of [
    [{}, ["WB-3", "WB-5", "Bos & Zn", "WB-3", "WB-2", "WB-1"]],
    [{ kind: "error" }, ["WB-5", "WB-3", "WB-2"]],
    [{ kind: "warning" }, ["Bos & Zn"]],
    [{ table: "customer" }, ["Bos & Zn"]],
    [{ table: "workorder", kind: "info" }, ["WB-3", "WB-1"]],
    [{ state: "open" }, ["WB-5", "Bos & Zn", "WB-2"]],
    [{ state: "closed" }, ["WB-3"]],
    [{ from: "2026-10-25", to: "2026-10-25" }, ["WB-5", "WB-3", "WB-2"]],
    [{ to: "2026-10-24" }, ["WB-5", "WB-1"]],
    [{ from: "2026-10-26", kind: "warning" }, ["Bos & Zn"]],
    [{ from: "2026-11-02" }, []],
    [{ kind: "", table: "", state: "all", from: "", to: "", q: "" }, 6],
    [{ kind: "fatal", state: "?" }, 6],
  ] as const) {
    const rows = rowsOf(await look(anja, query));
    const seen = typeof records === "number" ? rows.length : rows.map((row) => row[5]);
    assert.deepEqual(seen, records, JSON.stringify(query));
  }
  for (const query of ["to=2026-02-30", "from=gisteren", "from=0000-01-01"])
    assert.equal((await anja.get(`/tenants/bos/log?${query}`)).status, 400, query);
});

test("L2: a search finds what people see, in either language, all words of it, and takes no character for another", async (t) => {
  const { world, anja } = await createSite(t);
  const reason = Array.from({ length: 300 }, (_, i) => `regel${i}`).join(" ");
  await say(
    world,
    { code: "ORDER_REFUSED", recordId: "1", recordName: "WB-1", params: { number: "WB-1", reason } },
    {
      code: "CUSTOMER_STATE_UNKNOWN",
      recordId: "K2",
      recordName: "Café Zoë",
      params: { id: "K2", name: "Café Zoë", stateCode: "50%_x" },
    },
    { code: "CUSTOMERS_LOADED", recordId: "", recordName: "", params: { count: "25" } },
    {
      code: "ORDER_WRITTEN",
      recordId: "3",
      recordName: "WB-3",
      params: { number: "WB-3", orderId: "26800" },
    },
  );
  for (const [q, count] of [
    ["wb-1", 1],
    ["WB-", 2],
    ["cafe zoe", 1],
    ["CAFÉ", 1],
    ["“50%_x”", 1],
    ['"50%_x"', 1],
    ["0%_", 1],
    ["50x_x", 0],
    ["%", 1],
    ["regel299 wb-1", 1],
    ["regel299 wb-3", 0],
    ["order 26800", 1],
    ["workorder wb-3", 1],
    ["helpdesk", 1],
    ["(cafe", 1],
    ["'; drop table log.messages; --", 0],
    ["\\", 0],
  ] as const) {
    const page = await look(anja, { q });
    assert.equal(rowsOf(page).length, count, q);
    assert.equal(totalOf(page), count === 1 ? "1 melding" : `${count} meldingen`, q);
  }
  const whole = rowsOf(await look(anja));
  for (const row of whole.map((cells) => `${cells[3]} ${cells[5]}`.replace("Bekijken", "").slice(0, 200)))
    assert.ok(rowsOf(await look(anja, { q: row })).length >= 1, row);
});

test("L2, L5: a repeated message is found by its latest words, in whatever order they arrive", async (t) => {
  const { world, anja } = await createSite(t);
  const because = (reason: string, at: number): SaidMessage => ({
    code: "ORDER_REFUSED",
    params: { number: "WB-173", reason },
    at,
  });
  const long = Array.from({ length: 300 }, (_, i) => `oud${i}`).join(" ");
  const found = async (q: string): Promise<number> => rowsOf(await look(anja, { q })).length;
  await say(world, because(long, AT));
  assert.deepEqual([await found("oud0"), await found("oud299")], [1, 1]);
  await say(world, because("nieuw", AT + 2));
  await say(world, because("tussendoor", AT + 1));
  assert.deepEqual([await found("nieuw"), await found("oud0"), await found("oud299")], [1, 0, 0]);
  assert.equal(await found("tussendoor"), 0);
  assert.equal(rowsOf(await look(anja)).length, 1);
});

test("L1, L5: a message shows its times, its count, what to do and where, until it is solved", async (t) => {
  const { world, anja } = await createSite(t);
  await say(world, refused(1), { ...refused(1), at: AT + 60_000 });
  const open = await look(anja);
  assert.match(open, /class="error">/);
  assert.match(open, /href="\/tenants\/bos\/workorders\/1">Naar de werkbon/);
  const [row] = rowsOf(open);
  assert.match(row?.[0] ?? "", /^24-11-2026 11:01:00 2 keer sinds 24-11-2026 11:00:00$/);
  assert.deepEqual(row?.slice(1, 3), ["Werkbon", "fout"]);
  assert.match(row?.[3] ?? "", /^Op werkbon WB-1 staat geen klant\./);
  assert.match(row?.[4] ?? "", /^Kies een klant op de werkbon/);
  await anja.post("/language", { language: "en", return: LOG });
  assert.match(await look(anja), /Workorder WB-1 has no customer\..*To the workorder/s);
  await anja.post("/language", { language: "nl", return: LOG });

  await say(world, { ...written(1), at: AT + 120_000, closes: ["WORKORDER_WITHOUT_CUSTOMER"] });
  const solved = await look(anja);
  assert.match(solved, /class="error closed">.*opgelost om 24-11-2026 11:02:00/s);
  assert.doesNotMatch(solved, /Naar de werkbon</);

  const detail = /id="m(\d+)" href="[^"]*">Bekijken<span class="hidden"> Op werkbon/.exec(solved)?.[1];
  const { text } = await anja.get(`${LOG}/${detail}`);
  assert.equal(text.match(/<td class="time">24-11-2026 11:0[01]:00<\/td>/g)?.length, 2);
  assert.match(text, /Werkbon: WB-1/);
  for (const path of [
    `${LOG}/999999`,
    `/tenants/noord/log/${detail}`,
    "/tenants/noord/log",
    "/tenants/noord/log.csv",
  ])
    assert.equal((await anja.get(path)).status, 404, path);
  assert.equal((await anja.get(`${LOG}/x1`)).status, 400);
});

test("O25: each trouble of the connection says who does what, and only one that a person mends asks for it", async (t) => {
  const { world, anja } = await createSite(t);
  const connection = { recordId: "", recordName: "" };
  await say(
    world,
    { ...connection, code: "CONNECTION_REVOKED", params: {}, at: AT },
    { ...connection, code: "UNIT4_UNAVAILABLE", params: { reason: "HTTP_503" }, at: AT + 1 },
    { ...connection, code: "CONNECTION_CLIENT_REFUSED", params: {}, at: AT + 2 },
    {
      code: "ORDER_NOT_SENT",
      params: { number: "WB-2026-000176", reason: "HTTP_503", tenant: "Bos" },
      at: AT + 3,
    },
  );
  const rows = rowsOf(await look(anja));
  assert.deepEqual(
    rows.map((row) => row[2]),
    ["waarschuwing", "waarschuwing", "waarschuwing", "fout"],
  );
  assert.match(rows[0]?.[3] ?? "", /WB-2026-000176/);
  for (const [, , , , action] of rows.slice(0, 3)) assert.match(action ?? "", /^U hoeft niets te doen/);
  assert.match(rows[3]?.[4] ?? "", /^Koppel opnieuw.* Opnieuw koppelen$/);
  assert.match(await look(anja), /href="\/tenants\/bos\/activation\/connect">Opnieuw koppelen/);
  await say(world, {
    ...connection,
    code: "CONNECTION_RESTORED",
    at: AT + 9,
    closes: ["CONNECTION_REVOKED"],
  });
  assert.match(await look(anja, { kind: "error" }), /opgelost om/);
});

test("the export opens in a Dutch spreadsheet, and no customer's name becomes a formula there", async (t) => {
  const { world, anja } = await createSite(t);
  await say(
    world,
    { ...refused(1), recordId: "-1", recordName: '=HYPERLINK("http://x";"y")' },
    { ...refused(2), recordId: "2", recordName: " ＝cmd|'/C calc'!A0" },
    { ...refused(3), tenantId: "noord", recordName: "van een ander" },
  );
  const { text, headers, status } = await anja.get(`${LOG}.csv`);
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/csv; charset=utf-8");
  assert.match(
    headers.get("content-disposition") ?? "",
    /^attachment; filename="logging-bos-\d{4}-\d\d-\d\d\.csv"$/,
  );
  assert.ok(
    text.includes('\r\n"24-11-2026 11:00:00";"24-11-2026 11:00:00";"1";"Werkbon";"fout";"Op werkbon'),
  );
  const names = linesOf(text).map((line) => line.slice(7, 9));
  assert.deepEqual(names, [
    ["2", "' ＝cmd|'/C calc'!A0"],
    ["'-1", `'=HYPERLINK("http://x";"y")`],
  ]);
});

test("what was set aside is shown to operators alone", async (t) => {
  const { world, anja, beheer } = await createSite(t);
  await world.pool.query(
    `insert into log.dead_letters (topic, partition, record_offset, consumer_group, tenant_id, reason, detail, key, value,
       headers, failed_at)
     select 'simon.workorder-archived.v1', 1, 6 + n, 'g', tenant, 'DECODE_FAILED', 'kapot bij ' || tenant, '\\x00ff', '\\x01',
       '{}', now() from unnest(array['bos', 'noord']) with ordinality as one (tenant, n)`,
  );
  assert.doesNotMatch(await look(anja), /DECODE_FAILED|beheerders/);
  const seen = await look(beheer);
  assert.match(seen, /simon\.workorder-archived\.v1 1\/7/);
  assert.match(seen, /kapot bij bos/);
  assert.doesNotMatch(seen, /kapot bij noord/);
});

test("a live page ends for a person who was moved to another tenant", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  await site.signIn("noor");
  const anja = await site.signIn("anja");
  const stream = await anja.jar.fetch(`${site.url}/tenants/bos/log/events`);
  assert.equal(stream.status, 200);
  await world.pool.query("update integration.users set tenant_id = 'noord' where name = 'Anja Bos'");
  let bytes = 0;
  for await (const chunk of stream.body ?? []) bytes += chunk.length;
  assert.ok(bytes > 0, "it ended by itself, after what was sent before");
  assert.equal((await anja.get("/tenants/bos/log/events")).status, 404);
});
