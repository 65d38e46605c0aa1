/** Query of a list. Field names in expressions are PascalCase, unlike in JSON. Source: Multivers Web API V22, OData guide. */
export type ListQuery = {
  readonly filter?: string;
  readonly orderBy?: string;
  readonly top?: number;
  readonly skip?: number;
};

/** `?$filter=…&$orderby=…&$top=…&$skip=…`, of what is given; "" for nothing. */
export function listQuery(query: ListQuery): string {
  const parts = [
    query.filter === undefined ? null : `$filter=${encodeURIComponent(query.filter)}`,
    query.orderBy === undefined ? null : `$orderby=${encodeURIComponent(query.orderBy)}`,
    query.top === undefined ? null : `$top=${query.top}`,
    query.skip === undefined ? null : `$skip=${query.skip}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** `Field eq 'text'`, quotes in the text doubled. */
export function equals(field: string, text: string): string {
  return `${field} eq '${text.replaceAll("'", "''")}'`;
}

/** Rows for which at least one of the expressions is true. */
export const anyOf = (expressions: readonly string[]): string => `(${expressions.join(" or ")})`;

/** Rows whose field has the text somewhere in it, whatever the case (OData 3 functions that public clients use). */
export function containsText(field: string, text: string): string {
  return `indexof(tolower(${field}),'${text.toLowerCase().replaceAll("'", "''")}') gt -1`;
}

/**
 * An id as a segment of a path: percent-encoded, with `!_` in place of each `%`, since the servers refuse encoded slashes
 * (`KB16/2-BR` → `KB16!_2F2-BR`). Source: the generated client for API 1.10.0.
 */
export function pathSegment(id: string): string {
  const encoded = encodeURIComponent(id).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // A dot segment would be taken out of the path before it is sent.
  const safe = /^\.{1,2}$/.test(encoded) ? encoded.replaceAll(".", "%2E") : encoded;
  return safe.replaceAll("%", "!_");
}

/**
 * Whether a path can carry the id, whatever stands in front of Unit4: parts of dots alone are resolved, `%` is decoded
 * twice by some, and `!_` followed by anything is what we ourselves write for `%`.
 */
export const fitsPath = (id: string): boolean =>
  !/%|!_/.test(id) && !id.split(/[/\\]/).some((part) => /^\.+$/.test(part));

/** The id as it stands in a filter, and as it has to for a server that decodes once more. */
export function filterSpellings(id: string): readonly string[] {
  const decodedOnceMore = id.replaceAll("%", "%25").replaceAll("!_", "!_21_");
  return decodedOnceMore === id ? [id] : [id, decodedOnceMore];
}
