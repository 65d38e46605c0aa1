import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interception, SeenRequest } from "../../../infra/sandbox/multivers/request/seen-request.ts";
import { saveDraft } from "../../../services/console/settings/acts.ts";
import {
  type Draft,
  missingChecks,
  SETTINGS_FIELDS,
} from "../../../services/console/settings/domain/settings-draft.ts";
import { savedVersions } from "../../../services/console/settings/queries.ts";
import { activate } from "../../../services/console/switching/acts.ts";
import { settingsSchema } from "../../../services/shared/domain/settings.ts";
import { currentSettings } from "../../../services/shared/tenants.ts";
import { createSettingsWorld } from "../../support/settings-world.ts";
import { saveSettings } from "../../support/tenant-registry.ts";
import { until } from "../../support/until.ts";

const LINDE = { database: "MVL00042", portalUser: "linde", size: 60 } as const;
const BOS = { database: "MVL00077", portalUser: "bos", size: 20 } as const;

/** Settings that are right in every demo administration. */
const RIGHT = {
  administration: LINDE.database,
  travelArticle: "REISTIJD",
  workArticle: "ARBEID",
  standardArticle: "VOORRIJ",
  articleGroups: ["10", "Sanitair", "Ovg"],
  articleTypes: [0, 2, 3],
  memoField: "ORDER.OPMERKINGEN",
  filterWord: "garantie",
};

const statesOf = ({ checks }: Draft) => SETTINGS_FIELDS.map((field) => checks[field]?.state);
const codesOf = ({ checks }: Draft) =>
  Object.fromEntries(Object.entries(checks).map(([field, check]) => [field, check.code]));

test("A5: every setting is checked live in Unit4, with its time, and only a change undoes that", async (t) => {
  const { connectInactive, office, erp } = await createSettingsWorld(t, [LINDE]);
  await connectInactive("linde", LINDE.database);
  const { change, check, draft, visit } = office("linde");
  await change(RIGHT);
  assert.deepEqual(missingChecks(await draft()), SETTINGS_FIELDS);

  const before = Date.now();
  const one = await check(["travelArticle"]);
  assert.deepEqual(Object.keys(one.checks), ["travelArticle"]);
  assert.deepEqual(one.checks.travelArticle?.found, {
    articleId: "REISTIJD",
    articleType: 0,
    quantityScale: 2,
  });
  assert.ok((one.checks.travelArticle?.at ?? 0) >= before);
  assert.equal(one.checks.travelArticle?.params["name"], "Reistijd monteur");
  const all = await check();
  assert.deepEqual(new Set(statesOf(all)), new Set(["ok"]), JSON.stringify(codesOf(all)));
  assert.deepEqual(missingChecks(await draft()), []);
  assert.deepEqual(await change(RIGHT), await draft(), "the same values once more change nothing");
  assert.deepEqual(missingChecks(await draft()), []);
  assert.deepEqual(missingChecks(await change({ filterWord: "" })), SETTINGS_FIELDS);
  assert.equal((await saveDraft(visit)).kind, "inactive");

  const administration = erp.multivers.administration(LINDE.database);
  administration.deleteProduct("VOORRIJ");
  administration.patchProduct("ARBEID", { productState: 1 });
  await change({
    travelArticle: "TEKST01",
    articleGroups: ["installatiemateriaal"],
    articleTypes: [],
    memoField: "ORDER.WERKBON",
    filterWord: "x".repeat(101),
    administration: "MVL09999",
  });
  assert.equal((await check(["administration"])).checks.administration?.code, "ADMINISTRATION_UNKNOWN");
  await change({ administration: LINDE.database });
  assert.deepEqual(codesOf(await check()), {
    administration: "ADMINISTRATION_OK",
    travelArticle: "ARTICLE_IS_TEXT",
    workArticle: "ARTICLE_PASSIVE",
    standardArticle: "ARTICLE_UNKNOWN",
    standardArticleAlone: "CHOICE_OK",
    articleGroups: "GROUP_NEARLY",
    articleTypes: "TYPES_NONE",
    firstWorkAddress: "CHOICE_OK",
    descriptionOnOrder: "CHOICE_OK",
    remarks: "CHOICE_OK",
    memoField: "MEMO_UNKNOWN",
    filterWord: "FILTER_TOO_LONG",
  });
});

test("A5, M10: groups and types that together let nothing through are a warning, not an error", async (t) => {
  const { connectInactive, office, erp } = await createSettingsWorld(t, [LINDE]);
  await connectInactive("linde", LINDE.database);
  const { change, check } = office("linde");
  const typesCode = async () => (await check(["articleTypes"])).checks.articleTypes?.code;
  await change({ ...RIGHT, articleGroups: ["UUR"], articleTypes: [2] });
  assert.equal(await typesCode(), "TYPES_NOTHING_OVER");
  assert.ok(!missingChecks(await check()).includes("articleTypes"), "it can be saved all the same");
  await change({ articleTypes: [0, 2] });
  assert.equal(await typesCode(), "TYPES_OK");
  await change({ articleGroups: [], articleTypes: [4] });
  assert.equal(await typesCode(), "TYPES_NOTHING_OVER");
  erp.multivers.administration(LINDE.database).putProduct({ productId: "SET'1", productType: 4 });
  assert.equal(await typesCode(), "TYPES_OK");
});

test("A7, W18: saving makes a version from now on, noted with who and what, and ends the draft", async (t) => {
  const { world, erp, office } = await createSettingsWorld(t, [LINDE]);
  await erp.connect({ tenantId: "linde", database: LINDE.database });
  const { change, check, draft, visit } = office("linde");
  await change(RIGHT);
  assert.deepEqual(await saveDraft(visit), { kind: "not-checked", fields: SETTINGS_FIELDS });
  await check();
  const saved = await saveDraft(visit);
  assert.equal(saved.kind, "saved");
  const inForce = await currentSettings(world.pool, "linde");
  assert.equal(inForce?.version, 2);
  assert.deepEqual(inForce?.settings?.workArticle, { articleId: "ARBEID", articleType: 0, quantityScale: 2 });
  assert.equal(inForce?.settings?.memoField, "ORDER.OPMERKINGEN");
  const after = await draft();
  assert.deepEqual([after.basedOn, after.checks, after.values.travelArticle], [2, {}, "REISTIJD"]);

  const versions = await visit.inTenant((tx) => savedVersions(tx, "linde"));
  assert.deepEqual(
    versions.map(({ version, savedBy }) => [version, savedBy]),
    [
      [2, "anja@bos.example"],
      [1, "test"],
    ],
  );
  const { rows } = await world.pool.query(
    "select by, details from integration.audit where act = 'SETTINGS_SAVED' and tenant_id = 'linde'",
  );
  assert.equal(rows.length, 1);
  assert.equal(rows[0].by, "anja@bos.example");
  assert.deepEqual(rows[0].details, { difference: saved.difference });
  assert.ok(saved.difference.some(({ field, to }) => field === "filterWord" && to === "garantie"));
});

test("A7: of two who save at once one does, and who began before another's version is shown what changed", async (t) => {
  const { world, erp, office } = await createSettingsWorld(t, [LINDE]);
  await erp.connect({ tenantId: "linde", database: LINDE.database });
  const anja = office("linde");
  const koos = office("linde", "koos@linde.example");
  await anja.change(RIGHT);
  await anja.check();
  const both = await Promise.all([saveDraft(anja.visit), saveDraft(koos.visit)]);
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ["not-checked", "saved"]);
  assert.equal((await currentSettings(world.pool, "linde"))?.version, 2);

  await anja.change({ filterWord: "keuring" });
  await anja.check();
  await saveSettings(world.pool, {
    tenantId: "linde",
    settings: settingsSchema.parse({ filterWord: "storing" }),
    by: "koos@linde.example",
  });
  const late = await saveDraft(anja.visit);
  assert.equal(late.kind, "changed-meanwhile");
  assert.deepEqual(
    late.difference.find(({ field }) => field === "filterWord"),
    { field: "filterWord", from: "keuring", to: "storing" },
  );
  assert.equal((await currentSettings(world.pool, "linde"))?.version, 3);
});

test("A5: what was found of values that somebody changed meanwhile counts for nothing", async (t) => {
  const { connectInactive, office, erp } = await createSettingsWorld(t, [LINDE]);
  await connectInactive("linde", LINDE.database);
  const { change, check, draft } = office("linde");
  await change(RIGHT);
  const asked = erp.multivers.requests.length;
  erp.multivers.intercept = () => ({ delayMs: 300 });
  const checking = check(["travelArticle"]);
  await until("Unit4 to be asked", () => erp.multivers.requests.length > asked);
  await change({ travelArticle: "BESTAATNIET" });
  await checking;
  assert.deepEqual((await draft()).checks, {});
});

test("A4, A9, A11: an administration of another tenant, or another one than an active tenant has, is not for the choosing", async (t) => {
  const { world, connectInactive, office, erp } = await createSettingsWorld(t, [
    LINDE,
    { ...LINDE, database: "MVL00043" },
    BOS,
  ]);
  await erp.connect({ tenantId: "bos", database: "MVL00043" });
  await connectInactive("linde", LINDE.database);
  const linde = office("linde");
  await linde.change({ ...RIGHT, administration: "MVL00043" });
  const taken = (await linde.check()).checks.administration;
  assert.deepEqual([taken?.state, taken?.code], ["error", "ADMINISTRATION_TAKEN"]);
  assert.ok(!JSON.stringify(taken).includes("bos"), "nothing else is told of the other tenant");

  await linde.change(RIGHT);
  await linde.check();
  await world.pool.query(
    `insert into integration.emptyings (tenant_id, epoch, parts, counts, tombstones, by, finished_at)
     values ('linde', 1, '{}', '{}', 0, 'test', now())`,
  );
  const settings = settingsSchema.parse({});
  const chosen = { administration: "MVL00043", settings };
  assert.equal((await activate(linde.visit, chosen)).kind, "administration-taken");
  const own = await activate(linde.visit, { ...chosen, administration: LINDE.database });
  assert.equal(own.kind, "activated");

  await world.pool.query("update integration.tenants set status = 'inactive' where tenant_id = 'bos'");
  await linde.change({ administration: "MVL00043" });
  const fixed = (await linde.check()).checks.administration;
  assert.deepEqual([fixed?.state, fixed?.code], ["error", "ADMINISTRATION_FIXED"]);
  assert.deepEqual(await saveDraft(linde.visit), { kind: "not-checked", fields: ["administration"] });
});

const isTokenCall = ({ path }: SeenRequest): boolean => path.toLowerCase() === "/oauth/token";
const oauthError = (error: string): Interception => ({
  status: 400,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ error }),
});

test("O25: a check that Unit4 does not answer says who has to do what, and nothing is saved on it", async (t) => {
  const { world, client, office, erp } = await createSettingsWorld(t, [LINDE]);
  await erp.connect({ tenantId: "linde", database: LINDE.database });
  const { change, check, visit } = office("linde");
  const { multivers } = erp;
  const expire = () => world.pool.query("update integration.connections set expires_at = now()");
  const found = async (intercept: typeof multivers.intercept) => {
    multivers.intercept = intercept;
    const { checks } = await check(["travelArticle"], client());
    multivers.intercept = null;
    assert.equal(checks.travelArticle?.state, "unchecked");
    assert.equal((await saveDraft(visit)).kind, "not-checked");
    return checks.travelArticle?.code;
  };
  await change(RIGHT);
  await check();

  assert.equal(await found(() => ({ status: 503 })), "UNIT4_AWAY");
  assert.equal(await found(() => ({ destroy: true })), "UNIT4_AWAY");
  assert.equal(await found(() => ({ status: 403 })), "NO_RIGHTS");
  await expire();
  assert.equal(await found((request) => (isTokenCall(request) ? { status: 503 } : null)), "UNIT4_AWAY");
  const refused = (request: SeenRequest) => (isTokenCall(request) ? oauthError("invalid_client") : null);
  assert.equal(await found(refused), "CLIENT_REFUSED");
  assert.equal((await check(["travelArticle"], client())).checks.travelArticle?.state, "ok");
  assert.equal(await found(() => ({ status: 429, headers: { "retry-after": "120" } })), "UNIT4_BUSY");
  await world.pool.query("update integration.connections set parked_until = null");
  multivers.tokens.revoke("linde");
  assert.equal(await found(null), "CONNECTION_MISSING");
});

test("A5: articles are found by any part of code or name, whatever signs are typed", async (t) => {
  const { connectInactive, client, erp } = await createSettingsWorld(t, [LINDE]);
  await connectInactive("linde", LINDE.database);
  const administration = erp.multivers.administration(LINDE.database);
  administration.putProduct({ productId: "L'EAU/1%", description: "Kraan & Zn. 'de Luxe' + 50%" });
  const unit4 = client();
  const tenant = { tenantId: "linde", administration: LINDE.database };
  const search = async (text: string) => {
    const found = await unit4.searchArticles(tenant, text);
    assert.equal(found.kind, "ok", text);
    return found.kind === "ok" ? found.value.map(({ productId }) => productId) : [];
  };
  assert.deepEqual(await search("reistijd M"), ["REISTIJD"]);
  for (const typed of ["l'eau", "/1%", "& zn. 'DE", "+ 50%"])
    assert.deepEqual(await search(typed), ["L'EAU/1%"], typed);
  assert.deepEqual(await search("' or 1 eq 1 or '"), []);
  assert.equal((await search("a")).length, 20);
});
