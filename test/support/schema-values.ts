import fc from "fast-check";

/** A schema of the OpenAPI document, as far as ours use it. */
export type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};

/** Longer texts and lists find nothing more and cost time. */
const LONGEST = 60;
const MOST_ITEMS = 3;

/** Texts that have broken programs before. */
const STRANGE = [
  ...[
    "",
    " ",
    "\0",
    "\u202e",
    "\ud800",
    "é",
    "€",
    "'",
    '"',
    "\\",
    "%",
    "%00",
    "../..",
    "__proto__",
    "constructor",
  ],
  ...["0000-00-00", "0000-01-01", "2026-02-30", "9999-12-31", "-1", "1e999", "NaN", "null", "a\r\nb: c"],
  ...["' or 1=1 --", "<script>", "{{7*7}}", "x".repeat(5_000)],
];

/** A text of any kind, strange ones among them. */
export const anyText = fc.oneof(fc.constantFrom(...STRANGE), fc.string({ unit: "grapheme", maxLength: 30 }));

/** A value of any kind. */
const anyValue = fc.oneof(anyText, fc.double(), fc.integer(), fc.jsonValue({ maxDepth: 2 }));

/** Values that the schema takes, and now and then, at any place, one that it may not take. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fittingValues(schema) }, { weight: 1, arbitrary: anyValue });
}

function fittingValues(schema: Schema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(valuesOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const [type, ...others] = [schema.type ?? "any"].flat();
  if (others.length > 0)
    return fc.oneof(...[type, ...others].map((one) => valuesOf({ ...schema, type: one ?? "any" })));
  return BY_TYPE[type ?? "any"]?.(schema) ?? anyValue;
}

const BY_TYPE: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  null: () => fc.constant(null),
  boolean: () => fc.boolean(),
  integer: ({ minimum = -1_000, maximum = 1_000_000 }) =>
    fc.integer({ min: Math.max(minimum, -2_147_483_648), max: Math.min(maximum, 2_147_483_647) }),
  number: () => fc.double({ noNaN: true, noDefaultInfinity: true }),
  array: ({ items = {} }) => fc.array(valuesOf(items), { maxLength: MOST_ITEMS }),
  object: (schema) => objectsOf(schema),
  string: (schema) => textsOf(schema),
};

/** Members that are not required are there or not; now and then there is one more. */
function objectsOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]),
  );
  const more = fc.option(fc.tuple(anyText, anyValue), { freq: 20, nil: null });
  return fc
    .tuple(fc.record(members, { requiredKeys: [...required].filter((name) => name in members) }), more)
    .map(([object, extra]) => (extra === null ? object : { ...object, [extra[0]]: extra[1] }));
}

function textsOf({ format, pattern, minLength = 0, maxLength = LONGEST }: Schema): fc.Arbitrary<unknown> {
  const moments = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") });
  if (format === "date-time") return moments.map((at) => at.toISOString());
  if (format === "date") return moments.map((at) => at.toISOString().slice(0, 10));
  if (pattern !== undefined && !/\\[pP]\{|\(\?/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, LONGEST) });
}
