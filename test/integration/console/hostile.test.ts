import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, startApi } from "../../support/api-program.ts";
import { type ConsoleWorld, createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { pathFor, type Route, routesOf } from "../../support/route-table.ts";
import { tenantTables } from "../../support/tenant-rows.ts";
import { createWorld, type World } from "../../support/world.ts";

/** Stands in every text that the tenant of the tests has. */
const MARK = "Geheim van Bos";

/** Each way of asking: an answer of any kind gives nothing away. */
const WAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  page: { accept: "text/html" },
  htmx: { accept: "text/html", "hx-request": "true" },
  json: { accept: "application/json" },
  csv: { accept: "text/csv" },
  stream: { accept: "text/event-stream", "last-event-id": "1" },
};

type Caller = {
  readonly name: string;
  readonly ask: (
    path: string,
    method: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<Response>;
};

/** A browser with a session, a cookie of its own making, or none; its forms carry the right token where there is one. */
async function browser(
  site: ConsoleWorld,
  name: string,
  visitor: Visitor,
  cookie: string | null = null,
): Promise<Caller> {
  if (cookie !== null) visitor.jar.setCookie(site.url, "__Host-session", cookie);
  const csrf = await visitor.csrf();
  return {
    name,
    ask: (path, method, headers) =>
      visitor.jar.fetch(site.url + path, {
        method,
        headers: { ...headers, "x-csrf-token": csrf, origin: site.url },
        ...(method === "POST" ? { body: new URLSearchParams({ csrf }) } : {}),
      }),
  };
}

const program = (site: ConsoleWorld, name: string, authorization: string): Caller => ({
  name,
  ask: (path, method, headers) =>
    fetch(site.url + path, {
      method,
      redirect: "manual",
      headers: { ...headers, authorization, "content-type": "application/json" },
      ...(["POST", "PUT"].includes(method) ? { body: "{}" } : {}),
    }),
});

/** A token in three parts that says it is an operator, signed by nobody. */
const FORGED_TOKEN = [{ alg: "none" }, { sub: "beheer", role: "operator", tenant_id: "bos" }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("")
  .join(".");

/** Who has no business at a route of this access; the API's own people are programs. */
const STRANGERS: Readonly<Record<string, readonly string[]>> = {
  public: [],
  "signed-in": ["nobody", "forged session", "forged token"],
  tenant: ["nobody", "forged session", "forged token", "other tenant", "key of the tenant"],
  operator: ["nobody", "forged session", "forged token", "other tenant", "own people", "key of the tenant"],
  key: ["nobody", "forged session", "forged token", "other tenant", "own people", "key of another tenant"],
};

const isRefused = ({ status, headers }: Response): boolean =>
  [401, 403, 404, 429].includes(status) ||
  /^\/sign-in/.test(headers.get("location") ?? headers.get("hx-redirect") ?? "");

test("no route lets in who does not belong there, in whatever way they ask", async (t) => {
  const { world, site, key } = await startApi(t, { LOG_LEVEL: "debug" });
  const [anja, noor] = [await site.signIn("anja"), await site.signIn("noor")];
  await plantMarks(world);
  const callers = [
    await browser(site, "nobody", site.stranger()),
    await browser(site, "forged session", site.stranger(), "x".repeat(43)),
    await browser(site, "forged token", site.stranger(), FORGED_TOKEN),
    await browser(site, "other tenant", noor),
    await browser(site, "own people", anja),
    program(site, "key of the tenant", `Bearer ${key}`),
    program(site, "key of another tenant", `Bearer ${await keyOf(world, "noord")}`),
  ];
  // Signing out would end the session that asks; signing in is for everybody.
  const routes = (await routesOf(site)).filter(({ url }) => !/^\/sign-(in|out)/.test(url));
  assert.ok(routes.length > 60, `${routes.length} routes`);
  let tried = 0;
  const attempts = routes.flatMap((route) =>
    (STRANGERS[route.access] ?? assert.fail(`access ${route.access} is not known here`)).flatMap((name) =>
      Object.entries(WAYS).map(([way, headers]) => async () => {
        const caller = callers.find((one) => one.name === name) ?? assert.fail(name);
        const answer = await caller.ask(pathFor(route.url, "bos"), route.method, headers);
        const what = `${name} at ${route.method} ${route.url} as ${way}: ${answer.status}`;
        assert.ok(isRefused(answer), what);
        assert.ok(!(await answer.text()).includes(MARK), `${what} gives something away`);
        tried += 1;
      }),
    ),
  );
  await inParallel(attempts, 8);
  assert.ok(tried > 1_000, `${tried} tries`);
});

/** What belongs to Bos says so, in its own name and in what is stored of it. */
async function plantMarks({ pool }: World): Promise<void> {
  await pool.query(`update integration.tenants set name = '${MARK}' where tenant_id = 'bos'`);
  await pool.query(
    `insert into simon.customers (tenant_id, customer_id, name) values ('bos', '1', '${MARK}')`,
  );
  await pool.query(
    `insert into simon.workorders (tenant_id, workorder_id, description, status, archived_at)
     values ('bos', '1', '${MARK}', 'archived', now())`,
  );
}

async function inParallel(work: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
  const rest = [...work];
  const lane = async (): Promise<void> => {
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) await one();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const CHECKED = { state: "ok", at: 0, code: "GROUPS_ALL", params: {}, found: null };
const FIELDS = [
  ...["administration", "travelArticle", "workArticle", "standardArticle", "standardArticleAlone"],
  ...[
    "articleGroups",
    "articleTypes",
    "firstWorkAddress",
    "descriptionOnOrder",
    "remarks",
    "memoField",
    "filterWord",
  ],
];

test("a GET changes nothing of a tenant, whatever its address", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world, { environment: { LOG_LEVEL: "debug" } });
  const anja = await site.signIn("anja");
  // Everything is ready for a rehearsal, which a look at its page must not begin.
  await anja.post("/tenants/bos/settings", { administration: "MVL00077" });
  await world.pool.query("update integration.settings_drafts set checks = $1", [
    Object.fromEntries(FIELDS.map((field) => [field, CHECKED])),
  ]);
  const tables = (await tenantTables(world.pool)).map(({ name }) => name);
  const everything = async () => {
    const parts = tables.map((name) => `select '${name}' as name, to_jsonb(t) as row from ${name} t`);
    const { rows } = await world.pool.query(`${parts.join(" union all ")} order by 1, 2`);
    return rows;
  };
  const before = await everything();
  const routes = (await routesOf(site)).filter(isLook);
  assert.ok(routes.length > 15, `${routes.length} routes`);
  for (const { url } of routes) await anja.get(pathFor(url, "bos"));
  assert.deepEqual(await everything(), before);
  const page = await anja.get("/tenants/bos/activation/rehearsal");
  assert.match(page.text, /Begin de proefrit/);
  await anja.post("/tenants/bos/activation/rehearsal");
  assert.equal((await world.pool.query("select from integration.rehearsals")).rowCount, 1);
});

const isLook = ({ method, url, access }: Route): boolean =>
  method === "GET" && access === "tenant" && !url.endsWith("/events");
