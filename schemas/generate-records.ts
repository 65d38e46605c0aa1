/**
 * Writes schemas/records.ts: a TypeScript type for each Avro record in this folder.
 * Run by `npm run generate`; a test holds that the committed file is what this makes.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

type Schema = string | readonly Schema[] | Complex;
type Complex = {
  readonly type: Schema;
  readonly name?: string;
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

/** Every .avsc file of the folder, parsed, in the order of the file names. */
export function readSchemas(): readonly Complex[] {
  const folder = new URL("./", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".avsc"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Complex);
}

if (import.meta.main) {
  writeFileSync(new URL("./records.ts", import.meta.url), recordsSource(readSchemas()));
}
