import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { inTenant } from "../../../services/console/parts/tenant-scope.ts";
import { latestResync } from "../../../services/console/resync/queries.ts";
import type { ResyncedList } from "../../../services/shared/operations/domain/resync-report.ts";
import { createPool } from "../../../services/shared/postgres.ts";
import { createConsoleWorld } from "../../support/console-world.ts";
import { createWorld } from "../../support/world.ts";

const SWITCHED_ON = `
  update integration.tenants set status = 'active', administration = 'MVL00077', epoch = 1 where tenant_id = 'bos';
  insert into integration.connections (tenant_id, connected_by) values ('bos', 'anja@bos.example');
  insert into unit4_poller.progress (tenant_id, entity, epoch, done, total, finished_at)
  values ('bos', 'customer', 1, 1, 1, now()), ('bos', 'article', 1, 1, 1, now())`;

async function startSite(t: TestContext) {
  const world = await createWorld(t);
  const site = await createConsoleWorld(t, world);
  const anja = await site.signIn("anja");
  await world.pool.query(SWITCHED_ON);
  const page = async () => (await anja.get("/tenants/bos")).text;
  return { world, site, anja, page };
}

const BUTTONS =
  /<button name="what" value="changes">Wijzigingen laden<\/button>[\s\S]*>Alles laden<\/button>/;

test("A16: the office has everything loaded by a button, once at a time, and sees how far it is", async (t) => {
  const { world, anja, page } = await startSite(t);
  const { pool } = world;
  assert.match(await page(), BUTTONS);
  const pressed = await anja.post("/tenants/bos/resync", { what: "everything" });
  assert.equal(pressed.location, "/tenants/bos?notice=resyncAsked");
  const { rows } = await pool.query(
    `select kind, wish, tenant_ids as "tenantIds", begins_at_once as "beginsAtOnce", requested_by as "by", state
     from integration.operations`,
  );
  assert.deepEqual(
    rows.map(({ by, ...row }) => [/^user \d+$/.test(by), row]),
    [
      [
        true,
        {
          ...{ kind: "resync", tenantIds: ["bos"], beginsAtOnce: true, state: "planned" },
          wish: { tenantIds: ["bos"], entities: ["customer", "article"], isFull: true },
        },
      ],
    ],
  );
  const audit = await pool.query("select details from integration.audit where act = 'RESYNC_ASKED'");
  assert.equal(audit.rows[0]?.details.isFull, true);

  const again = await anja.post("/tenants/bos/resync", { what: "changes" });
  assert.equal(again.location, "/tenants/bos?notice=resyncNot");
  assert.match(await page(), /Alles wordt geladen/);
  assert.doesNotMatch(await page(), BUTTONS);

  const list = { tenantId: "bos", state: "reading", why: null, read: 40, of: 100, told: 40 };
  const lists = [
    { ...list, entity: "customer" },
    { ...list, entity: "article", state: "waiting", why: "polite", read: 0, told: 0 },
    { ...list, entity: "customer", tenantId: "vos", read: 77_777 },
  ];
  await pool.query("update integration.operations set state = 'running', progress = $1", [
    JSON.stringify({ lists, over: 0 }),
  ]);
  const running = await page();
  assert.match(running, /40 van 100[\s\S]*40 bijgewerkt[\s\S]*om Unit4 niet te zwaar te belasten/);
  assert.doesNotMatch(running, /77\.777/, "another tenant's list");

  await pool.query("update integration.operations set state = 'done', result = $1, ended_at = now()", [
    JSON.stringify({ lists: lists.map((one) => ({ ...one, state: "done", why: null })), isWhole: true }),
  ]);
  const done = await page();
  assert.match(done, BUTTONS);
  assert.match(done, /Alles geladen [\d-]+ [\d:]+: klanten: 40 bijgewerkt; artikelen: 0 bijgewerkt\./);
});

test("A16, O77: what certainly differs is told beside the button that sets it right", async (t) => {
  const { world, page } = await startSite(t);
  const drift = (isCertain: boolean) =>
    world.pool.query(
      `insert into unit4_poller.drift (tenant_id, entity, listed, standing, listed_checksum, standing_checksum, missing, extra,
         missing_ids, extra_ids, is_certain, listed_at)
       values ('bos', 'customer', 5, 3, 'a', 'b', 3, 1, '{}', '{}', $1, now())
       on conflict (tenant_id, entity) do update set is_certain = excluded.is_certain`,
      [isCertain],
    );
  await drift(false);
  assert.doesNotMatch(await page(), /komen niet overeen/);
  await drift(true);
  assert.match(
    await page(),
    /komen niet overeen: Klanten: 3 ontbreken in Simon, 1 staan niet meer in Unit4\. Laad alles[\s\S]*Alles laden/,
  );
});

test("A16: two that press at the same moment begin one, and who is off begins none", async (t) => {
  const { world, anja } = await startSite(t);
  const presses = await Promise.all(
    [1, 2, 3].map(() => anja.post("/tenants/bos/resync", { what: "changes" })),
  );
  assert.deepEqual(presses.map(({ location }) => location).sort(), [
    "/tenants/bos?notice=resyncAsked",
    "/tenants/bos?notice=resyncNot",
    "/tenants/bos?notice=resyncNot",
  ]);
  await world.pool.query("delete from integration.operations");
  await world.pool.query("update integration.tenants set status = 'inactive'");
  const off = await anja.post("/tenants/bos/resync", { what: "changes" });
  assert.equal(off.location, "/tenants/bos?notice=resyncNot");
  assert.equal((await world.pool.query("select from integration.operations")).rowCount, 0);
});

test("A16: nobody has another tenant's lists fetched, or sees how far they are", async (t) => {
  const { world, anja } = await startSite(t);
  await anja.post("/tenants/bos/resync", { what: "changes" });
  assert.equal((await anja.post("/tenants/linde/resync", { what: "changes" })).status, 404);
  const url = world.environment("console")["DATABASE_URL"] ?? "";
  const pool = createPool({ url, size: 1, applicationName: "test" });
  t.after(() => pool.end());
  for (const call of ["ask_resync('linde', true, 'x')", "latest_resync('linde')"])
    await assert.rejects(
      inTenant(pool, "bos", (tx) => tx.query(`select * from integration.${call}`)),
      /is not the one of this transaction/,
    );
  const own = await inTenant(pool, "bos", (tx) => latestResync(tx, "bos"));
  assert.deepEqual(own?.lists, [] satisfies readonly ResyncedList[]);
});
