import type { Settings } from "./settings.ts";

/** Which articles come over (rules M9, M10), with group names resolved to codes. */
export type ArticleFilter = {
  /** Codes for each group named in the settings; null: all groups. */
  readonly groups: Readonly<Record<string, readonly string[]>> | null;
  /** Unit4's productTypes. */
  readonly types: readonly number[];
};

export type ArticleGroup = { readonly groupId: string; readonly name: string };

/**
 * The filter of the settings. A group is named by its code or by its name, with exactly that spelling (rule M9). A name
 * that Unit4 does not know now keeps the codes it had last: a renamed group must not take its articles out of Simon.
 * @param before filter of the last list; null where there was none
 */
export function resolveArticleFilter(
  settings: Pick<Settings, "articleGroups" | "articleTypes">,
  groups: readonly ArticleGroup[],
  before: ArticleFilter | null,
): ArticleFilter {
  const types = [...new Set(settings.articleTypes)].sort((a, b) => a - b);
  if (settings.articleGroups.length === 0) return { groups: null, types };
  const named = [...new Set(settings.articleGroups)].sort();
  return { groups: Object.fromEntries(named.map((name) => [name, codesOf(name, groups, before)])), types };
}

function codesOf(
  name: string,
  groups: readonly ArticleGroup[],
  before: ArticleFilter | null,
): readonly string[] {
  const codes = groups.filter((group) => group.groupId === name || group.name === name).map((g) => g.groupId);
  return codes.length > 0 ? codes.sort() : (before?.groups?.[name] ?? []);
}

export function passesFilter(
  filter: ArticleFilter,
  article: { readonly groupId: string; readonly type: number },
): boolean {
  if (!filter.types.includes(article.type)) return false;
  return (
    filter.groups === null || Object.values(filter.groups).some((codes) => codes.includes(article.groupId))
  );
}
