import { type Fields, fieldNamed, ODataError } from "./odata-fields.ts";

/** Says whether a row passes a `$filter`. */
export type Predicate = (row: object) => boolean;

/**
 * Reads a `$filter` in the OData 3 style: `eq ne gt ge lt le`, `and or not`, brackets, the functions of `FUNCTIONS`,
 * literals of text (`'O''Brien'`), numbers, `true`, `false` and `null`. Types are checked.
 * @throws ODataError for anything else.
 */
export function parseFilter(text: string, fields: Fields): Predicate {
  const parser = new Parser(tokens(text), fields);
  const expression = parser.either();
  parser.end();
  const test = booleanOf(expression);
  return (row) => test(row) === true;
}

type Value = string | number | boolean | null;
type Type = "string" | "number" | "boolean" | "null";
type Expression = Readonly<{ type: Type; of: (row: object) => Value }>;
type Token = Readonly<{ kind: "word" | "text" | "number" | "sign"; value: string }>;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #fields: Fields;
  #at = 0;

  constructor(all: readonly Token[], fields: Fields) {
    this.#tokens = all;
    this.#fields = fields;
  }

  either(): Expression {
    let left = this.#both();
    while (this.#accept("word", "or")) left = logical(left, this.#both(), (a, b) => a || b);
    return left;
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new ODataError(`Syntax error at '${rest.value}' in the filter.`);
  }

  #both(): Expression {
    let left = this.#negated();
    while (this.#accept("word", "and")) left = logical(left, this.#negated(), (a, b) => a && b);
    return left;
  }

  #negated(): Expression {
    if (!this.#accept("word", "not")) return this.#comparison();
    const inner = booleanOf(this.#negated());
    return { type: "boolean", of: (row) => !inner(row) };
  }

  #comparison(): Expression {
    const left = this.#primary();
    const operator = this.#tokens[this.#at];
    const compare = operator?.kind === "word" ? COMPARISONS.get(operator.value) : undefined;
    if (compare === undefined) return left;
    this.#at++;
    const right = this.#primary();
    if (left.type !== right.type && left.type !== "null" && right.type !== "null")
      throw new ODataError(`Incompatible types for '${operator?.value}': ${left.type} and ${right.type}.`);
    return { type: "boolean", of: (row) => compare(left.of(row), right.of(row)) };
  }

  #primary(): Expression {
    if (this.#accept("sign", "(")) {
      const inner = this.either();
      this.#expect(")");
      return inner;
    }
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new ODataError("The filter ends too early.");
    if (token.kind === "text") return literal(token.value);
    if (token.kind === "number") return literal(Number(token.value));
    if (token.kind === "sign") throw new ODataError(`Syntax error at '${token.value}' in the filter.`);
    return this.#named(token.value);
  }

  #named(word: string): Expression {
    if (this.#accept("sign", "(")) return this.#call(word);
    const constant = CONSTANTS.get(word);
    if (constant !== undefined) return literal(constant);
    const { key, type } = fieldNamed(this.#fields, word);
    return { type, of: (row) => Reflect.get(row, key) };
  }

  #call(name: string): Expression {
    const known = FUNCTIONS.get(name);
    if (known === undefined) throw new ODataError(`An unknown function with name '${name}' was found.`);
    const parts = known.takes.map((type, i) => {
      if (i > 0) this.#expect(",");
      const part = this.either();
      if (part.type !== type) throw new ODataError(`The function '${name}' takes ${known.takes.join(", ")}.`);
      return part;
    });
    this.#expect(")");
    return { type: known.gives, of: (row) => known.of(...parts.map((part) => String(part.of(row) ?? ""))) };
  }

  #accept(kind: Token["kind"], value: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.value !== value) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#accept("sign", sign)) throw new ODataError(`'${sign}' expected in the filter.`);
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const pattern = /\s+|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)[mMdDfFlL]?(?![\w.])|([A-Za-z_]\w*)|([(),])/y;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new ODataError(`Syntax error at position ${from} in '${text}'.`);
    const [, quoted, number, word, sign] = match;
    if (quoted !== undefined) found.push({ kind: "text", value: quoted.replaceAll("''", "'") });
    else if (number !== undefined) found.push({ kind: "number", value: number });
    else if (word !== undefined) found.push({ kind: "word", value: word });
    else if (sign !== undefined) found.push({ kind: "sign", value: sign });
  }
  return found;
}

function literal(value: Value): Expression {
  const type = value === null ? "null" : (typeof value as Type);
  return { type, of: () => value };
}

function logical(left: Expression, right: Expression, join: (a: Value, b: Value) => Value): Expression {
  const [a, b] = [booleanOf(left), booleanOf(right)];
  return { type: "boolean", of: (row) => join(a(row), b(row)) };
}

function booleanOf(expression: Expression): (row: object) => Value {
  if (expression.type !== "boolean") throw new ODataError("A condition is expected where there is a value.");
  return expression.of;
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

// A null is not greater or smaller than anything, as in the database behind it.
const COMPARISONS: ReadonlyMap<string, (a: Value, b: Value) => boolean> = new Map([
  ["eq", (a: Value, b: Value) => a === b],
  ["ne", (a: Value, b: Value) => a !== b],
  ["gt", (a: Value, b: Value) => a !== null && b !== null && a > b],
  ["ge", (a: Value, b: Value) => a !== null && b !== null && a >= b],
  ["lt", (a: Value, b: Value) => a !== null && b !== null && a < b],
  ["le", (a: Value, b: Value) => a !== null && b !== null && a <= b],
]);

type FilterFunction = Readonly<{
  takes: readonly "string"[];
  gives: Type;
  of: (a?: string, b?: string) => Value;
}>;

const ONE = ["string"] as const;
const TWO = ["string", "string"] as const;

const FUNCTIONS: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ["tolower", { takes: ONE, gives: "string", of: (a = "") => a.toLowerCase() }],
  ["toupper", { takes: ONE, gives: "string", of: (a = "") => a.toUpperCase() }],
  ["trim", { takes: ONE, gives: "string", of: (a = "") => a.trim() }],
  ["length", { takes: ONE, gives: "number", of: (a = "") => a.length }],
  ["indexof", { takes: TWO, gives: "number", of: (a = "", b = "") => a.indexOf(b) }],
  ["startswith", { takes: TWO, gives: "boolean", of: (a = "", b = "") => a.startsWith(b) }],
  ["endswith", { takes: TWO, gives: "boolean", of: (a = "", b = "") => a.endsWith(b) }],
  ["substringof", { takes: TWO, gives: "boolean", of: (a = "", b = "") => b.includes(a) }],
]);
