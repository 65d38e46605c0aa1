import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConsoleWorld, createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { pathFor, type Route, routesOf } from "../../support/route-table.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { createWorld, type World } from "../../support/world.ts";

const isLetIn = (status: number): boolean => ![401, 403, 404].includes(status);

/** A form's token is right; what is refused is refused for who asks. */
async function ask(visitor: Visitor, route: Route, tenantId: string): Promise<number> {
  const path = pathFor(route.url, tenantId);
  const { method } = route;
  const answer = method === "POST" ? await visitor.post(path, {}) : await visitor.get(path, {}, method);
  return answer.location?.startsWith("/sign-in") ? 401 : answer.status;
}

async function sites(t: Parameters<typeof createWorld>[0]): Promise<{ world: World; site: ConsoleWorld }> {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
  ]);
  return { world, site: await createConsoleWorld(t, world, { unit4, environment: { LOG_LEVEL: "debug" } }) };
}

test("nobody gets in where they do not belong: every route, as its own people, others, and nobody", async (t) => {
  const { site } = await sites(t);
  const [own, other, operator] = [
    await site.signIn("anja"),
    await site.signIn("noor"),
    await site.signIn("beheer"),
  ];
  const stranger = site.stranger();
  const routes = (await routesOf(site)).filter(
    ({ url, method }) => !url.endsWith("/events") && method !== "HEAD",
  );
  assert.ok(routes.length > 30, `${routes.length} routes`);
  const refusals: Readonly<Record<string, readonly (readonly [Visitor, number])[]>> = {
    public: [],
    "signed-in": [[stranger, 401]],
    tenant: [
      [other, 404],
      [stranger, 401],
    ],
    operator: [
      [own, 404],
      [stranger, 401],
    ],
    // A cookie is no key. Asked once each: more wrong keys in a minute are slowed down.
    key: [[own, 401]],
  };
  for (const route of routes) {
    const what = `${route.method} ${route.url}`;
    // Signing out would end the matrix.
    if (route.url === "/sign-out" || route.url.startsWith("/sign-in")) continue;
    for (const [visitor, status] of refusals[route.access] ?? [])
      assert.equal(await ask(visitor, route, "bos"), status, `${what} lets in whom it should not`);
    assert.ok(route.access in refusals, what);
  }
  // The same pages open for those they are for, so that the refusals above mean something.
  for (const { method, url, access } of routes.filter((one) => one.method === "GET")) {
    const route = { method, url, access };
    if (access === "operator")
      assert.ok(isLetIn(await ask(operator, route, "bos")) || /:/.test(url), `${url} refuses operators`);
    if (access === "tenant" && !/:tenantId.*:/.test(url)) {
      assert.ok(isLetIn(await ask(own, route, "bos")), `${url} refuses its own people`);
      assert.ok(isLetIn(await ask(operator, route, "bos")), `${url} refuses operators`);
    }
  }
});

test("a form without this session's token, or from another site, changes nothing", async (t) => {
  const { world, site } = await sites(t);
  const [anja, noor] = [await site.signIn("anja"), await site.signIn("noor")];
  const path = "/tenants/bos/keys";
  const tries: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    ["no token", { csrf: "" }, {}],
    ["another session's token", { csrf: await noor.csrf() }, {}],
    ["another site", {}, { origin: "https://evil.example" }],
    ["another site by its own word", {}, { "sec-fetch-site": "cross-site" }],
    ["a page without origin", {}, { origin: "null" }],
  ];
  for (const [what, form, headers] of tries) {
    const answer = await anja.post(path, { name: "gestolen", ...form }, headers);
    assert.equal(answer.status, 403, what);
    assert.match(answer.text, /<h1>/, what);
  }
  assert.equal((await world.pool.query("select from integration.api_tokens")).rowCount, 0);
  assert.equal((await anja.post(path, { name: "kassa" }, { origin: site.url })).status, 200);
});

test("every page has its security headers and no inline script", async (t) => {
  const { site } = await sites(t);
  const anja = await site.signIn("anja");
  for (const path of [
    "/sign-in",
    "/tenants/bos/keys",
    "/tenants/bos/settings",
    "/tenants/bos/activation",
    "/nowhere",
  ]) {
    const { headers, text } = await anja.get(path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'self'/, path);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/, path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(text, /<script(?![^>]*src=)[^>]*>|\son[a-z]+=|style="|javascript:/i, path);
  }
});

const MARKUP = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `'><svg/onload=alert(1)>`,
  `</textarea><script>alert(1)</script>`,
  `</title><script>alert(1)</script>`,
  `javascript:alert(1)`,
  `{{7*7}}\${7*7}<%= 7*7 %>`,
];

test("names and texts that are markup stay texts", async (t) => {
  const { world, site } = await sites(t);
  const anja = await site.signIn("anja");
  for (const [index, name] of MARKUP.entries()) {
    const answer = await anja.post("/tenants/bos/keys", { name: name.slice(0, 80) });
    assert.equal(answer.status, 200, name);
    await world.pool.query("update integration.tenants set name = $1 where tenant_id = 'bos'", [name]);
    await world.pool.query(
      `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
         correlation_id, occurrence_count, first_at, last_at)
       values ('bos', 'CUSTOMER_STATE_UNKNOWN', 'warning', 'customer', $1, $2, $3, 'test', '', 1, now(), now())`,
      [String(index), name, { id: name, name, stateCode: name }],
    );
    for (const path of [
      "/tenants/bos/keys",
      "/tenants/bos",
      "/tenants/bos/log",
      "/tenants/bos/workorders",
      "/tenants/bos/settings",
    ]) {
      const { text } = await anja.get(path);
      for (const raw of ["<script>alert", "<img src=x", "<svg/onload"])
        assert.ok(!text.includes(raw), `${path} shows ${name} as markup`);
    }
  }
});

test("input that is meant for Postgres or for headers goes nowhere", async (t) => {
  const { world, site } = await sites(t);
  const anja = await site.signIn("anja");
  const strange = [
    "' or '1'='1",
    "'; drop table integration.tenants; --",
    "1) union select null, null --",
    "\u0000",
    "a\r\nset-cookie: x=1",
    "%00",
    "\\",
    "%",
    "_".repeat(5_000),
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
  ];
  const paths = [
    "/tenants/bos/log?q=",
    "/tenants/bos/workorders?q=",
    "/tenants/bos/settings?saved=",
    "/sign-in?return=",
  ];
  for (const text of strange)
    for (const path of paths) {
      const answer = await anja.get(path + encodeURIComponent(text));
      assert.ok(answer.status < 500, `${path} ${JSON.stringify(text.slice(0, 30))}: ${answer.status}`);
      assert.equal(answer.headers.get("set-cookie"), null);
    }
  for (const tenantId of ["bos' or '1'='1", "bos%00", "..%2fnoord", "BOS", "b%6fs/../noord"])
    assert.ok([400, 404].includes((await anja.get(`/tenants/${tenantId}/keys`)).status), tenantId);
  assert.equal((await world.pool.query("select from integration.tenants")).rowCount, 1);
});

test("a login at Unit4 works once, for the session and tenant that began it", async (t) => {
  const { world, site } = await sites(t);
  const [anja, noor] = [await site.signIn("anja"), await site.signIn("noor")];
  const begun = async () => {
    const answer = await anja.post("/tenants/bos/activation/connect");
    return new URL(answer.location ?? "").searchParams.get("state") ?? "";
  };
  const state = await begun();
  const refused: readonly (readonly [string, Visitor, string])[] = [
    ["another session", noor, `state=${state}&code=abc`],
    ["a forged state", anja, `state=${"x".repeat(43)}&code=abc`],
    ["no state", anja, "code=abc"],
    ["nobody", site.stranger(), `state=${state}&code=abc`],
  ];
  for (const [what, visitor, query] of refused) {
    const { location } = await visitor.get(`/unit4/callback?${query}`);
    assert.match(location ?? "", /refusal=state-unknown|^\/sign-in/, what);
  }
  const cancelled = await anja.get(`/unit4/callback?state=${state}&error=access_denied`);
  assert.match(cancelled.location ?? "", /refusal=denied/);
  const replayed = await anja.get(`/unit4/callback?state=${state}&code=abc`);
  assert.match(replayed.location ?? "", /refusal=state-unknown/, "a state works once");
  const wrongCode = await anja.get(`/unit4/callback?state=${await begun()}&code=never-issued`);
  assert.match(wrongCode.location ?? "", /refusal=code-refused/);
  const old = await begun();
  await world.pool.query("update integration.connect_attempts set begun_at = now() - interval '16 minutes'");
  assert.match(
    (await anja.get(`/unit4/callback?state=${old}&code=abc`)).location ?? "",
    /refusal=state-unknown/,
  );
  assert.equal((await world.pool.query("select from integration.connections")).rowCount, 0);
  const explained = await anja.get("/tenants/bos/activation/connect?refusal=code-refused");
  assert.match(explained.text, /log opnieuw in/);
});

test("each page of a tenant that an operator looks at is in the audit log, once a quarter of an hour, however they ask", async (t) => {
  const { world, site } = await sites(t);
  await site.signIn("anja");
  const beheer = await site.signIn("beheer");
  const looks = async () => {
    const { rows } = await world.pool.query<{ page: string }>(
      `select a.details ->> 'page' as page from integration.audit a join integration.users u on u.user_id = a.actor_id
       where a.tenant_id = 'bos' and act = 'TENANT_VIEWED' and actor_kind = 'operator' and u.role = 'operator'
       order by 1`,
    );
    return rows.map(({ page }) => page.replace("/tenants/:tenantId", ""));
  };
  await beheer.get("/tenants/bos/log", { "hx-request": "true" });
  await beheer.get("/tenants/bos/log.csv", { "hx-request": "true" });
  const stream = await beheer.jar.fetch(`${site.url}/tenants/bos/log/events`);
  await stream.body?.cancel();
  assert.deepEqual(await looks(), ["/log", "/log.csv", "/log/events"]);
  await Promise.all(Array.from({ length: 8 }, () => beheer.get("/tenants/bos/keys")));
  await beheer.get("/tenants/bos/log");
  assert.deepEqual(await looks(), ["/keys", "/log", "/log.csv", "/log/events"]);
});
