import assert from "node:assert/strict";
import { test } from "node:test";
import { OPERATIONS } from "../../../services/console/api/texts.ts";
import { ARCHIVED, keyOf, program, startApi, startPipeline, workorder } from "../../support/api-program.ts";
import { customerChanged } from "../../support/records.ts";
import { sourceFiles } from "../../support/source-files.ts";
import { until } from "../../support/until.ts";

test("only a key of the tenant itself opens its operations: no other one, no session, no cookie", async (t) => {
  const { world, site, key } = await startApi(t);
  const anja = await site.signIn("anja");
  const beheer = await site.signIn("beheer");
  const stranger = await keyOf(world, "noord");
  const attempts: readonly (readonly [string | null, number, string])[] = [
    [null, 401, "KEY_INVALID"],
    [stranger, 404, "NOT_FOUND"],
    [`${key}x`, 401, "KEY_INVALID"],
    [key.slice(0, -1), 401, "KEY_INVALID"],
    [`simon_${"A".repeat(43)}`, 401, "KEY_INVALID"],
    ["simon_' or '1'='1", 401, "KEY_INVALID"],
  ];
  for (const [tried, status, code] of attempts) {
    const answer = await program(site, tried)("POST", ARCHIVED, workorder());
    assert.deepEqual([answer.status, answer.json["code"]], [status, code], String(tried));
    assert.equal(answer.headers.get("www-authenticate")?.startsWith("Bearer ") ?? false, status === 401);
  }
  for (const visitor of [anja, beheer]) {
    const answer = await visitor.jar.fetch(site.url + ARCHIVED, {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": await visitor.csrf() },
      body: JSON.stringify(workorder()),
    });
    assert.equal(answer.status, 401);
  }
  await world.pool.query("update integration.api_tokens set revoked_at = now() where tenant_id = 'bos'");
  assert.equal((await program(site, key)("POST", ARCHIVED, workorder())).status, 401);
  assert.deepEqual(await world.records("workorderArchived"), []);
});

test("a key is answered 600 times a minute, and takes workorders beyond that", async (t) => {
  const { world, site, ask } = await startApi(t);
  const statuses = new Map<number, number>();
  for (let i = 0; i < 65; i += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask("GET", "/api/tenants/bos/audit")));
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...statuses],
    [
      [200, 600],
      [429, 50],
    ],
  );
  assert.equal((await ask("POST", ARCHIVED, workorder())).status, 202);
  const other = program(site, await keyOf(world, "bos"));
  assert.equal((await other("GET", "/api/tenants/bos/audit")).status, 200);
});

type Described = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: unknown;
  readonly responses: Readonly<Record<string, DescribedAnswer>>;
};
type DescribedAnswer = {
  readonly headers?: object;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
};

test("the description has every operation with its answers, and the page shows it in both languages", async (t) => {
  const { site } = await startApi(t);
  const visitor = site.stranger();
  const document = JSON.parse((await visitor.get("/api/openapi.json")).text);
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(document.servers, [{ url: site.url }]);
  assert.ok(Object.keys(document.paths).every((path) => path.startsWith("/api/tenants/{tenantId}/")));
  const operations = Object.values(document.paths as Record<string, Record<string, Described>>).flatMap(
    (methods) => Object.values(methods),
  );
  assert.deepEqual(
    operations.map(({ operationId }) => operationId).sort(),
    Object.keys(OPERATIONS.en).sort(),
  );
  assert.deepEqual(document.components.schemas.Problem.required, ["code", "message", "requestId"]);
  assert.ok(document.info.contact.url.startsWith(site.url) && document.info.license.name !== "");
  const known = new Set(document.tags.map(({ name }: { readonly name: string }) => name));
  for (const { operationId, summary, description, security, tags, responses } of operations) {
    assert.ok(summary !== "" && description !== "", operationId);
    // The scope that a key needs; which one each operation asks for is tried in rights-end.test.ts.
    assert.match(JSON.stringify(security), /^\[\{"key":\["(read|archive|operate)"\]\}\]$/, operationId);
    assert.ok("200" in responses || "202" in responses, operationId);
    for (const status of ["400", "401", "404", "429", "503"])
      assert.deepEqual(
        responses[status]?.content["application/json"]?.schema,
        { $ref: "#/components/schemas/Problem" },
        `${operationId} ${status}`,
      );
    assert.ok("WWW-Authenticate" in (responses["401"]?.headers ?? {}), operationId);
    assert.deepEqual(
      tags.filter((tag) => !known.has(tag)),
      [],
      operationId,
    );
  }
  const outside = sourceFiles("services/console").filter(
    ({ path, text }) =>
      !path.startsWith("services/console/api/") && /\.(get|post|put|delete)\(\s*["`]\/api/.test(text),
  );
  assert.deepEqual(outside, []);

  for (const language of ["nl", "en"] as const) {
    const { text } = await visitor.get("/api");
    for (const { summary } of Object.values(OPERATIONS[language])) assert.ok(text.includes(summary), summary);
    assert.doesNotMatch(text, /undefined|\[object/);
    visitor.jar.setCookie(site.url, "__Host-language", "en");
  }
});

test("A5, W18: a program reads settings, checks them and saves them, and is told what is wrong with each", async (t) => {
  const { world, ask } = await startPipeline(t);
  const at = "/api/tenants/bos/settings";
  const read = await ask("GET", at);
  const settings = read.json["settings"] as Readonly<Record<string, unknown>>;
  assert.deepEqual([read.json["version"], settings["travelArticle"]], [1, "REISTIJD"]);

  const wrong = await ask("PUT", at, { version: 1, settings: { ...settings, workArticle: "BESTAATNIET" } });
  assert.deepEqual([wrong.status, wrong.json["code"]], [409, "SETTINGS_NOT_RIGHT"]);
  const [fault] = wrong.json["faults"] as readonly { readonly path: string; readonly message: string }[];
  assert.equal(fault?.path, "/settings/workArticle");
  assert.match(fault?.message ?? "", /BESTAATNIET/);

  const found = await ask("POST", `${at}/check`, { ...settings, filterWord: "garantie" });
  assert.equal(found.json["isRight"], true);
  const saved = await ask("PUT", at, { version: 1, settings: { ...settings, filterWord: "garantie" } });
  assert.deepEqual(
    [saved.status, saved.json],
    [200, { version: 2, changes: [{ field: "filterWord", from: "", to: "garantie" }] }],
  );
  const late = await ask("PUT", at, { version: 1, settings });
  assert.deepEqual([late.status, late.json["code"]], [409, "SETTINGS_CHANGED_MEANWHILE"]);
  for (const body of [
    settings,
    { version: 2, settings: { ...settings, nieuw: true } },
    { version: 2, settings: { ...settings, remarks: "alles" } },
    { version: 2, settings: { ...settings, articleTypes: ["0"] } },
  ])
    assert.equal((await ask("PUT", at, body)).status, 400);
  assert.equal((await ask("GET", at)).json["version"], 2);
  const { rows } = await world.pool.query(
    "select by, act from integration.audit where act = 'SETTINGS_SAVED'",
  );
  assert.deepEqual(rows, [{ by: "boekhouding", act: "SETTINGS_SAVED" }]);

  assert.deepEqual((await ask("POST", "/api/tenants/bos/deactivate")).json, { status: "inactive" });
  assert.deepEqual((await ask("POST", "/api/tenants/bos/deactivate")).json, { status: "inactive" });
  const off = await ask("PUT", at, { version: 2, settings });
  assert.deepEqual([off.status, off.json["code"]], [409, "TENANT_INACTIVE"]);
  const acts = (await ask("GET", "/api/tenants/bos/audit")).json["acts"] as readonly {
    readonly act: string;
  }[];
  assert.deepEqual(
    acts.map(({ act }) => act),
    ["DEACTIVATED", "SETTINGS_SAVED"],
  );
});

test("W17: a program sends refused workorders again, after asking what would go", async (t) => {
  const { world, ask, administration } = await startPipeline(t);
  const at = "/api/tenants/bos/workorders/retry";
  await ask("POST", ARCHIVED, workorder({ customerId: "10002", archivedAt: new Date().toISOString() }));
  const outcome = async () =>
    (await world.pool.query("select outcome from simon.workorder_outcomes")).rows[0]?.outcome;
  await until("it to be refused", async () => (await outcome()) === "refused");
  await world.send("customerChanged", "bos/10002", customerChanged("bos", "10002", {}));
  await until(
    "its customer",
    async () => (await world.pool.query("select from simon.customers")).rowCount === 2,
  );

  const preview = await ask("POST", at, { workorderIds: ["w1", "w9"], dryRun: true });
  const cause = "WORKORDER_CUSTOMER_UNKNOWN";
  assert.deepEqual(preview.json, {
    sent: [{ workorderId: "w1", number: "WB-2026-000001", cause }],
    notSent: [
      {
        ...{ workorderId: "w9", number: "", why: "NOT_REFUSED", orderId: null },
        link: "/api/tenants/bos/workorders/w9",
      },
    ],
  });
  assert.equal(await outcome(), "refused");
  assert.deepEqual((await ask("POST", at, { cause })).json["sent"], preview.json["sent"]);
  await until("it to be written", async () => (await outcome()) === "written");
  const [order, ...others] = administration.orders.values();
  assert.ok(order !== undefined && others.length === 0);
  // O49: what stands in Unit4 is named, and the press is on record although it sends nothing.
  assert.deepEqual((await ask("POST", at, { workorderIds: ["w1"] })).json, {
    sent: [],
    notSent: [
      {
        ...{ workorderId: "w1", number: "WB-2026-000001", why: "WRITTEN", orderId: order.orderId },
        link: "/api/tenants/bos/workorders/w1",
      },
    ],
  });
  assert.equal((await ask("GET", "/api/tenants/bos/workorders/w1")).json["orderId"], order.orderId);
  const { rows: acts } = await world.pool.query(
    "select act, details -> 'notSent' as left from integration.audit where act like 'WORKORDERS_%' order by at desc limit 1",
  );
  assert.deepEqual(acts, [
    {
      act: "WORKORDERS_NOT_SENT_AGAIN",
      left: [{ workorder: "WB-2026-000001", why: "WRITTEN", orderId: order.orderId }],
    },
  ]);
  for (const body of [{}, { dryRun: true }, { workorderIds: [] }, { all: true }, { from: "morgen" }])
    assert.equal((await ask("POST", at, body)).status, 400, JSON.stringify(body));
  assert.deepEqual((await ask("POST", at, { cause })).json, { sent: [], notSent: [] });
});

test("M12: a program sees deletions that wait and decides about them once", async (t) => {
  const { world, ask } = await startApi(t);
  await world.pool.query(`
    update integration.tenants set status = 'active', epoch = 1, administration = 'MVL1' where tenant_id = 'bos';
    insert into unit4_poller.schedules (tenant_id, epoch) values ('bos', 1);
    insert into unit4_poller.brakes (tenant_id, entity, epoch, revision, missing, known, missing_ids)
    values ('bos', 'customer', 1, 7, 900, 1000, '{K1,K2}');
    insert into simon.customers (tenant_id, customer_id, name) values ('bos', 'K1', 'Klant een')`);
  const { json } = await ask("GET", "/api/tenants/bos/brakes");
  const [brake] = json["brakes"] as readonly Readonly<Record<string, unknown>>[];
  assert.deepEqual([brake?.["entity"], brake?.["revision"], brake?.["missing"]], ["customer", 7, 900]);
  assert.deepEqual(brake?.["rows"], [
    { id: "K1", name: "Klant een" },
    { id: "K2", name: "" },
  ]);
  const decide = (revision: number) =>
    ask("POST", "/api/tenants/bos/brakes/customer", { revision, decision: "dismissed" });
  assert.equal((await decide(6)).json["code"], "BRAKE_CLOSED");
  assert.deepEqual((await decide(7)).json, { status: "decided" });
  assert.deepEqual([(await decide(7)).status, (await decide(-1)).status], [409, 400]);
  assert.equal(
    (await ask("POST", "/api/tenants/bos/brakes/workorder", { revision: 7, decision: "dismissed" })).status,
    400,
  );
});

test("a program reads how its tenant stands, and nothing of another one", async (t) => {
  const { ask, world } = await startApi(t);
  await world.pool.query(`
    update integration.tenants set status = 'active', epoch = 1, administration = 'MVL1' where tenant_id = 'bos';
    insert into integration.activations (tenant_id, epoch, activated_at) values ('bos', 1, '2026-11-20T10:00:00Z');
    insert into integration.connections (tenant_id, state, connected_by) values ('bos', 'revoked', 'x');
    insert into unit4_poller.schedules (tenant_id, epoch, last_scan_at) values ('bos', 1, '2026-11-21T10:00:00Z');
    insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
    values ('bos', 'w1', 'r', 'K', '{}', 'unknown', '2026-11-22T10:00:00Z'), ('noord', 'w1', 'r', 'K', '{}', 'waiting', now());
    insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
      correlation_id, occurrence_count, first_at, last_at)
    values ('bos', 'A', 'error', 'workorder', 'w1', '', '{}', 'x', '', 1, now(), now()),
      ('noord', 'A', 'error', 'workorder', 'w1', '', '{}', 'x', '', 1, now(), now())`);
  const { json } = await ask("GET", "/api/tenants/bos/status");
  const { connection, ...rest } = json as { connection: { state: string } };
  assert.equal(connection.state, "revoked");
  assert.deepEqual(rest, {
    tenantId: "bos",
    name: "Garage Bos",
    status: "active",
    activeSince: "2026-11-20T10:00:00.000Z",
    administration: "MVL1",
    lastScanAt: "2026-11-21T10:00:00.000Z",
    lastChangeAt: null,
    loading: [],
    orders: { waiting: 1, unknown: 1, oldestAt: "2026-11-22T10:00:00.000Z", lastWrittenAt: null },
    messages: { errors: 1, warnings: 0 },
    openBrakes: 0,
    archivedWhileOff: 0,
  });
});

test("a program reads every message once, page by page, as it asks for them", async (t) => {
  const { ask, world } = await startApi(t);
  await world.pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at, closed_at)
     select case when n > 250 then 'noord' else 'bos' end, 'WORKORDER_FILTERED',
       case when n % 10 = 0 then 'error' else 'info' end, 'workorder', 'w' || n, 'WB-' || n,
       '{"number":"WB","filterWord":"<b>garantie</b>"}', 'x', '', 1, now(),
       timestamptz '2026-11-20 10:00Z' + (n / 3) * interval '1 microsecond', case when n % 20 = 0 then now() end
     from generate_series(1, 260) n`,
  );
  type Page = {
    readonly messages: readonly { readonly recordId: string; readonly text: string }[];
    readonly next: string | null;
  };
  const all = async (query: string): Promise<Page["messages"]> => {
    const seen: Page["messages"][number][] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { json } = await ask("GET", `/api/tenants/bos/messages?${query}${cursor && `&cursor=${cursor}`}`);
      const page = json as unknown as Page;
      seen.push(...page.messages);
      cursor = page.next;
    }
    return seen;
  };
  const every = await all("");
  assert.deepEqual(
    every.map(({ recordId }) => recordId),
    Array.from({ length: 250 }, (_, i) => `w${250 - i}`),
  );
  assert.match(every[0]?.text ?? "", /<b>garantie<\/b>/);
  assert.equal((await all("kind=error")).length, 25);
  assert.equal((await all("kind=error&state=open")).length, 13);
  assert.equal((await all("state=closed")).length, 12);
  assert.deepEqual(
    (await all("recordId=w7")).map(({ recordId }) => recordId),
    ["w7"],
  );
  assert.deepEqual(await all("recordId=w255"), []);
  assert.deepEqual(await all("table=customer"), []);
  for (const query of [
    "kind=fatal",
    "cursor=1",
    "cursor=1.1'",
    "cursor=99999999999999999.1",
    "state=",
    "recordId=%00",
  ])
    assert.equal((await ask("GET", `/api/tenants/bos/messages?${query}`)).status, 400, query);
  // The furthest place that a cursor can name.
  assert.equal((await ask("GET", "/api/tenants/bos/messages?cursor=9999999999999999.1")).status, 200);
});
