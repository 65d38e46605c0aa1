import type { PlainText } from "../../../shared/domain/plain-text.ts";
import type { ChosenArticle, Settings } from "../../../shared/domain/settings.ts";

/** Settings as a form has them: article codes and not yet what Unit4 knows of them. */
export type DraftValues = {
  /** Unit4's database code; empty until one is chosen. */
  readonly administration: string;
  /** Article codes; empty: not used. */
  readonly travelArticle: string;
  readonly workArticle: string;
  readonly standardArticle: string;
  readonly standardArticleAlone: boolean;
  readonly articleGroups: readonly string[];
  readonly articleTypes: readonly number[];
  readonly descriptionOnOrder: boolean;
  readonly filterWord: string;
  readonly remarks: Settings["remarks"];
  /** Empty: text lines. */
  readonly memoField: string;
  readonly firstWorkAddress: Settings["firstWorkAddress"];
};

/** What of the draft decides over what comes over. */
export type RehearsalChoices = Pick<DraftValues, "administration" | "articleGroups" | "articleTypes">;

export type SettingsField = keyof DraftValues;

/** In the order of the form. */
export const SETTINGS_FIELDS: readonly SettingsField[] = [
  "administration",
  "travelArticle",
  "workArticle",
  "standardArticle",
  "standardArticleAlone",
  "articleGroups",
  "articleTypes",
  "firstWorkAddress",
  "descriptionOnOrder",
  "remarks",
  "memoField",
  "filterWord",
];

/** Fields that choose an article. */
export const ARTICLE_FIELDS = ["travelArticle", "workArticle", "standardArticle"] as const;
export type ArticleField = (typeof ARTICLE_FIELDS)[number];

/** What "Controleer" found of a field. */
export type FieldCheck = {
  /** `unchecked`: Unit4 could not be asked; the field has to be checked again. */
  readonly state: "ok" | "warning" | "error" | "unchecked";
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly code: CheckCode;
  readonly params: Readonly<Record<string, PlainText>>;
  /** What Unit4 has of a chosen article; null for other fields and where there is none. */
  readonly found: ChosenArticle | null;
};

export type CheckCode =
  | "ADMINISTRATION_OK"
  | "ADMINISTRATION_MISSING"
  | "ADMINISTRATION_UNKNOWN"
  | "ADMINISTRATION_TAKEN"
  | "ADMINISTRATION_FIXED"
  | "ADMINISTRATION_FIRST"
  | "ARTICLE_OK"
  | "ARTICLE_NOT_USED"
  | "ARTICLE_UNKNOWN"
  | "ARTICLE_PASSIVE"
  | "ARTICLE_EXPIRING"
  | "ARTICLE_IS_TEXT"
  | "ARTICLE_COARSE_HOURS"
  | "GROUPS_ALL"
  | "GROUPS_OK"
  | "GROUP_UNKNOWN"
  | "GROUP_NEARLY"
  | "TYPES_OK"
  | "TYPES_NONE"
  | "TYPES_UNKNOWN"
  | "TYPES_NOTHING_OVER"
  | "CHOICE_OK"
  | "FILTER_NONE"
  | "FILTER_OK"
  | "FILTER_TOO_LONG"
  | "MEMO_OK"
  | "MEMO_NOT_USED"
  | "MEMO_UNKNOWN"
  | "CONNECTION_MISSING"
  | "CLIENT_REFUSED"
  | "NO_RIGHTS"
  | "UNIT4_BUSY"
  | "UNIT4_AWAY";

export type Draft = {
  readonly values: DraftValues;
  /** Of these very values: changing one drops all (rule A5). */
  readonly checks: { readonly [F in SettingsField]?: FieldCheck };
  /** Version of the settings that the change began with; 0: none. */
  readonly basedOn: number;
};

/** A draft of what is in force, before anything was changed. @param settings null before the first save */
export function draftOf(settings: Settings | null, administration: string | null, basedOn: number): Draft {
  const code = (article: ChosenArticle | null | undefined): string => article?.articleId ?? "";
  return {
    basedOn,
    checks: {},
    values: {
      administration: administration ?? "",
      travelArticle: code(settings?.travelArticle),
      workArticle: code(settings?.workArticle),
      standardArticle: code(settings?.standardArticle),
      standardArticleAlone: settings?.standardArticleAlone ?? false,
      articleGroups: settings?.articleGroups ?? [],
      articleTypes: settings?.articleTypes ?? [0, 2, 3, 4],
      descriptionOnOrder: settings?.descriptionOnOrder ?? false,
      filterWord: settings?.filterWord ?? "",
      remarks: settings?.remarks ?? "none",
      memoField: settings?.memoField ?? "",
      firstWorkAddress: settings?.firstWorkAddress ?? "invoice",
    },
  };
}

/** The draft with other values: any difference drops every check (rule A5). */
export function changedDraft(draft: Draft, values: DraftValues): Draft {
  return isSame(draft.values, values) ? draft : { ...draft, values, checks: {} };
}

const isSame = (one: DraftValues, other: DraftValues): boolean =>
  SETTINGS_FIELDS.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));

/** Fields that keep a draft from being saved: not checked, or checked and wrong (rule A5). */
export function missingChecks({ checks }: Draft): readonly SettingsField[] {
  return SETTINGS_FIELDS.filter((field) => {
    const state = checks[field]?.state;
    return state !== "ok" && state !== "warning";
  });
}

/** The settings that a draft stands for; null while a check is missing. */
export function settingsOf(draft: Draft): Settings | null {
  if (missingChecks(draft).length > 0) return null;
  const { values, checks } = draft;
  const article = (field: ArticleField): ChosenArticle | null => checks[field]?.found ?? null;
  return {
    travelArticle: article("travelArticle"),
    workArticle: article("workArticle"),
    standardArticle: article("standardArticle"),
    standardArticleAlone: values.standardArticleAlone,
    articleGroups: [...values.articleGroups],
    articleTypes: [...values.articleTypes],
    descriptionOnOrder: values.descriptionOnOrder,
    filterWord: values.filterWord,
    remarks: values.remarks,
    memoField: values.memoField === "" ? null : values.memoField,
    firstWorkAddress: values.firstWorkAddress,
  };
}

export type SettingsChange = { readonly field: SettingsField; readonly from: string; readonly to: string };

/** What differs between two versions, as plain text values; lists are sorted and comma-separated. */
export function settingsDifference(before: DraftValues, after: DraftValues): readonly SettingsChange[] {
  return SETTINGS_FIELDS.map((field) => ({
    field,
    from: plainValue(before[field]),
    to: plainValue(after[field]),
  })).filter(({ from, to }) => from !== to);
}

const plainValue = (value: DraftValues[SettingsField]): string =>
  Array.isArray(value) ? [...value].map(String).sort().join(", ") : String(value);
