/**
 * Writes schemas/records.ts, a TypeScript type for each Avro record in this folder, and schemas/pipeline.avpr, all of them as one
 * Avro protocol for compilers of others (decision 0060).
 * Run by `npm run generate`; a test holds that the committed files are what this makes.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

type Schema = string | readonly Schema[] | Complex;
type Complex = {
  readonly type: Schema;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields?: readonly Field[];
  readonly symbols?: readonly string[];
  readonly items?: Schema;
  readonly values?: Schema;
};
type Field = { readonly name: string; readonly type: Schema; readonly doc?: string };

const PRIMITIVE: Readonly<Record<string, string>> = {
  string: "string",
  int: "number",
  long: "number",
  float: "number",
  double: "number",
  boolean: "boolean",
  bytes: "Buffer",
  null: "null",
};

/** The TypeScript source for the Avro schemas given, named types first, in the order in which they appear. */
export function recordsSource(schemas: readonly Complex[]): string {
  const declarations: string[] = [];
  for (const schema of schemas) typeOf(schema, declarations);
  const names = new Set(declarations.map((source) => /export type (\w+)/.exec(source)?.[1]));
  if (names.size !== new Set(declarations).size)
    throw new Error("two .avsc files define one type name differently");
  const header = "// Generated from the .avsc files in this folder by `npm run generate`; do not edit.\n\n";
  return `${header}${[...new Set(declarations)].join("\n")}`;
}

function typeOf(schema: Schema, declarations: string[]): string {
  if (typeof schema === "string") return PRIMITIVE[schema] ?? schema;
  if (Array.isArray(schema)) return schema.map((branch) => typeOf(branch, declarations)).join(" | ");
  const complex = schema as Complex;
  switch (complex.type) {
    case "record":
      return recordType(complex, declarations);
    case "enum":
      declarations.push(
        `${docComment(complex.doc, "")}export type ${complex.name} = ${(complex.symbols ?? []).map((s) => JSON.stringify(s)).join(" | ")};\n`,
      );
      return complex.name ?? "never";
    case "array":
      return `readonly ${typeOf(complex.items ?? "null", declarations)}[]`;
    case "map":
      return `Readonly<Record<string, ${typeOf(complex.values ?? "null", declarations)}>>`;
    default:
      return typeOf(complex.type, declarations);
  }
}

function recordType(schema: Complex, declarations: string[]): string {
  const fields = (schema.fields ?? []).map(
    (field) =>
      `${docComment(field.doc, "  ")}  readonly ${field.name}: ${typeOf(field.type, declarations)};\n`,
  );
  declarations.push(`${docComment(schema.doc, "")}export type ${schema.name} = {\n${fields.join("")}};\n`);
  return schema.name ?? "never";
}

const docComment = (doc: string | undefined, indent: string): string =>
  doc === undefined ? "" : `${indent}/** ${doc} */\n`;

const NAMESPACE = "nl.simon.unit4";

/**
 * The schemas as one Avro protocol, in which a type that several files have is defined once and named afterwards: compilers
 * refuse a second definition of a name. @throws Error for two definitions that differ
 */
export function protocolOf(schemas: readonly Complex[]): object {
  const defined = new Map<string, string>();
  return {
    protocol: "Pipeline",
    namespace: NAMESPACE,
    doc: "All records of the topics. Generated from the .avsc files in this folder by `npm run generate`; do not edit.",
    types: schemas.map((schema) => definedOnce(schema, defined)),
    messages: {},
  };
}

/** @param defined what was defined so far, by name, as JSON */
function definedOnce(schema: Schema, defined: Map<string, string>): unknown {
  if (typeof schema === "string") return schema;
  if (Array.isArray(schema)) return schema.map((branch) => definedOnce(branch, defined));
  const complex = schema as Complex;
  if (complex.name !== undefined) {
    const known = defined.get(complex.name);
    const text = JSON.stringify(complex);
    if (known !== undefined && known !== text) throw new Error(`${complex.name} is defined in two ways`);
    if (known !== undefined) return `${NAMESPACE}.${complex.name}`;
    defined.set(complex.name, text);
  }
  const { type, fields, items, values } = complex;
  return {
    ...complex,
    ...(typeof type === "string" ? {} : { type: definedOnce(type, defined) }),
    ...(fields === undefined
      ? {}
      : { fields: fields.map((field) => ({ ...field, type: definedOnce(field.type, defined) })) }),
    ...(items === undefined ? {} : { items: definedOnce(items, defined) }),
    ...(values === undefined ? {} : { values: definedOnce(values, defined) }),
  };
}

/** Every .avsc file of the folder, parsed, in the order of the file names. */
export function readSchemas(): readonly Complex[] {
  const folder = new URL("./", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".avsc"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Complex);
}

if (import.meta.main) {
  const schemas = readSchemas();
  writeFileSync(new URL("./records.ts", import.meta.url), recordsSource(schemas));
  const protocol = JSON.stringify(protocolOf(schemas), null, 2);
  writeFileSync(new URL("./pipeline.avpr", import.meta.url), `${protocol}\n`);
}
