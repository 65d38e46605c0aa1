/** Deeper than any form or document that a route takes. */
const DEEPEST = 32;

/**
 * Whether all text in a value that came in can be stored: Postgres takes no NUL character, and no half of a surrogate
 * pair in JSON. What is nested deeper than anything we take counts as not storable, and a field by the name of an
 * object's prototype, which no field of ours has and which would pass by every check of names.
 */
export function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  if (depth === DEEPEST) return false;
  return Object.entries(value).every(
    ([name, inner]) => name !== "__proto__" && isStorable(name) && isStorable(inner, depth + 1),
  );
}
