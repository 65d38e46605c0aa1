import type { MessageCode, NewMessage } from "../../../shared/domain/message-catalogue.ts";
import { SERVICE } from "../../parts/domain/service-name.ts";
import type { CheckResult } from "./settings-check.ts";
import type { CheckCode, SettingsField } from "./settings-draft.ts";

/** Settings that can stop fitting by themselves. */
export const WATCHED_FIELDS = [
  "travelArticle",
  "workArticle",
  "standardArticle",
  "articleGroups",
  "memoField",
] as const satisfies readonly SettingsField[];
export type WatchedField = (typeof WATCHED_FIELDS)[number];

/** Message codes said about each setting and not taken back yet. */
export type ToldChecks = { readonly [F in WatchedField]?: MessageCode };

const MESSAGE_OF: { readonly [C in CheckCode]?: MessageCode } = {
  ARTICLE_UNKNOWN: "SETTINGS_ARTICLE_GONE",
  ARTICLE_PASSIVE: "SETTINGS_ARTICLE_INACTIVE",
  ARTICLE_IS_TEXT: "SETTINGS_ARTICLE_INACTIVE",
  GROUP_UNKNOWN: "SETTINGS_GROUP_UNKNOWN",
  GROUP_NEARLY: "SETTINGS_GROUP_UNKNOWN",
  MEMO_UNKNOWN: "SETTINGS_MEMO_FIELD_GONE",
};

/** Names of the settings as the office knows them; in the language of the office. */
const NAMES: Readonly<Record<WatchedField, string>> = {
  travelArticle: "Artikel voor reistijd",
  workArticle: "Artikel voor werktijd",
  standardArticle: "Vast artikel op elke order",
  articleGroups: "Artikelgroepen",
  memoField: "Memoveld",
};

/**
 * What to say after a nightly look: each fault once a night (the log counts repeats), and that it is right again once.
 * A setting that could not be checked says nothing and keeps what was said.
 * @param night the day of the look, yyyy-MM-dd: the same night twice says the same
 */
export function settingsNews(look: {
  readonly tenantId: string;
  readonly results: { readonly [F in WatchedField]?: CheckResult };
  readonly told: ToldChecks;
  readonly night: string;
  readonly at: number;
}): { readonly messages: readonly NewMessage[]; readonly told: ToldChecks } {
  const { tenantId, night, at } = look;
  const told: { [F in WatchedField]?: MessageCode } = { ...look.told };
  const messages: NewMessage[] = [];
  for (const field of WATCHED_FIELDS) {
    const found = look.results[field];
    const before = told[field];
    if (found === undefined || found.state === "unchecked") continue;
    const code = MESSAGE_OF[found.code];
    const message = {
      tenantId,
      recordId: field,
      recordName: NAMES[field],
      at,
      service: SERVICE,
      occurrence: night,
    };
    const id = found.params["id"] ?? "";
    const name = found.params["name"] ?? found.params["key"] ?? "";
    if (code !== undefined) {
      const closes = before === undefined || before === code ? [] : [before];
      messages.push({ ...message, code, params: { setting: NAMES[field], id, name }, closes });
      told[field] = code;
    } else if (before !== undefined) {
      messages.push({
        ...message,
        code: "SETTINGS_RIGHT_AGAIN",
        params: { setting: NAMES[field] },
        closes: [before],
      });
      delete told[field];
    }
  }
  return { messages, told };
}
