import { LONGEST_PARAM, plainTexts } from "../../../shared/domain/plain-text.ts";
import type { ChosenArticle } from "../../../shared/domain/settings.ts";
import type { CheckCode, DraftValues, FieldCheck } from "./settings-draft.ts";

/** What a check found, before it gets its time. */
export type CheckResult = Omit<FieldCheck, "at">;

/** An article of Unit4 as far as a check looks. */
export type SeenArticle = {
  readonly productId: string;
  readonly description: string;
  /** 0 non-stock, 1 text, 2 stock, 3 constellation, 4 assembly. */
  readonly productType: number;
  /** 0 active, 1 passive, 2 expiring. */
  readonly productState: number;
  readonly quantityScale: number;
};

const TEXT_ARTICLE = 1;
const KNOWN_TYPES: readonly number[] = [0, 1, 2, 3, 4];
const LONGEST_FILTER = 100;
const SCALES = { least: 0, most: 6 };

/** What a check found, in texts that can be kept. */
export const checkResult = (
  state: FieldCheck["state"],
  code: CheckCode,
  params: Readonly<Record<string, string>> = {},
  found: ChosenArticle | null = null,
): CheckResult => ({ state, code, params: plainTexts(params, LONGEST_PARAM), found });

/** A quarter of an hour is 0.25. */
const HOURS_SCALE = 2;

/**
 * An article chosen in the settings: it must be there, must not be a text article, still be sold and, where hours are booked
 * on it, hold quarters of them (case O11).
 * @param article null: there is none
 */
export function judgeArticle(
  code: string,
  article: SeenArticle | null,
  { takesHours }: { readonly takesHours: boolean },
): CheckResult {
  if (article === null) return checkResult("error", "ARTICLE_UNKNOWN", { id: code });
  const params = { id: article.productId, name: article.description };
  if (article.productType === TEXT_ARTICLE) return checkResult("error", "ARTICLE_IS_TEXT", params);
  if (article.productState === 1) return checkResult("error", "ARTICLE_PASSIVE", params);
  const found: ChosenArticle = {
    articleId: article.productId,
    articleType: article.productType,
    quantityScale: Math.min(SCALES.most, Math.max(SCALES.least, article.quantityScale)),
  };
  if (takesHours && found.quantityScale < HOURS_SCALE) {
    const decimals = String(found.quantityScale);
    return checkResult("warning", "ARTICLE_COARSE_HOURS", { ...params, decimals }, found);
  }
  if (article.productState === 2) return checkResult("warning", "ARTICLE_EXPIRING", params, found);
  return checkResult("ok", "ARTICLE_OK", params, found);
}

/** Article groups by code or name, with exactly that spelling (rule M9). @param groups those that Unit4 has */
export function judgeGroups(
  names: readonly string[],
  groups: readonly { readonly groupId: string; readonly name: string }[],
): CheckResult {
  if (names.length === 0) return checkResult("ok", "GROUPS_ALL");
  const known = groups.flatMap(({ groupId, name }) => [groupId, name]).filter((name) => name !== "");
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = [...new Set(known.filter((other) => squeezed(other) === squeezed(name)))];
    // Groups may differ in a capital only: all of them are named.
    return near.length === 0
      ? checkResult("error", "GROUP_UNKNOWN", { name })
      : checkResult("error", "GROUP_NEARLY", { name, near: near.join("” / “") });
  }
  return checkResult("ok", "GROUPS_OK", { names: names.join(", ") });
}

const squeezed = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, "");

/** Unit4's article types: at least one, of those that the API has (rule M10). */
export function judgeTypes(types: readonly number[]): CheckResult {
  if (types.length === 0) return checkResult("error", "TYPES_NONE");
  const strange = types.find((type) => !KNOWN_TYPES.includes(type));
  return strange === undefined
    ? checkResult("ok", "TYPES_OK", { count: String(types.length) })
    : checkResult("error", "TYPES_UNKNOWN", { type: String(strange) });
}

export function judgeFilterWord(word: string): CheckResult {
  if (word === "") return checkResult("ok", "FILTER_NONE");
  return word.length > LONGEST_FILTER
    ? checkResult("error", "FILTER_TOO_LONG", { most: String(LONGEST_FILTER) })
    : checkResult("ok", "FILTER_OK", { word });
}

/** The administration: one that the login may use (rule A4) and nobody else is connected to (rule A11). */
export function judgeAdministration(
  { administration }: Pick<DraftValues, "administration">,
  usable: readonly { readonly name: string; readonly value: string }[],
  isTaken: boolean,
): CheckResult {
  if (administration === "") return checkResult("error", "ADMINISTRATION_MISSING");
  const found = usable.find(({ name }) => name === administration);
  if (found === undefined) return checkResult("error", "ADMINISTRATION_UNKNOWN", { administration });
  const params = { administration, name: found.value };
  return isTaken
    ? checkResult("error", "ADMINISTRATION_TAKEN", params)
    : checkResult("ok", "ADMINISTRATION_OK", params);
}

/** The memo field on sales orders that takes the remarks (rule W10). */
export function judgeMemoField(
  key: string,
  fields: readonly { readonly key: string; readonly title: string }[],
): CheckResult {
  if (key === "") return checkResult("ok", "MEMO_NOT_USED");
  const found = fields.find((field) => field.key === key);
  return found === undefined
    ? checkResult("error", "MEMO_UNKNOWN", { key })
    : checkResult("ok", "MEMO_OK", { key, title: found.title });
}
