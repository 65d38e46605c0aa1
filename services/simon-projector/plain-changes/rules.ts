import type { RowState } from "../domain/newest-rows.ts";
import { STATES } from "../domain/newest-rows.ts";
import type { TableDescription } from "../table-description.ts";
import { type Layout, layoutOf } from "./layout.ts";

/** Where the fields of a change lie that decide what becomes of it, and what its row is made of. All are indices of the layout. */
export type PlainRules = {
  readonly layout: Layout;
  readonly tenantId: number;
  readonly entityId: number;
  /** The id in the row's own fields. */
  readonly ownId: number;
  readonly epoch: number;
  readonly revision: number;
  readonly change: number;
  readonly observedAt: number;
  readonly changedOn: number;
  /** State of a row by the number of its kind of change; undefined where something is to be told of it. */
  readonly states: readonly (RowState | undefined)[];
  readonly decimals: readonly number[];
  /** The flag without which a newer change keeps what an older one gives; null where there is none. */
  readonly keptUnlessKnown: number | null;
  readonly columns: readonly PlainColumn[];
};

/** A column as COPY gets it. */
export type PlainColumn =
  | { readonly kind: "text" | "number" | "state"; readonly field: number }
  | { readonly kind: "place"; readonly field: null }
  | { readonly kind: "warned"; readonly field: null }
  /** A record of texts, null where it is known that there is none, nothing where it is not known. */
  | {
      readonly kind: "json";
      readonly field: number;
      readonly knownField: number;
      readonly names: readonly string[];
    };

type Described = Pick<TableDescription<never, never>, "entity" | "id"> & {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

/**
 * Rules of a table, from its description and the schema of its topic.
 * @param schema text of the .avsc file
 * @throws Error when the description names a column that the schema does not have
 */
export function plainRules({ entity, id, columns }: Described, schema: string): PlainRules {
  const layout = layoutOf(schema, entity);
  const index = (name: string): number => {
    const found = layout.indexOf.get(name);
    if (found === undefined) throw new Error(`the schema of ${entity} changes has no field ${name}`);
    return found;
  };
  const columnOf = ({ name, type }: Described["columns"][number]): PlainColumn => {
    const field = camelCase(name);
    if (type !== "jsonb")
      return {
        kind: type === "text" || type === "numeric" ? "text" : "number",
        field: index(`body.${field}`),
      };
    const record = layout.fields[index(field)]?.value;
    if (record?.kind !== "texts") throw new Error(`${name} is no record of texts`);
    return { kind: "json", field: index(field), knownField: index(`${field}Known`), names: record.names };
  };
  const idField = camelCase(id);
  const change = index("change");
  const kinds = layout.fields[change]?.value;
  const json = columns.find(({ type }) => type === "jsonb");
  return {
    layout,
    tenantId: index("tenantId"),
    entityId: index(idField),
    ownId: index(`body.${idField}`),
    epoch: index("epoch"),
    revision: index("revision"),
    change,
    observedAt: index("observedAt"),
    changedOn: index("changedOn"),
    states: kinds?.kind === "enum" ? kinds.symbols.map(stateOf) : [],
    decimals: columns
      .filter(({ type }) => type === "numeric")
      .map(({ name }) => index(`body.${camelCase(name)}`)),
    keptUnlessKnown: json === undefined ? null : index(`${camelCase(json.name)}Known`),
    columns: [
      { kind: "text", field: index("tenantId") },
      { kind: "text", field: index(idField) },
      { kind: "number", field: index("epoch") },
      { kind: "number", field: index("revision") },
      { kind: "place", field: null },
      { kind: "state", field: change },
      ...columns.map(columnOf),
      { kind: "text", field: index("changedOn") },
      { kind: "number", field: index("observedAt") },
      { kind: "warned", field: null },
    ],
  };
}

/** Of an unknown state there is something to tell. */
const stateOf = (kind: string): RowState | undefined =>
  kind === "unknown" ? undefined : STATES[kind as keyof typeof STATES];

const camelCase = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
