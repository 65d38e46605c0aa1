/**
 * `fields` with everything removed that Postgres refuses in a text (U+0000) or that no text may hold (half a surrogate
 * pair), and the names of the fields that had it. What is clean is given back as it is.
 */
export function cleanedTexts<T extends object>(
  fields: T,
  names: readonly (keyof T)[],
): { readonly fields: T; readonly cleaned: readonly (keyof T)[] } {
  if (!names.some((name) => isDirty(fields[name]))) return { fields, cleaned: [] };
  const dirty = names.filter((name) => isDirty(fields[name]));
  const replaced = dirty.map((name) => [name, withoutForbidden(String(fields[name]))]);
  return { fields: { ...fields, ...Object.fromEntries(replaced) }, cleaned: dirty };
}

const isDirty = (value: unknown): boolean =>
  typeof value === "string" && (value.includes("\u0000") || !value.isWellFormed());

const withoutForbidden = (text: string): string =>
  text.replaceAll("\u0000", "").replaceAll(/[\uD800-\uDFFF]/gu, "");
