import type { DraftValues } from "./settings-draft.ts";

/** Fields of the settings form as they come in; boxes that are not marked are absent. */
export type SettingsForm = Readonly<Record<string, string | readonly string[] | undefined>>;

const REMARKS = ["none", "workAddress", "description", "both"] as const;
const FIRST_ADDRESS = ["invoice", "standard"] as const;

/**
 * Values of a form. Codes and names are taken character for character but for spaces around them; what is no choice of a
 * list becomes its first.
 * @param fixed the administration that an active tenant keeps; null where it is chosen in the form
 */
export function valuesFromForm(form: SettingsForm, fixed: string | null): DraftValues {
  return {
    administration: fixed ?? one(form["administration"]),
    travelArticle: one(form["travelArticle"]),
    workArticle: one(form["workArticle"]),
    standardArticle: one(form["standardArticle"]),
    standardArticleAlone: one(form["standardArticleAlone"]) === "yes",
    articleGroups: unique(lines(form["articleGroups"])),
    articleTypes: unique(
      many(form["articleTypes"])
        .filter((text) => /^\d{1,3}$/.test(text))
        .map(Number),
    ).sort((a, b) => a - b),
    descriptionOnOrder: one(form["descriptionOnOrder"]) === "yes",
    filterWord: one(form["filterWord"]),
    remarks: choice(one(form["remarks"]), REMARKS),
    memoField: one(form["memoField"]),
    firstWorkAddress: choice(one(form["firstWorkAddress"]), FIRST_ADDRESS),
  };
}

const many = (value: SettingsForm[string]): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const one = (value: SettingsForm[string]): string => (many(value)[0] ?? "").trim();

/** One name a line; several fields count together. */
const lines = (value: SettingsForm[string]): readonly string[] =>
  many(value)
    .flatMap((text) => text.split(/\r\n|\r|\n/))
    .map((text) => text.trim())
    .filter((text) => text !== "");

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

const choice = <T extends string>(text: string, choices: readonly [T, ...T[]]): T =>
  choices.find((one) => one === text) ?? choices[0];
