import type { Field } from "./fields.ts";

/** A row, or the names of the fields that do not fit; none where the value is not an object at all. */
type ParsedRow<Row> =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "malformed"; readonly faults: readonly string[] };

export type RowReader<Row> = (value: unknown) => ParsedRow<Row>;

/**
 * Reads objects by their fields; members without a field are ignored. Own code, because a schema library takes longer
 * over the rows than JSON.parse does, and a first load reads them all.
 */
export function rowReader<Row extends object>(
  fields: {
    readonly [Name in keyof Row]: Field<Row[Name]>;
  },
): RowReader<Row> {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return { kind: "malformed", faults: [] };
    const members = value as Readonly<Record<string, unknown>>;
    const row: Record<string, unknown> = {};
    const faults: string[] = [];
    for (const [name, field] of entries) {
      const read = field(members[name]);
      if (read === undefined) faults.push(name);
      else row[name] = read;
    }
    return faults.length === 0 ? { kind: "row", row: row as Row } : { kind: "malformed", faults };
  };
}
