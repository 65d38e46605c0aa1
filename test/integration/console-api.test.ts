import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { WorkorderArchived } from "../../schemas/records.ts";
import { insertKey } from "../../services/console/access/key-store.ts";
import { OPERATIONS } from "../../services/console/api/texts.ts";
import { type ConsoleWorld, createConsoleWorld } from "../support/console-world.ts";
import { customerChanged } from "../support/records.ts";
import { sourceFiles } from "../support/source-files.ts";
import { createUnit4World } from "../support/unit4-world.ts";
import { until } from "../support/until.ts";
import { createWorld, type World } from "../support/world.ts";

type ApiAnswer = {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly headers: Headers;
};

/** A program with a key, or with none. */
function program(site: ConsoleWorld, key: string | null) {
  return async (
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> => {
    const response = await fetch(site.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      json: (await response.json()) as Record<string, unknown>,
      headers: response.headers,
    };
  };
}

/** A console with two tenants and a program of the first. */
async function startApi(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const world = await createWorld(t);
  await world.pool.query(
    "insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos'), ('noord', 'Noord')",
  );
  const site = await createConsoleWorld(t, world, { environment });
  const key = await keyOf(world, "bos");
  return { world, site, key, ask: program(site, key) };
}

const keyOf = (world: World, tenantId: string): Promise<string> =>
  insertKey(world.pool, { tenantId, name: "boekhouding", by: "test" });

const ARCHIVED = "/api/tenants/bos/workorders/archived";

/** A workorder as a program sends it. */
const workorder = (overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  workorderId: "w1",
  workorderNumber: "WB-2026-000001",
  customerId: "10001",
  description: "Ketel nagekeken",
  reportedReady: true,
  travelMinutes: 15,
  workMinutes: 120,
  archivedAt: "2026-11-20T14:03:00.000+01:00",
  archivedBy: "kantoor",
  ...overrides,
});

test("a workorder that a program sends in is on its topic when it is accepted, as it was sent", async (t) => {
  const { world, ask } = await startApi(t);
  const address = { workAddressId: "a1", customerId: "10001", name: "Filiaal", city: "GRONINGEN" };
  const materials = [{ articleId: "2001", quantity: "-2.50" }];
  const answer = await ask("POST", ARCHIVED, workorder({ workAddress: address, materials }));
  assert.equal(answer.status, 202);
  assert.deepEqual(answer.json, { workorderId: "w1", status: "accepted" });
  const records = await world.records<WorkorderArchived>("workorderArchived");
  assert.deepEqual(
    records.map(({ key, value }) => ({ key, value: { ...JSON.parse(JSON.stringify(value)) } })),
    [
      {
        key: "bos/w1",
        value: {
          tenantId: "bos",
          workorderId: "w1",
          workorderNumber: "WB-2026-000001",
          customerId: "10001",
          workAddress: { ...address, street: "", zipCode: "" },
          description: "Ketel nagekeken",
          reportedReady: true,
          travelMinutes: 15,
          workMinutes: 120,
          materials: [{ articleId: "2001", quantity: "-2.50", description: "" }],
          archivedAt: Date.parse("2026-11-20T13:03:00.000Z"),
          archivedBy: "kantoor",
          retry: null,
        },
      },
    ],
  );
});

test("W13: the same workorder again is accepted without a second event, a changed one needs a later archivedAt", async (t) => {
  const { world, ask } = await startApi(t);
  const count = async () => (await world.records("workorderArchived")).length;
  const first = await ask("POST", ARCHIVED, workorder());
  const inOtherWords = workorder({ archivedAt: "2026-11-20T13:03:00Z", customerId: "10001" });
  for (const again of [workorder(), inOtherWords]) {
    const { status, json } = await ask("POST", ARCHIVED, again);
    assert.deepEqual({ status, json }, { status: first.status, json: first.json });
  }
  assert.equal(await count(), 1);

  for (const changed of [
    workorder({ workMinutes: 60 }),
    workorder({ workMinutes: 60, archivedAt: "2026-11-20T14:02:59.999+01:00" }),
  ]) {
    const { status, json } = await ask("POST", ARCHIVED, changed);
    assert.deepEqual([status, json["code"]], [409, "WORKORDER_CHANGED"]);
  }
  assert.equal(await count(), 1);
  const later = workorder({ workMinutes: 60, archivedAt: "2026-11-20T14:03:00.001+01:00" });
  assert.equal((await ask("POST", ARCHIVED, later)).status, 202);
  assert.equal(await count(), 2);
});

test("what a program sends wrongly is refused with the place of each fault, and nothing of it is published", async (t) => {
  const { world, ask } = await startApi(t);
  const soon = new Date(Date.now() + 6 * 60_000).toISOString();
  const cases: readonly (readonly [unknown, string])[] = [
    [workorder({ tenantId: "noord" }), "/"],
    [workorder({ retry: { id: "x", at: 1, by: "y" } }), "/"],
    [workorder({ workorderId: "" }), "/workorderId"],
    [workorder({ workorderId: "w\n1" }), "/workorderId"],
    [workorder({ workorderId: "x".repeat(201) }), "/workorderId"],
    [workorder({ customerId: 10001 }), "/customerId"],
    [workorder({ reportedReady: "yes" }), "/reportedReady"],
    [workorder({ reportedReady: undefined }), "/reportedReady"],
    [workorder({ travelMinutes: 1.5 }), "/travelMinutes"],
    [workorder({ workMinutes: -1 }), "/workMinutes"],
    [workorder({ workMinutes: 1e12 }), "/workMinutes"],
    [workorder({ description: "x".repeat(100_001) }), "/description"],
    [workorder({ archivedAt: "2026-11-20T14:03:00" }), "/archivedAt"],
    [workorder({ archivedAt: "gisteren" }), "/archivedAt"],
    [workorder({ archivedAt: 1_795_000_000_000 }), "/archivedAt"],
    [workorder({ archivedAt: "1969-12-31T23:59:59Z" }), "/archivedAt"],
    [workorder({ archivedAt: soon }), "/archivedAt"],
    ...["2,5", "1e3", "", "+2", "1".repeat(31), "NaN"].map(
      (quantity) =>
        [workorder({ materials: [{ articleId: "2001", quantity }] }), "/materials/0/quantity"] as const,
    ),
    [workorder({ materials: [{ articleId: "2001", quantity: 2 }] }), "/materials/0/quantity"],
    [workorder({ materials: [{ articleId: "2001", quantity: "2", price: "1" }] }), "/materials/0"],
    [workorder({ workAddress: { workAddressId: "a1" } }), "/workAddress/customerId"],
    [[], "/"],
    ["null", "/"],
  ];
  for (const [body, place] of cases) {
    const { status, json } = await ask("POST", ARCHIVED, body);
    const text = JSON.stringify(body)?.slice(0, 300);
    assert.equal(status, 400, text);
    assert.deepEqual(Object.keys(json).sort(), ["code", "faults", "message", "requestId"], text);
    const faults = json["faults"] as readonly { readonly path: string }[];
    assert.ok(
      faults.some(({ path }) => path === place),
      `${text}: ${JSON.stringify(faults)}`,
    );
  }
  for (const body of [
    "{",
    JSON.stringify(workorder({ description: "a\0b" })),
    JSON.stringify(workorder({ "description\0": "" })),
    '{"description":"\\ud800"}',
    "[".repeat(100_000) + "]".repeat(100_000),
  ]) {
    const { status, json } = await ask("POST", ARCHIVED, body);
    assert.deepEqual([status, json["code"]], [400, "INPUT_INVALID"], body.slice(0, 80));
  }
  assert.equal((await ask("POST", ARCHIVED, "x=1", { "content-type": "text/csv" })).status, 415);
  assert.equal((await ask("POST", ARCHIVED, workorder({ description: "x".repeat(1_100_000) }))).status, 413);
  assert.equal((await ask("POST", "/api/tenants/%00/workorders/archived", workorder())).status, 400);
  assert.equal((await ask("GET", "/api/tenants/bos/nothing")).json["code"], "NOT_FOUND");
  assert.deepEqual(await world.records("workorderArchived"), []);
});

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

test("who keeps trying keys is refused for a minute, the right one included", async (t) => {
  const { site, ask } = await startApi(t);
  assert.equal((await ask("GET", "/api/tenants/bos/audit")).status, 200);
  const guess = program(site, `simon_${"A".repeat(43)}`);
  const statuses: number[] = [];
  for (let i = 0; i < 21; i += 1) statuses.push((await guess("GET", "/api/tenants/bos/audit")).status);
  assert.deepEqual(statuses, [...Array<number>(20).fill(401), 429]);
  const { status, json, headers } = await ask("GET", "/api/tenants/bos/audit");
  assert.deepEqual([status, json["code"]], [429, "TOO_MANY_REQUESTS"]);
  const wait = Number(headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60);
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

test("while Kafka is down a program is told to send again, and the same workorder goes out once it is up", async (t) => {
  const world = await createWorld(t);
  await world.pool.query("insert into integration.tenants (tenant_id, name) values ('bos', 'Garage Bos')");
  const down = await createConsoleWorld(t, world, { environment: { KAFKA_BROKERS: "127.0.0.1:9" } });
  const key = await keyOf(world, "bos");
  const { status, json } = await program(down, key)("POST", ARCHIVED, workorder(), {
    "accept-language": "en",
  });
  assert.deepEqual([status, json["code"]], [503, "PIPELINE_DOWN"]);
  assert.match(String(json["message"]), /Try again in a few minutes/);
  assert.equal((await program(down, key)("GET", "/api/tenants/bos/audit")).status, 200);

  const up = await createConsoleWorld(t, world);
  assert.equal((await program(up, key)("POST", ARCHIVED, workorder())).status, 202);
  assert.equal((await world.records("workorderArchived")).length, 1);
});

test("W13: workorders that a program sends twice become one order each, and nothing misleading is said of them", async (t) => {
  const { world, ask, administration } = await startPipeline(t);
  const now = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();
  const good = workorder({ archivedAt: now(0) });
  const bad = workorder({
    workorderId: "w2",
    workorderNumber: "WB-2026-000002",
    customerId: null,
    archivedAt: now(0),
  });
  assert.equal((await ask("POST", ARCHIVED, good)).status, 202);
  assert.equal((await ask("POST", ARCHIVED, bad)).status, 202);
  const settled = async () => {
    const { rows } = await world.pool.query<{ id: string; outcome: string }>(
      "select workorder_id as id, outcome from simon.workorder_outcomes order by workorder_id",
    );
    return rows.map(({ id, outcome }) => `${id} ${outcome}`);
  };
  await until("both to be settled", async () => (await settled()).length === 2);
  assert.deepEqual(await settled(), ["w1 written", "w2 refused"]);
  const fate = async (id: string) => (await ask("GET", `/api/tenants/bos/workorders/${id}`)).json;
  const order = await fate("w1");
  const [written] = [...administration.orders.values()];
  assert.deepEqual(
    [order["state"], order["orderId"], order["number"]],
    ["sent", written?.orderId, "WB-2026-000001"],
  );
  const none = await fate("w2");
  assert.deepEqual([none["state"], none["orderId"]], ["refused", null]);
  assert.match(String(none["action"]), /klant/);
  assert.equal((await fate("w9"))["code"], "NOT_FOUND");
  const said = async () => {
    const { rows } = await world.pool.query<{ text: string }>(
      "select code || ' ' || record_id || ' ' || occurrence_count as text from log.messages where record_table = 'workorder' order by 1",
    );
    return rows.map(({ text }) => text);
  };
  await until("what is said of both", async () => (await said()).length === 2);
  const before = await said();

  // A second look would refuse it, though its order is in Unit4.
  await world.pool.query("update simon.customers set state = 'removed' where customer_id = '10001'");
  assert.equal((await ask("POST", ARCHIVED, good)).status, 202);
  assert.equal((await ask("POST", ARCHIVED, bad)).status, 202);
  // Behind the two, in the tenant's own order: once it is settled they would have been.
  const last = workorder({
    workorderId: "w3",
    workorderNumber: "WB-2026-000003",
    customerId: null,
    archivedAt: now(0),
  });
  await ask("POST", ARCHIVED, last);
  await until("the last one to be settled", async () => (await settled()).length === 3);
  await until("what is said of the last one", async () => (await said()).length === 3);
  assert.deepEqual(await settled(), ["w1 written", "w2 refused", "w3 refused"]);
  assert.deepEqual(
    (await said()).filter((text) => !text.includes("w3")),
    before,
  );
  assert.equal([...administration.orders.values()].length, 1);
});

/** A console in front of the services that make orders, with an emulated Unit4. */
async function startPipeline(t: TestContext) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
  ]);
  const hours = (articleId: string) => ({ articleId, articleType: 0, quantityScale: 2 });
  await unit4.connect({
    tenantId: "bos",
    database: "MVL00077",
    settings: { travelArticle: hours("REISTIJD"), workArticle: hours("ARBEID") },
  });
  await world.send("customerChanged", "bos/10001", customerChanged("bos", "10001", {}));
  const [site] = await Promise.all([
    createConsoleWorld(t, world, { unit4 }),
    world.start("simon-projector"),
    world.start("workorder-archived"),
    world.start("order-writer", unit4.environment),
    world.start("log-sink"),
  ]);
  await until(
    "the customer",
    async () => (await world.pool.query("select from simon.customers")).rowCount === 1,
  );
  const ask = program(site, await keyOf(world, "bos"));
  return { world, ask, administration: unit4.multivers.administration("MVL00077") };
}

type Described = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly security: unknown;
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly content: Readonly<
          Record<string, { readonly schema: { readonly required: readonly string[] } }>
        >;
      }
    >
  >;
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
  for (const { operationId, summary, description, security, responses } of operations) {
    assert.ok(summary !== "" && description !== "", operationId);
    assert.deepEqual(security, [{ key: [] }], operationId);
    assert.ok("200" in responses || "202" in responses, operationId);
    for (const status of ["400", "401", "404", "429", "503"])
      assert.deepEqual(
        responses[status]?.content["application/json"]?.schema.required,
        ["code", "message", "requestId"],
        `${operationId} ${status}`,
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
    notSent: [{ workorderId: "w9", number: "", why: "NOT_REFUSED" }],
  });
  assert.equal(await outcome(), "refused");
  assert.deepEqual((await ask("POST", at, { cause })).json["sent"], preview.json["sent"]);
  await until("it to be written", async () => (await outcome()) === "written");
  assert.equal([...administration.orders.values()].length, 1);
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

test("W16: a program is told where its workorder is, from coming in to its outcome, and again after a change", async (t) => {
  const { ask, world } = await startApi(t);
  const fate = async () => (await ask("GET", "/api/tenants/bos/workorders/w%2F1")).json;
  await ask("POST", ARCHIVED, workorder({ workorderId: "w/1" }));
  const shown = async () => {
    const { state, orderId, code } = await fate();
    return [state, orderId, code];
  };
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  const at = "2026-11-20T13:03:00Z";
  await world.pool.query(`insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, archived_at)
    values ('bos', 'w/1', 'r', 'K', '{"workorderNumber":"WB-2026-000001"}', 'sending', '${at}')`);
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  await world.pool.query("update order_writer.orders set state = 'unknown'");
  assert.deepEqual(await shown(), ["unknown", null, ""]);
  await world.pool.query(
    "update order_writer.orders set state = 'written', order_id = '1001', code = 'ORDER_WRITTEN', settled_at = now()",
  );
  assert.deepEqual(await shown(), ["sent", "1001", "ORDER_WRITTEN"]);
  await world.pool.query(`insert into simon.workorder_outcomes values
    ('bos', 'w/1', 'written', '1001', 'ORDER_WRITTEN', '{"number":"WB-2026-000001"}', '${at}', now(), 1, 1)`);
  assert.deepEqual(await shown(), ["sent", "1001", "ORDER_WRITTEN"]);
  // Changed and sent in anew: what became of the first one is not its outcome.
  await ask(
    "POST",
    ARCHIVED,
    workorder({ workorderId: "w/1", workMinutes: 60, archivedAt: "2026-11-20T15:00:00Z" }),
  );
  assert.deepEqual(await shown(), ["waiting", null, ""]);
  await world.pool.query(
    "update simon.workorder_outcomes set archived_at = '2026-11-20T15:00:00Z', outcome = 'skipped', order_id = null, code = 'WORKORDER_FILTERED'",
  );
  assert.deepEqual(await shown(), ["skipped", null, "WORKORDER_FILTERED"]);
});
