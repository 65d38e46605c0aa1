import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createPool, inTransaction } from "../../../services/shared/postgres.ts";
import { obstaclesOn } from "../../support/accessible.ts";
import { openPage } from "../../support/browser.ts";
import { type ConsoleWorld, createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { signInByBrowser } from "../../support/identity.ts";
import { createWorld, type World } from "../../support/world.ts";

/** A console with a few tenants in different states, and an operator who signed in. */
async function startOperator(t: TestContext): Promise<{
  readonly world: World;
  readonly site: ConsoleWorld;
  readonly operator: Visitor;
}> {
  const world = await createWorld(t);
  await world.pool.query(TENANTS);
  const site = await createConsoleWorld(t, world);
  return { world, site, operator: await site.signIn("beheer") };
}

/** bos works and has trouble, noord was revoked, linde was stopped, vos never began. */
const TENANTS = `
  insert into integration.tenants (tenant_id, name, status, epoch, administration) values
    ('bos', 'Garage Bos', 'active', 1, 'MVL00077'), ('noord', 'Groothandel <b>Noord</b>', 'active', 1, 'MVL00090'),
    ('linde', 'De Linde B.V.', 'inactive', 2, 'MVL00042'), ('vos', 'Vos', 'inactive', 0, null);
  insert into integration.activations (tenant_id, epoch, activated_at, deactivated_at) values
    ('bos', 1, now() - interval '2 days', null), ('noord', 1, now() - interval '2 days', null),
    ('linde', 2, now() - interval '2 days', now() - interval '1 day');
  insert into integration.connections (tenant_id, state, connected_by) values
    ('bos', 'connected', 'test'), ('noord', 'revoked', 'test'), ('linde', 'connected', 'test');
  insert into unit4_poller.schedules (tenant_id, epoch, last_scan_at) values
    ('bos', 1, now() - interval '3 minutes'), ('noord', 1, now() - interval '3 hours');
  insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, order_id, archived_at,
      settled_at, due_at) values
    ('bos', 'w1', 'r', 'K1', '{}', 'written', '1001', now() - interval '5 hours', now() - interval '5 hours', 'infinity'),
    ('bos', 'w2', 'r', 'K1', '{}', 'unknown', null, now() - interval '2 hours', null, now()),
    ('bos', 'w3', 'r', 'K1', '{}', 'waiting', null, now() - interval '1 hour', null, now()),
    ('noord', 'w1', 'r', 'K1', '{}', 'written', '1001', now() - interval '1 hours', now() - interval '1 hour', 'infinity');
  insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
      occurrence_count, first_at, last_at, closed_at) values
    ('bos', 'A', 'error', 'workorder', '1', '', '{}', 'test', '', 1, now(), now(), null),
    ('bos', 'A', 'error', 'workorder', '2', '', '{}', 'test', '', 1, now(), now(), null),
    ('bos', 'B', 'warning', 'workorder', '1', '', '{}', 'test', '', 1, now(), now(), null),
    ('linde', 'A', 'error', 'workorder', '1', '', '{}', 'test', '', 1, now(), now(), now()),
    ('noord', 'B', 'warning', 'workorder', '1', '', '{}', 'test', '', 1, now(), now(), null)`;

/** Tenant ids in the order of the list. */
const listed = (text: string): readonly string[] =>
  [...text.matchAll(/<tr[^>]*><td[^>]*><a href="\/tenants\/([^"]*)"/g)].map(([, id]) => id ?? "");

test("operators see every tenant with its state, sorted, searched and filtered as they ask", async (t) => {
  const { operator } = await startOperator(t);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["", ["linde", "bos", "noord", "vos"]],
    ["?direction=desc", ["vos", "noord", "bos", "linde"]],
    ["?sort=errors&direction=desc", ["bos", "linde", "noord", "vos"]],
    ["?sort=warnings&direction=desc", ["bos", "noord", "linde", "vos"]],
    ["?sort=waiting&direction=desc", ["bos", "linde", "noord", "vos"]],
    ["?sort=written&direction=desc", ["noord", "bos", "linde", "vos"]],
    ["?sort=written", ["bos", "noord", "linde", "vos"]],
    ["?sort=scan", ["noord", "bos", "linde", "vos"]],
    ["?sort=tenant", ["bos", "linde", "noord", "vos"]],
    ["?sort=administration", ["linde", "bos", "noord", "vos"]],
    ["?sort=state", ["bos", "noord", "linde", "vos"]],
    ["?sort=connection", ["bos", "linde", "noord", "vos"]],
    ["?q=MVL0007", ["bos"]],
    ["?q=LINDE", ["linde"]],
    ["?q=%25", []],
    ["?q=garage+b", ["bos"]],
    ["?state=active", ["bos", "noord"]],
    ["?state=inactive", ["linde"]],
    ["?state=never", ["vos"]],
    ["?problem=errors", ["bos"]],
    ["?problem=warnings", ["bos", "noord"]],
    ["?problem=connection", ["noord"]],
    ["?problem=stale", ["noord"]],
    ["?problem=waiting", ["bos"]],
    ["?state=inactive&problem=errors", []],
    ["?page=900", ["linde", "bos", "noord", "vos"]],
  ];
  for (const [query, wanted] of cases)
    assert.deepEqual(listed((await operator.get(`/operator${query}`)).text), wanted, query);

  const { text } = await operator.get("/operator?sort=errors&direction=desc");
  assert.match(text, /aria-sort="descending"/);
  assert.match(text, /Groothandel &lt;b&gt;Noord&lt;\/b&gt;/);
  assert.match(text, /Actief zonder koppeling<\/a><\/dt><dd class="big number">1</);
});

test("what an operator types into the list is never part of a statement or of markup", async (t) => {
  const { operator, world } = await startOperator(t);
  const evil = `'; drop table integration.tenants; -- <script>alert(1)</script> " \\ %_`;
  const found = await operator.get(`/operator?q=${encodeURIComponent(evil)}`);
  assert.equal(found.status, 200);
  assert.doesNotMatch(found.text, /<script>alert/);
  assert.deepEqual(listed(found.text), []);
  for (const query of [
    "sort=tenant_id;select+1",
    "direction=desc,1",
    "state=x'",
    "problem=errors)or(true",
    "page=0",
    "page=1e99",
    "q=%00",
    "q=a&q=b",
  ])
    assert.equal((await operator.get(`/operator?${query}`)).status, 400, query);
  const { rows } = await world.pool.query("select count(*) as n from integration.tenants");
  assert.equal(rows[0].n, 4);
});

/** A console whose provider says nothing of tenants and roles: operators do. beheer is the first of them. */
async function startInviting(
  t: TestContext,
): Promise<{ readonly world: World; readonly site: ConsoleWorld }> {
  const world = await createWorld(t);
  await world.pool.query(TENANTS);
  const site = await createConsoleWorld(t, world, {
    environment: {
      CONSOLE_OIDC_TENANT_CLAIM: "no_such_tenant_claim",
      CONSOLE_OIDC_ROLE_CLAIM: "no_such_role_claim",
      CONSOLE_OPERATORS: "beheer@simple-simon.example",
    },
  });
  return { world, site };
}

const acts = async (world: World): Promise<readonly string[]> => {
  const { rows } = await world.pool.query<{ act: string }>(
    "select act from integration.audit order by audit_id",
  );
  return rows.map(({ act }) => act);
};

test("an invited person gets in, moves at once to another tenant, is shut out at once, and let in again", async (t) => {
  const { world, site } = await startInviting(t);
  const operator = await site.signIn("beheer");
  await assert.rejects(site.signIn("anja"), /not let in/);

  const invited = await operator.post("/operator/users", {
    email: " Anja@Bos.example ",
    role: "user",
    tenantId: "bos",
  });
  assert.match(invited.location ?? "", /^\/operator\/users\/\d+\?done=invited$/);
  const person = (invited.location ?? "").split("?")[0] ?? "";
  assert.match((await operator.get(invited.location ?? "")).text, /De uitnodiging staat klaar/);

  const anja = await site.signIn("anja");
  assert.equal((await anja.get("/tenants/bos/keys")).status, 200);
  assert.equal((await anja.get("/operator/users")).status, 404);

  await operator.post(person, { role: "user", tenantId: "noord" });
  assert.equal((await anja.get("/tenants/bos/keys")).status, 404);
  assert.equal((await anja.get("/tenants/noord/keys")).status, 200);

  assert.equal((await operator.post(`${person}/block`)).location, `${person}?done=blocked`);
  assert.match((await anja.get("/tenants/noord/keys")).location ?? "", /^\/sign-in/);
  await assert.rejects(site.signIn("anja"));
  await operator.post(`${person}/block`);

  await operator.post(`${person}/unblock`);
  const again = await site.signIn("anja");
  assert.equal((await again.get("/tenants/noord/keys")).status, 200);
  await operator.post(`${person}/sign-out`);
  assert.match((await again.get("/tenants/noord/keys")).location ?? "", /^\/sign-in/);
  assert.deepEqual(await acts(world), [
    "USER_INVITED",
    "USER_CHANGED",
    "USER_BLOCKED",
    "USER_UNBLOCKED",
    "USER_SIGNED_OUT",
  ]);
});

test("nobody shuts themselves out, and what cannot be done is said with what was filled in", async (t) => {
  const { world, site } = await startInviting(t);
  const operator = await site.signIn("beheer");
  const { rows } = await world.pool.query<{ id: number }>("select user_id as id from integration.users");
  const self = `/operator/users/${rows[0]?.id}`;
  const tries: readonly (readonly [string, Readonly<Record<string, string>>, number, RegExp])[] = [
    [`${self}/block`, {}, 400, /Uw eigen rol en toegang kunt u niet wijzigen/],
    [self, { role: "user", tenantId: "bos" }, 400, /Uw eigen rol en toegang/],
    ["/operator/users/987654/block", {}, 404, /Niet gevonden/],
    [
      "/operator/users",
      { email: "nieuw@bos.example", role: "user", tenantId: "weg" },
      400,
      /geen klant met deze code/,
    ],
    [
      "/operator/users",
      { email: "nieuw@bos.example", role: "user", tenantId: "" },
      400,
      /value="nieuw@bos.example"/,
    ],
    [
      "/operator/users",
      { email: "BEHEER@simple-simon.example", role: "operator" },
      400,
      /Er is al een gebruiker/,
    ],
    ["/operator/users", { email: "geen adres", role: "operator" }, 400, /De invoer klopt niet/],
    [
      "/operator/users",
      { email: "a@b.example\r\nBcc: c@d.example", role: "operator" },
      400,
      /De invoer klopt niet/,
    ],
    ["/operator/users", { email: "a\0@b.example", role: "operator" }, 400, /De invoer klopt niet/],
    ["/operator/users", { email: "nieuw@bos.example", role: "root" }, 400, /De invoer klopt niet/],
  ];
  for (const [path, form, status, said] of tries) {
    const answer = await operator.post(path, form);
    assert.equal(answer.status, status, `${path} ${JSON.stringify(form)}`);
    assert.match(answer.text, said);
  }
  assert.deepEqual(await acts(world), []);
  assert.equal((await operator.get("/operator/users")).status, 200);
});

test("who is placed by the provider's claims can be blocked here, but not moved", async (t) => {
  const { world, site, operator } = await startOperator(t);
  const anja = await site.signIn("anja");
  const { rows } = await world.pool.query<{ id: number }>(
    "select user_id as id from integration.users where role = 'user'",
  );
  const person = `/operator/users/${rows[0]?.id}`;
  const shown = await operator.get(person);
  assert.match(shown.text, /volgt de inlogdienst/);
  assert.doesNotMatch(shown.text, /Rol of klant wijzigen/);
  assert.match((await operator.post(person, { role: "operator" })).text, /komen van de inlogdienst/);
  await operator.post(`${person}/block`);
  assert.match((await anja.get("/tenants/bos/keys")).location ?? "", /^\/sign-in/);
  await assert.rejects(site.signIn("anja"), /not let in/);
});

test("the audit log shows who did what, filtered and page by page, to operators and to the tenant itself", async (t) => {
  const { world, site, operator } = await startOperator(t);
  await world.pool.query(
    `insert into integration.audit (at, tenant_id, by, act, details)
     select timestamptz '2026-11-01 12:00+01' + n * interval '1 hour', case when n % 2 = 0 then 'bos' else 'noord' end,
       'anja-' || n, 'KEY_MADE', jsonb_build_object('name', 'sleutel <i>' || n || '</i>')
     from generate_series(1, 120) n`,
  );
  const keys = (text: string): readonly number[] =>
    [...text.matchAll(/sleutel &lt;i&gt;(\d+)&lt;\/i&gt;<details>/g)].map(([, n]) => Number(n));
  const first = await operator.get("/operator/audit?act=KEY_MADE");
  assert.deepEqual([keys(first.text).length, keys(first.text)[0]], [50, 120]);
  const next = /<a href="([^"]*)" rel="next">/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
  assert.deepEqual(keys((await operator.get(next)).text).at(0), 70);

  const seen = async (visitor: Visitor, path: string) => keys((await visitor.get(path)).text);
  assert.deepEqual(await seen(operator, "/operator/audit?by=anja-7"), [7]);
  assert.deepEqual(
    await seen(operator, "/operator/audit?tenant=noord&from=2026-11-06&to=2026-11-06"),
    [119, 117, 115, 113, 111, 109],
  );
  assert.deepEqual(await seen(operator, "/operator/audit?act=KEY_ENDED"), []);
  for (const query of ["from=2026-13-01", "to=gisteren", "before=x", "before=1%27", "act=%00"])
    assert.equal((await operator.get(`/operator/audit?${query}`)).status, 400, query);

  const anja = await site.signIn("anja");
  const own = await seen(anja, "/tenants/bos/audit");
  assert.deepEqual([own.length, own.every((n) => n % 2 === 0)], [50, true]);
  assert.deepEqual(await seen(anja, "/tenants/bos/audit?tenant=noord"), own);
  assert.equal((await anja.get("/operator/audit")).status, 404);
});

test("the audit log only grows, for the console's role and for a tenant's", async (t) => {
  const { world } = await startOperator(t);
  const pool = createPool({
    url: world.environment("console")["DATABASE_URL"] ?? "",
    size: 1,
    applicationName: "test",
  });
  t.after(() => pool.end());
  await pool.query("insert into integration.audit (tenant_id, by, act) values ('bos', 'anja', 'X')");
  for (const role of ["console", "console_tenant"])
    for (const change of [
      "update integration.audit set by = 'piet'",
      "delete from integration.audit",
      "truncate integration.audit",
      "alter table integration.audit disable trigger all",
    ]) {
      const tried = inTransaction(pool, async (tx) => {
        await tx.query("select set_config('role', $1, true), set_config('console.tenant_id', 'bos', true)", [
          role,
        ]);
        await tx.query(change);
      });
      await assert.rejects(tried, { code: "42501" }, `${role}: ${change}`);
    }
  const { rows } = await world.pool.query("select by from integration.audit where act = 'X'");
  assert.deepEqual(rows, [{ by: "anja" }]);
});

test("the operators' pages and the description for programs can be used by everybody, on a phone too", async (t) => {
  const { site, world } = await startOperator(t);
  await world.pool.query(
    "insert into integration.users (email, name, role, tenant_id, managed_by) values ('nieuw@bos.example', 'N', 'user', 'bos', 'operator')",
  );
  const { rows } = await world.pool.query("select user_id as id from integration.users where name = 'N'");
  for (const width of [1280, 360]) {
    const { page } = await openPage(t, { viewport: { width, height: 900 }, bypassCSP: true });
    await signInByBrowser(page, site.url, "beheer");
    for (const path of [
      "/operator?sort=errors",
      "/operator/users",
      `/operator/users/${rows[0]?.id}`,
      "/tenants/bos/audit",
      "/operator/audit",
      "/api",
    ]) {
      await page.goto(site.url + path);
      assert.deepEqual(await obstaclesOn(page), [], `${path} at ${width}`);
    }
  }
});
