import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Settings } from "../../../services/shared/domain/settings.ts";
import { createConsoleWorld, type Visitor } from "../../support/console-world.ts";
import { deactivateTenant } from "../../support/tenant-registry.ts";
import { createUnit4World } from "../../support/unit4-world.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "../../support/world.ts";

const BOS = { tenantId: "bos", database: "MVL00077" };
const ROOT = "/tenants/bos/settings";

async function startSettings(t: TestContext, settings: Partial<Settings> = {}) {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: BOS.database, portalUser: "bos", size: "small" },
    { database: "MVL00042", portalUser: "linde", size: "small" },
  ]);
  await unit4.connect({ ...BOS, settings });
  const site = await createConsoleWorld(t, world, {
    unit4,
    environment: { CONSOLE_SETTINGS_CHECK_SCHEDULE: "* * * * *" },
  });
  return { world, unit4, site, anja: await site.signIn("anja") };
}

/** The form as a person sends it: everything in it, with these fields changed. */
const form = (changes: Record<string, string | readonly string[]>) => ({
  articleTypes: ["0", "2", "3", "4"],
  descriptionOnOrder: "no",
  remarks: "none",
  firstWorkAddress: "invoice",
  ...changes,
});

/** What the check of a field says, as text. */
async function checkOf(visitor: Visitor, field: string): Promise<string> {
  const { text } = await visitor.get(ROOT);
  const piece =
    new RegExp(`<span id="${field}-check"[^>]*>([\\s\\S]*?)</span>\\s*</div>`).exec(text)?.[1] ?? "";
  return piece
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

test("A5: each setting is checked live, and only a whole good draft can be saved; the difference is shown first", async (t) => {
  const { world, anja } = await startSettings(t);
  const cases = [
    [{ workArticle: "ARBEID" }, "workArticle", /goed ARBEID – .* gecontroleerd \d\d-/],
    [{ workArticle: "arbeid" }, "workArticle", /fout Artikel arbeid bestaat niet/],
    [{ articleGroups: "ovg" }, "articleGroups", /goed/],
    [{ articleGroups: "OVG" }, "articleGroups", /fout U typte “OVG”; in Unit4 heet de groep “Ovg” \/ “ovg”/],
    [{ memoField: "ORDER.OPMERKINGEN" }, "memoField", /goed Opmerkingen/],
    [{ memoField: "ORDER.WERKBON" }, "memoField", /fout Memoveld/],
    [{ articleTypes: [] }, "articleTypes", /fout Kies ten minste één soort/],
    [{}, "administration", /goed bos \(MVL00077\)/],
  ] as const;
  for (const [changes, field, said] of cases) {
    await anja.post(ROOT, { ...form(changes), check: field });
    assert.match(await checkOf(anja, field), said, JSON.stringify(changes));
  }
  await anja.post(ROOT, { ...form({ workArticle: "ARBEID", filterWord: "garantie" }), check: "workArticle" });
  const tooEarly = await anja.post(`${ROOT}/save`);
  assert.match(tooEarly.text, /Nog niet alles is gecontroleerd/);

  await anja.post(ROOT, { ...form({ workArticle: "ARBEID", filterWord: "garantie" }), check: "all" });
  const next = await anja.post(ROOT, {
    ...form({ workArticle: "ARBEID", filterWord: "garantie" }),
    next: "save",
  });
  assert.equal(next.location, `${ROOT}/save`);
  const review = await anja.get(`${ROOT}/save`);
  assert.match(review.text, /Filterwoord<\/th><td>leeg<\/td><td>garantie/);
  assert.equal((await anja.post(`${ROOT}/save`)).location, `${ROOT}?saved=1`);
  const { rows } = await world.pool.query(
    "select version, saved_by, settings -> 'workArticle' ->> 'articleId' as article from integration.settings_versions order by version",
  );
  assert.deepEqual(rows, [
    { version: 1, saved_by: "test", article: null },
    { version: 2, saved_by: "anja@bos.example", article: "ARBEID" },
  ]);
  assert.match((await anja.get(ROOT)).text, /Artikel voor werktijd: leeg → ARBEID/);
});

test("A5: changing a value after the checks asks for checking all again", async (t) => {
  const { anja } = await startSettings(t);
  await anja.post(ROOT, { ...form({}), check: "all" });
  assert.match(await checkOf(anja, "filterWord"), /goed/);
  const next = await anja.post(ROOT, { ...form({ filterWord: "x" }), next: "save" });
  assert.equal(next.location, ROOT);
  assert.match(await checkOf(anja, "remarks"), /nog niet gecontroleerd/);
});

test("two people who save at once: the second one is told what the first one changed", async (t) => {
  const { world, anja } = await startSettings(t);
  await anja.post(ROOT, { ...form({ filterWord: "garantie" }), check: "all" });
  await world.pool.query(
    `insert into integration.settings_versions select tenant_id, 2, now(), settings || '{"remarks": "both"}', 'ander'
     from integration.settings_versions where tenant_id = 'bos'`,
  );
  const late = await anja.post(`${ROOT}/save`);
  assert.match(late.text, /Iemand anders heeft intussen/);
  assert.match(late.text, /Werkadres en werkomschrijving/);
  assert.equal((await anja.post(ROOT, { next: "drop" })).location, ROOT);
  assert.match((await anja.get(ROOT)).text, /<option value="both" selected/);
});

test("A4, A11: an administration that the login may not use, or that another tenant has, is refused in words", async (t) => {
  const world = await createWorld(t);
  const unit4 = await createUnit4World(t, world, [
    { database: "MVL00077", portalUser: "vos", size: "small" },
    { database: "MVL00108", portalUser: "vos", size: "small" },
    { database: "MVL00042", portalUser: "linde", size: "small" },
  ]);
  await unit4.connect(BOS);
  await unit4.connect({ tenantId: "vos", database: "MVL00108" });
  await deactivateTenant(world.pool, "vos");
  const site = await createConsoleWorld(t, world, { unit4 });
  const vera = await site.signIn("vera");
  const check = async (administration: string): Promise<string> => {
    await vera.post("/tenants/vos/settings", { ...form({ administration }), check: "administration" });
    return (await vera.get("/tenants/vos/settings")).text;
  };
  assert.match(await check("MVL00077"), /is al aan een ander bedrijf gekoppeld/);
  assert.match(await check("MVL00042"), /mag administratie MVL00042 niet gebruiken/);
  const good = await check("MVL00108");
  assert.match(good, /vos \(MVL00108\) is te gebruiken/);
  assert.match(good, /<option value="MVL00108" selected>/);
});

test("the settings page of an active tenant waits for nobody, however slow Unit4 is", async (t) => {
  const { unit4, anja } = await startSettings(t);
  const asked = unit4.multivers.requests.length;
  assert.equal((await anja.get(ROOT)).status, 200);
  assert.equal(unit4.multivers.requests.length, asked);
  assert.match((await anja.get(`${ROOT}/memo-fields`)).text, /<option value="ORDER.OPMERKINGEN">/);
});

test("O25: what keeps a check from happening is told apart: connect again, ours, or try again", async (t) => {
  const { world, unit4, anja } = await startSettings(t);
  const { multivers } = unit4;
  multivers.intercept = () => ({ status: 503, body: "" });
  await anja.post(ROOT, { ...form({ workArticle: "ARBEID" }), check: "workArticle" });
  assert.match(
    await checkOf(anja, "workArticle"),
    /niet gecontroleerd .*Unit4 antwoordt nu niet .*Probeer het zo opnieuw/,
  );
  multivers.intercept = null;
  await world.pool.query("update integration.connections set state = 'revoked'");
  await anja.post(ROOT, { ...form({ workArticle: "ARBEID" }), check: "workArticle" });
  assert.match(await checkOf(anja, "workArticle"), /niet gecontroleerd .*Koppel opnieuw/);
  assert.match((await anja.get(ROOT)).text, /Opnieuw koppelen/);
});

test("suggestions are articles by code or by name, and nothing without two characters", async (t) => {
  const { anja } = await startSettings(t);
  const suggest = (typed: string) =>
    anja.get(`${ROOT}/articles?field=workArticle&workArticle=${encodeURIComponent(typed)}`);
  assert.match((await suggest("arbei")).text, /<option value="ARBEID">ARBEID – /);
  assert.match((await suggest("monteur")).text, /<option value="ARBEID">/);
  assert.equal((await suggest("a")).text, "");
  assert.equal((await suggest("o'x\" or 1 eq 1")).text, "");
  assert.match((await anja.get(`${ROOT}/groups`)).text, /Groepen in Unit4/);
});

test("a chosen article that is deleted in Unit4 is told in the night, once open, and taken back when it is right again", async (t) => {
  const { world, unit4 } = await startSettings(t, {
    workArticle: { articleId: "ARBEID", articleType: 0, quantityScale: 2 },
    articleGroups: ["Verdwenen"],
  });
  await world.start("log-sink");
  const administration = unit4.multivers.administration(BOS.database);
  const article = administration.products.get("ARBEID");
  assert.ok(article !== undefined);
  administration.patchProduct("ARBEID", { productState: 1 });
  const hurry = () =>
    world.pool.query("update integration.settings_checks set next_due_at = now(), lease_until = '-infinity'");
  const open = async () =>
    (
      await world.pool.query<{ code: string }>(
        "select code from log.messages where closed_at is null and kind <> 'info' order by code",
      )
    ).rows.map(({ code }) => code);
  await until("the check to be planned", async () => (await hurry()).rowCount === 1);
  await until("both to be told", async () => (await open()).length === 2);
  assert.deepEqual(await open(), ["SETTINGS_ARTICLE_INACTIVE", "SETTINGS_GROUP_UNKNOWN"]);
  administration.patchProduct("ARBEID", { productState: 0 });
  await until("one to be taken back", async () => {
    await hurry();
    return (await open()).length === 1;
  });
  assert.deepEqual(await open(), ["SETTINGS_GROUP_UNKNOWN"]);
});
