import assert from "node:assert/strict";
import { test } from "node:test";
import {
  changedDraft,
  type Draft,
  type DraftValues,
  draftOf,
  type FieldCheck,
  missingChecks,
  SETTINGS_FIELDS,
  type SettingsField,
  settingsDifference,
  settingsOf,
} from "../../../../services/console/settings/domain/settings-draft.ts";
import { valuesFromForm } from "../../../../services/console/settings/domain/settings-form.ts";
import { settingsSchema } from "../../../../services/shared/domain/settings.ts";

const NEW = draftOf(null, null, 0);
const FOUND = { articleId: "REISTIJD", articleType: 0, quantityScale: 2 };

const check = (state: FieldCheck["state"], found: FieldCheck["found"] = null): FieldCheck => ({
  state,
  at: 1,
  code: "CHOICE_OK",
  params: {},
  found,
});

/** A draft of which everything is checked, but for what is given. */
const checked = (checks: Draft["checks"] = {}, values: Partial<DraftValues> = {}): Draft => ({
  ...NEW,
  values: { ...NEW.values, ...values },
  checks: { ...Object.fromEntries(SETTINGS_FIELDS.map((field) => [field, check("ok")])), ...checks },
});

const OTHER_VALUES: DraftValues = {
  administration: "MVL00042",
  travelArticle: "REISTIJD",
  workArticle: "ARBEID",
  standardArticle: "VOORRIJ",
  standardArticleAlone: true,
  articleGroups: ["10"],
  articleTypes: [2],
  descriptionOnOrder: true,
  filterWord: "garantie",
  remarks: "both",
  memoField: "ORDER.OPMERKINGEN",
  firstWorkAddress: "standard",
};

test("A5: changing any one setting drops every check, and changing nothing keeps them", () => {
  const draft = checked();
  for (const field of SETTINGS_FIELDS) {
    const changed = changedDraft(draft, { ...draft.values, [field]: OTHER_VALUES[field] });
    assert.deepEqual(changed.checks, {}, field);
    assert.deepEqual(missingChecks(changed), SETTINGS_FIELDS, field);
  }
  assert.equal(changedDraft(draft, structuredClone(draft.values)), draft);
});

test("A5: a draft is settings only when each field was checked and none is wrong", () => {
  assert.deepEqual(missingChecks(NEW), SETTINGS_FIELDS);
  for (const state of ["error", "unchecked"] as const)
    for (const field of SETTINGS_FIELDS) {
      const draft = checked({ [field]: check(state) });
      assert.deepEqual(missingChecks(draft), [field]);
      assert.equal(settingsOf(draft), null);
    }
  const warned = checked({ travelArticle: check("warning", FOUND) }, { travelArticle: "REISTIJD" });
  assert.deepEqual(settingsOf(warned)?.travelArticle, FOUND);
});

test("A7: what is saved is what was drafted, and a draft of it has the same values", () => {
  const article = (articleId: string) => ({ articleId, articleType: 2, quantityScale: 1 });
  const draft = checked(
    {
      travelArticle: check("ok", article("REISTIJD")),
      workArticle: check("ok", article("ARBEID")),
      standardArticle: check("ok", article("VOORRIJ")),
    },
    OTHER_VALUES,
  );
  const settings = settingsOf(draft);
  assert.deepEqual(settingsSchema.parse(settings), settings);
  assert.deepEqual(draftOf(settings, "MVL00042", 3), { basedOn: 3, checks: {}, values: OTHER_VALUES });
  assert.equal(settingsOf(checked())?.memoField, null);
  assert.deepEqual(settingsOf(checked())?.articleTypes, settingsSchema.parse({}).articleTypes);
});

test("A7: the difference names each changed field once, and the order of a list is no difference", () => {
  const before = { ...OTHER_VALUES, articleGroups: ["20", "10"] };
  assert.deepEqual(settingsDifference(before, { ...before, articleGroups: ["10", "20"] }), []);
  assert.deepEqual(
    settingsDifference(before, {
      ...before,
      articleGroups: ["30", "10"],
      descriptionOnOrder: false,
      memoField: "",
    }),
    [
      { field: "articleGroups", from: "10, 20", to: "10, 30" },
      { field: "descriptionOnOrder", from: "true", to: "false" },
      { field: "memoField", from: "ORDER.OPMERKINGEN", to: "" },
    ],
  );
  const all: readonly SettingsField[] = settingsDifference(NEW.values, OTHER_VALUES).map(
    ({ field }) => field,
  );
  assert.deepEqual(all, SETTINGS_FIELDS);
});

test("M9, M10: a form gives names character for character but for spaces around them, each once", () => {
  const values = valuesFromForm(
    {
      administration: " MVL00042 ",
      travelArticle: " KOFFIE 1 KG ",
      articleGroups: ["Overig\r\n overig \n\nOverig", "10"],
      standardArticleAlone: "yes",
      articleTypes: ["4", "0", "4", "-1", "1e3", "x", "1234"],
      descriptionOnOrder: "yes",
      filterWord: "  Garantie ",
      remarks: "both",
      firstWorkAddress: "standard",
    },
    null,
  );
  assert.deepEqual(values, {
    administration: "MVL00042",
    travelArticle: "KOFFIE 1 KG",
    workArticle: "",
    standardArticle: "",
    standardArticleAlone: true,
    articleGroups: ["Overig", "overig", "10"],
    articleTypes: [0, 4],
    descriptionOnOrder: true,
    filterWord: "Garantie",
    remarks: "both",
    memoField: "",
    firstWorkAddress: "standard",
  });
});

test("A7: of an empty or forged form comes what is least: nothing chosen, the first of each list", () => {
  const { articleTypes, standardArticleAlone, descriptionOnOrder, remarks, firstWorkAddress } =
    valuesFromForm({ remarks: "alles", firstWorkAddress: "__proto__", descriptionOnOrder: "true" }, null);
  assert.deepEqual(
    { articleTypes, standardArticleAlone, descriptionOnOrder, remarks, firstWorkAddress },
    {
      articleTypes: [],
      standardArticleAlone: false,
      descriptionOnOrder: false,
      remarks: "none",
      firstWorkAddress: "invoice",
    },
  );
});

test("A9: an active tenant's form cannot name another administration", () => {
  assert.equal(valuesFromForm({ administration: "MVL00001" }, "MVL00042").administration, "MVL00042");
});
