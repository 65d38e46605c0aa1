/** How a value of a change topic lies in its bytes: its fields one after the other, those of the body among them. */
export type Layout = {
  readonly fields: readonly Field[];
  /** Index of a field by its name; those of the body as `body.<name>`, those of a record in them as `<record>.<name>`. */
  readonly indexOf: ReadonlyMap<string, number>;
};

/** A value that is there. */
type Value =
  | { readonly kind: "text" | "flag" }
  /** `most`: what its type can hold, as far as it can be read without losing digits. */
  | { readonly kind: "number"; readonly most: number }
  | { readonly kind: "enum"; readonly symbols: readonly string[] }
  /** A record of texts. */
  | { readonly kind: "texts"; readonly names: readonly string[] };

export type Field = {
  /** Null for the body's own union: its fields follow, and without it a change is not plain. */
  readonly value: Value | null;
  /** Whether a union with null stands before it. */
  readonly isOptional: boolean;
};

type Named = { readonly name: string; readonly type: Type };
type Type =
  | string
  | { readonly type: "enum"; readonly symbols: readonly string[] }
  | { readonly type: "record"; readonly fields: readonly Named[] }
  | readonly Type[];

/**
 * The layout of a schema, as Avro 1.12 encodes it: records are their fields in order, a union is its branch and then the value.
 * @param text of an .avsc file @param body name of the field that holds the row's own fields
 * @throws Error when the schema holds what no plain change has, such as a list
 */
export function layoutOf(text: string, body: string): Layout {
  const fields: Field[] = [];
  const indexOf = new Map<string, number>();
  const add = (name: string, field: Field): void => {
    indexOf.set(name, fields.length);
    fields.push(field);
  };
  const walk = (named: readonly Named[], prefix: string): void => {
    for (const { name, type } of named) {
      const record = recordOrNone(type);
      if (name === body && record !== null) {
        add(name, { value: null, isOptional: true });
        walk(record, "body.");
      } else if (record !== null) {
        const names = record.map((one) => one.name);
        add(name, { value: { kind: "texts", names }, isOptional: true });
      } else add(prefix + name, fieldOf(name, type));
    }
  };
  const schema = JSON.parse(text) as { readonly fields: readonly Named[] };
  walk(schema.fields, "");
  return { fields, indexOf };
}

const MOST = { int: 2 ** 31 - 1, long: Number.MAX_SAFE_INTEGER } as const;

function recordOrNone(type: Type): readonly Named[] | null {
  if (!Array.isArray(type)) return null;
  const [none, record] = type as readonly Type[];
  if (none !== "null" || typeof record !== "object" || !("fields" in record)) return null;
  return record.fields;
}

function fieldOf(name: string, type: Type): Field {
  const isOptional = Array.isArray(type) && type.length === 2 && type[0] === "null";
  const value = simpleValue(isOptional ? (type as readonly Type[])[1] : type);
  if (value === null) throw new Error(`field ${name} is of a type that plain changes do not have`);
  return { value, isOptional };
}

function simpleValue(type: Type | undefined): Value | null {
  if (type === "string") return { kind: "text" };
  if (type === "boolean") return { kind: "flag" };
  if (type === "int" || type === "long") return { kind: "number", most: MOST[type] };
  return typeof type === "object" && "symbols" in type ? { kind: "enum", symbols: type.symbols } : null;
}
