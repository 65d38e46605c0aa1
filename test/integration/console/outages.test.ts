import assert from "node:assert/strict";
import { createServer, connect as dial, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { messageLink } from "../../../services/console/log/domain/message-link.ts";
import { type CatalogueEntry, MESSAGE_CATALOGUE } from "../../../services/shared/domain/message-catalogue.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { freePort } from "../../support/free-port.ts";
import { errorLines, makeReadOnly } from "../../support/read-only.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

/** A way to Postgres that can be cut and mended. */
async function cuttable(t: TestContext, databaseUrl: string) {
  const target = new URL(databaseUrl);
  const [port, targetPort] = [await freePort(), Number(target.port)];
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((from) => {
    if (isCut) return void from.destroy();
    const to = dial(targetPort, target.hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  target.port = String(port);
  return {
    url: target.href,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
  };
}

test("while Kafka is away the pages show and explain, and what needs it says so and does nothing", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world, { environment: { KAFKA_BROKERS: "127.0.0.1:9" } });
  const anja = await site.signIn("anja");
  await world.pool.query(
    `insert into simon.workorders (tenant_id, workorder_id, number, status, archived_at)
     values ('bos', 'w1', 'WB-1', 'archived', '2026-11-20T10:00:00Z')`,
  );
  await world.pool.query(
    `insert into simon.workorder_outcomes values ('bos', 'w1', 'refused', null, 'WORKORDER_WITHOUT_CUSTOMER',
       '{"number": "WB-1"}', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z', 1, 0)`,
  );
  await world.pool.query("update integration.tenants set status = 'active', administration = 'MVL00077'");
  await until("the page to say so", async () => {
    const { status, text } = await anja.get("/tenants/bos");
    return status === 200 && text.includes("De verwerking ligt op dit moment stil");
  });
  for (const path of ["/workorders", "/log", "/keys", "/workorders/w1"])
    assert.equal((await anja.get(`/tenants/bos${path}`)).status, 200, path);
  const preview = await anja.post("/tenants/bos/workorders/retry", { workorder: "w1" });
  assert.match(preview.text, /Worden verstuurd: 1/);
  const refused = await anja.post("/tenants/bos/workorders/retry", { workorder: "w1", sure: "yes" });
  assert.equal(refused.status, 503);
  assert.match(refused.text, /daarom is uw opdracht niet uitgevoerd/);
  assert.equal(
    (await world.pool.query("select from integration.audit where act = 'WORKORDERS_SENT_AGAIN'")).rowCount,
    0,
  );
});

test("while Postgres is away every page says so with 503 and no word of what is inside; afterwards all is as it was", async (t) => {
  const world = await createWorld(t);
  const way = await cuttable(t, world.environment("console")["DATABASE_URL"] ?? "");
  const site = await createConsoleWorld(t, world, { environment: { DATABASE_URL: way.url } });
  const anja = await site.signIn("anja");
  way.cut();
  for (const path of ["/", "/tenants/bos", "/tenants/bos/log", "/api/tenants/bos/status"]) {
    const headers = path.startsWith("/api") ? { authorization: `Bearer simon_${"x".repeat(43)}` } : {};
    const answer = await anja.get(path, headers);
    assert.equal(answer.status, 503, path);
    assert.doesNotMatch(answer.text, /postgres|ECONN|stack|at .*\.ts/i, path);
    assert.match(answer.text, /niet bereikbaar/, path);
  }
  assert.equal((await site.stranger().get("/sign-in")).status, 200, "what needs no data stands");
  way.mend();
  await until("the page again", async () => (await anja.get("/tenants/bos")).status === 200);
});

test("O32: a database that takes no writes: pages show, and what would be saved is refused in words, in Dutch and English", async (t) => {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  await world.pool.query("update integration.tenants set status = 'active', administration = 'MVL00077'");
  const deactivate = () => anja.post("/tenants/bos/deactivate");
  const status = async () =>
    (await world.pool.query("select status from integration.tenants where tenant_id = 'bos'")).rows[0]
      ?.status;
  for (const [language, words] of [
    ["nl", /Er kan op dit moment niets worden opgeslagen/],
    ["en", /Nothing can be saved at the moment/],
  ] as const) {
    await anja.post("/language", { language, return: "/" });
    // So long ago that its use would be noted.
    await world.pool.query("update integration.sessions set last_seen_at = now() - interval '5 minutes'");
    await makeReadOnly(world, "on");
    await until("the page", async () => (await anja.get("/tenants/bos")).status === 200);
    for (const path of ["/workorders", "/log", "/settings", "/keys"])
      assert.equal((await anja.get(`/tenants/bos${path}`)).status, 200, path);
    const refused = await deactivate();
    assert.equal(refused.status, 503);
    assert.match(refused.text, words);
    assert.equal(await status(), "active");
    await makeReadOnly(world, "off");
    await until("writes again", async () => (await fetch(`${site.service.healthUrl}/health/ready`)).ok);
  }
  assert.deepEqual(errorLines(site.service), []);
  assert.equal((await deactivate()).status, 303);
  assert.equal(await status(), "inactive");
});

test("L3: where each message sends people is a page that is there", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "bos", size: "small" },
  ]);
  await unit4.connect({ tenantId: "bos", database: "MVL00077" });
  const site = await createConsoleWorld(t, world, { unit4 });
  const anja = await site.signIn("anja");
  await world.pool.query(
    `insert into simon.workorders (tenant_id, workorder_id, number, status, archived_at)
     values ('bos', 'w1', 'WB-1', 'archived', now())`,
  );
  const { rows } = await world.pool.query<{ id: number }>(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at)
     values ('bos', 'RECORD_SET_ASIDE', 'error', 'connection', '', '', '{}', 'test', '', 1, now(), now()) returning id`,
  );
  const id = rows[0]?.id ?? 0;
  const entries = Object.entries(MESSAGE_CATALOGUE) as readonly [string, CatalogueEntry][];
  const paths = new Set(
    entries.flatMap(([code, { kind, table }]) => {
      const link = messageLink({ id, code, kind, table, recordId: table === "workorder" ? "w1" : "1" });
      return kind === "info" || link === null ? [] : [link.path.split("#")[0] ?? ""];
    }),
  );
  assert.ok(paths.size > 2);
  for (const path of paths) assert.equal((await anja.get(`/tenants/bos${path}`)).status, 200, path);
});
