import assert from "node:assert/strict";
import { test } from "node:test";
import { checkText } from "../../../../services/console/settings/check-texts.ts";
import {
  type CheckResult,
  judgeAdministration,
  judgeArticle,
  judgeFilterWord,
  judgeGroups,
  judgeMemoField,
  judgeTypes,
  type SeenArticle,
} from "../../../../services/console/settings/domain/settings-check.ts";
import { draftOf } from "../../../../services/console/settings/domain/settings-draft.ts";
import {
  type CheckContext,
  checkField,
  notChecked,
} from "../../../../services/console/settings/live-checks.ts";
import type { CallFailure } from "../../../../services/shared/unit4/http/errors.ts";

const textOf = (found: CheckResult): string => checkText(found, "nl");

const ARTICLE: SeenArticle = {
  productId: "REISTIJD",
  description: "Reistijd monteur",
  productType: 0,
  productState: 0,
  quantityScale: 2,
};

const ARTICLES: readonly (readonly [string, Partial<SeenArticle> | null, string, RegExp])[] = [
  ["one that is sold", {}, "ok", /REISTIJD – Reistijd monteur, actief/],
  ["none", null, "error", /Artikel REISTIJD bestaat niet/],
  ["a passive one", { productState: 1 }, "error", /niet actief.*ander artikel/],
  ["an expiring one", { productState: 2 }, "warning", /aflopend.*nog te gebruiken/],
  ["a text", { productType: 1 }, "error", /tekstartikel/],
  ["a text that is passive too", { productType: 1, productState: 1 }, "error", /tekstartikel/],
];

const HOURS = { takesHours: true };

for (const [what, overrides, state, text] of ARTICLES)
  test(`A5: ${what} as the article for travel time is ${state}`, () => {
    const found = judgeArticle("REISTIJD", overrides === null ? null : { ...ARTICLE, ...overrides }, HOURS);
    assert.equal(found.state, state);
    assert.match(textOf(found), text);
    assert.equal(found.found === null, state === "error", "only what can be used is kept");
  });

test("O11: an article for hours that cannot hold a quarter of one is warned of, another article is not", () => {
  for (const quantityScale of [0, 1]) {
    const found = judgeArticle("REISTIJD", { ...ARTICLE, quantityScale }, HOURS);
    assert.deepEqual([found.state, found.code], ["warning", "ARTICLE_COARSE_HOURS"]);
    assert.match(textOf(found), new RegExp(`${quantityScale} decimalen`));
    assert.notEqual(found.found, null);
    const standard = judgeArticle("VOORRIJ", { ...ARTICLE, quantityScale }, { takesHours: false });
    assert.equal(standard.state, "ok");
  }
  assert.equal(judgeArticle("REISTIJD", { ...ARTICLE, quantityScale: 2 }, HOURS).state, "ok");
});

test("A5: of an article its type and decimals are kept, decimals within what a quantity can have", () => {
  const scaleOf = (quantityScale: number) =>
    judgeArticle("REISTIJD", { ...ARTICLE, productType: 2, quantityScale }, HOURS).found;
  assert.deepEqual(scaleOf(1), { articleId: "REISTIJD", articleType: 2, quantityScale: 1 });
  assert.deepEqual(
    [scaleOf(-1)?.quantityScale, scaleOf(0)?.quantityScale, scaleOf(9)?.quantityScale],
    [0, 0, 6],
  );
});

test("O44: what Unit4 calls an article or a group can be kept with the check, whatever is in it", () => {
  const article = judgeArticle("REISTIJD", { ...ARTICLE, description: "Reis\0tijd\uD83D" }, HOURS);
  assert.deepEqual(article.params, { id: "REISTIJD", name: "Reis\uFFFDtijd\uFFFD" });
  const group = judgeGroups(["overig"], [{ groupId: "OVERIG", name: "Over ig\uD83D" }]);
  assert.ok(Object.values(group.params).every((text) => text.isWellFormed()));
  const long = judgeArticle("REISTIJD", { ...ARTICLE, description: "x".repeat(40_000) }, HOURS);
  assert.equal(long.params["name"], `${"x".repeat(9_991)}… [40000]`);
});

const GROUPS = [
  { groupId: "10", name: "Installatiemateriaal" },
  { groupId: "20", name: "Sanitair en meer" },
  { groupId: "Overig", name: "Overige artikelen" },
  { groupId: "overig", name: "" },
];
const NAMED: readonly (readonly [string, readonly string[], string, RegExp])[] = [
  ["no name", [], "ok", /Alle artikelgroepen/],
  ["codes and names", ["10", "Sanitair en meer"], "ok", /10, Sanitair en meer/],
  ["both spellings that exist", ["Overig", "overig"], "ok", /Overig, overig/],
  [
    "another capital",
    ["10", "installatiemateriaal"],
    "error",
    /“installatiemateriaal”.*“Installatiemateriaal”/,
  ],
  ["other spaces", ["Sanitair  enmeer"], "error", /U typte “Sanitair {2}enmeer”.*“Sanitair en meer”/],
  ["a capital too many of two that there are", ["OVERIG"], "error", /heet de groep “Overig” \/ “overig”/],
  ["what is not there", ["Tuin"], "error", /“Tuin” bestaat niet.*hoofdletters/],
  ["the empty name of a group", ["x", ""], "error", /“x”/],
];

for (const [what, names, state, text] of NAMED)
  test(`M9: article groups with ${what}: ${state}`, () => {
    const found = judgeGroups(names, GROUPS);
    assert.equal(found.state, state);
    assert.match(textOf(found), text);
  });

test("M10: at least one type of those that there are", () => {
  assert.equal(judgeTypes([]).code, "TYPES_NONE");
  assert.equal(judgeTypes([0, 1, 2, 3, 4]).state, "ok");
  assert.match(textOf(judgeTypes([2, 7])), /Soort 7/);
});

test("W9: a filter word has at most 100 characters, and none at all sends everything", () => {
  assert.equal(judgeFilterWord("").code, "FILTER_NONE");
  assert.match(textOf(judgeFilterWord("garantie")), /“garantie”.*niet verstuurd/);
  assert.equal(judgeFilterWord("x".repeat(100)).state, "ok");
  assert.equal(judgeFilterWord("x".repeat(101)).state, "error");
});

test("A4, A11: an administration must be the login's and nobody else's", () => {
  const usable = [{ name: "MVL00042", value: "Linde" }];
  const judged = (administration: string, isTaken = false) =>
    judgeAdministration({ administration }, usable, isTaken);
  assert.equal(judged("").code, "ADMINISTRATION_MISSING");
  assert.match(textOf(judged("MVL00042")), /Linde \(MVL00042\) is te gebruiken/);
  assert.match(textOf(judged("MVL00001")), /mag administratie MVL00001 niet gebruiken/);
  assert.match(textOf(judged("MVL00042", true)), /al aan een ander bedrijf gekoppeld/);
  assert.equal(
    judged("MVL00001", true).code,
    "ADMINISTRATION_UNKNOWN",
    "nothing is told of what is not the login's",
  );
});

test("W10: a memo field must be on the sales orders, by its very key", () => {
  const fields = [{ key: "ORDER.OPMERKINGEN", title: "Opmerkingen" }];
  assert.equal(judgeMemoField("", fields).code, "MEMO_NOT_USED");
  assert.equal(judgeMemoField("ORDER.OPMERKINGEN", fields).state, "ok");
  assert.equal(judgeMemoField("order.opmerkingen", fields).code, "MEMO_UNKNOWN");
});

const FAILURES: readonly (readonly [CallFailure, RegExp, RegExp])[] = [
  [{ kind: "revoked" }, /Koppel opnieuw/, /Connect again/],
  [{ kind: "client-refused" }, /ligt niet aan u.*beheerders zijn gewaarschuwd/, /operators have been warned/],
  [{ kind: "forbidden", status: 403 }, /geen rechten/, /no rights/],
  [
    { kind: "parked", until: Date.parse("2026-11-25T09:30:00Z") },
    /wachten tot .*10:30/,
    /wait until .*10:30/,
  ],
  [{ kind: "unavailable", reason: "TIMED_OUT" }, /antwoordt nu niet \(TIMED_OUT\)/, /does not answer now/],
  [{ kind: "not-found", messages: [] }, /HTTP_404/, /HTTP_404/],
  [{ kind: "refused", status: 400, messages: [] }, /HTTP_400/, /HTTP_400/],
];

for (const [failure, nl, en] of FAILURES)
  test(`O25: a check that Unit4 does not answer (${failure.kind}) says who has to do what, and counts as none`, () => {
    const found = notChecked(failure);
    assert.equal(found.state, "unchecked");
    assert.match(checkText(found, "nl"), nl);
    assert.match(checkText(found, "nl"), /^Niet gecontroleerd: /);
    assert.match(checkText(found, "en"), en);
    assert.match(checkText(found, "en"), /^Not checked: /);
  });

test("A5: what belongs to an administration waits until one is chosen, and an empty choice asks Unit4 nothing", async () => {
  const silent = new Proxy({}, { get: (_, name) => assert.fail(`${String(name)} was asked`) });
  const empty = { ...draftOf(null, null, 0).values };
  const codeOf = async (field: Parameters<typeof checkField>[1], values: Partial<CheckContext["values"]>) =>
    (
      await checkField(
        {
          unit4: silent as CheckContext["unit4"],
          tenantId: "linde",
          values: { ...empty, ...values },
          isAdministrationTaken: false,
          keptAdministration: null,
        },
        field,
      )
    ).code;
  assert.equal(await codeOf("travelArticle", { travelArticle: "REISTIJD" }), "ADMINISTRATION_FIRST");
  assert.equal(await codeOf("articleGroups", { articleGroups: ["10"] }), "ADMINISTRATION_FIRST");
  assert.equal(await codeOf("memoField", { memoField: "ORDER.OPMERKINGEN" }), "ADMINISTRATION_FIRST");
  for (const field of ["travelArticle", "articleGroups", "memoField", "articleTypes", "remarks"] as const)
    assert.ok((await codeOf(field, {})) !== "ADMINISTRATION_FIRST", field);
  assert.equal(await codeOf("administration", {}), "ADMINISTRATION_MISSING");
});
