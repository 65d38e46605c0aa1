/** What a query may name: the .NET name (`CustomerId`) with the JSON key and the type of the field. */
export type Fields = ReadonlyMap<string, Field>;

/** One field of a resource. */
export type Field = Readonly<{ key: string; type: "string" | "number" | "boolean" }>;

/** The fields of rows shaped like `template`; a `null` in it stands for a number, lists and objects can't be queried. */
export function fieldsOf(template: object): Fields {
  return new Map(
    Object.entries(template).flatMap(([key, value]): [string, Field][] => {
      const type = value === null ? "number" : typeof value;
      return type === "string" || type === "number" || type === "boolean"
        ? [[dotNetName(key), { key, type }]]
        : [];
    }),
  );
}

/** A query that the server does not understand; the message says where. */
export class ODataError extends Error {
  override readonly name = "ODataError";
  readonly code = "ODATA_INVALID";
}

/** The field called `name`, exactly as .NET spells it. Throws ODataError for any other. */
export function fieldNamed(fields: Fields, name: string): Field {
  const field = fields.get(name);
  if (field === undefined) throw new ODataError(`Could not find a property named '${name}'.`);
  return field;
}

function dotNetName(key: string): string {
  return key === "eanCode" ? "EANCode" : key.charAt(0).toUpperCase() + key.slice(1);
}
