import { dayNumber, parseDutchDate } from "../rows/dutch-date.ts";
import { type Field, type Fields, fieldNamed, ODataError } from "./odata-fields.ts";
import { parseFilter } from "./odata-filter.ts";

/** Rows to answer with. `byId` are the same rows in the order of the field `idField`, where that order is kept ready. */
export type ListSource = Readonly<{
  rows: Iterable<object>;
  fields: Fields;
  idField?: string;
  byId?: readonly object[];
  /** Lists inside of a row that `$expand` may name; they are always there. */
  expandable?: readonly string[];
}>;

/**
 * The JSON array that answers a list request under `$filter`, `$orderby`, `$skip`, `$top`, `$select` and `$expand`.
 * `maximumRows` cuts it off without a word, as a server-side page limit does.
 * @throws ODataError for options, fields or syntax that the server does not know.
 */
export function listJson(source: ListSource, query: URLSearchParams, maximumRows: number | null): Buffer {
  for (const name of query.keys())
    if (name.startsWith("$") && !OPTIONS.has(name))
      throw new ODataError(`The query option '${name}' is not supported.`);
  for (const name of query.get("$expand")?.split(",") ?? [])
    if (!source.expandable?.includes(name.trim()))
      throw new ODataError(`Could not find a property named '${name.trim()}'.`);
  const ordered = orderedRows(source, query.get("$orderby"));
  const filter = query.get("$filter");
  const matching = filter === null ? ordered : ordered.filter(parseFilter(filter, source.fields));
  const skip = wholeNumber(query, "$skip") ?? 0;
  const top = Math.min(
    wholeNumber(query, "$top") ?? Number.POSITIVE_INFINITY,
    maximumRows ?? Number.POSITIVE_INFINITY,
  );
  const page = skip === 0 && top >= matching.length ? matching : matching.slice(skip, skip + top);
  const select = query.get("$select");
  return select === null ? joined(page) : projected(page, selectedFields(select, source.fields));
}

const OPTIONS: ReadonlySet<string> = new Set(["$filter", "$orderby", "$top", "$skip", "$select", "$expand"]);

function orderedRows(source: ListSource, orderBy: string | null): readonly object[] {
  if (orderBy === null) return Array.isArray(source.rows) ? source.rows : [...source.rows];
  const terms = orderBy.split(",").map((term) => orderTerm(term, source.fields));
  const [first] = terms;
  if (source.byId !== undefined && terms.length === 1 && first?.name === source.idField)
    return first?.descending ? source.byId.toReversed() : source.byId;
  return [...source.rows].sort((a, b) => compareBy(terms, a, b));
}

type OrderTerm = Readonly<{ name: string; field: Field; descending: boolean }>;

function orderTerm(term: string, fields: Fields): OrderTerm {
  const match = /^(\w+)(?:\s+(asc|desc))?$/.exec(term.trim());
  if (match?.[1] === undefined) throw new ODataError(`Syntax error in $orderby at '${term}'.`);
  return { name: match[1], field: fieldNamed(fields, match[1]), descending: match[2] === "desc" };
}

function compareBy(terms: readonly OrderTerm[], a: object, b: object): number {
  for (const { field, descending } of terms) {
    const order = compare(sortValue(a, field), sortValue(b, field));
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}

/** Dates are texts, `5-3-2024`, and sort as days do; an empty one comes first. */
function sortValue(row: object, { key }: Field): string | number | boolean | null {
  const value = Reflect.get(row, key);
  if (!/^date[A-Z]|Date$|^lastUpdate$/.test(key)) return value;
  const day = parseDutchDate(String(value ?? ""));
  return day === null ? null : dayNumber(day);
}

function compare(a: string | number | boolean | null, b: string | number | boolean | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null || a > b ? 1 : -1;
}

function wholeNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^\d{1,9}$/.test(text))
    throw new ODataError(`Invalid value '${text}' for ${name} query option found.`);
  return Number(text);
}

function selectedFields(select: string, fields: Fields): readonly Field[] {
  return select.split(",").map((name) => fieldNamed(fields, name.trim()));
}

function projected(rows: readonly object[], fields: readonly Field[]): Buffer {
  const keys = fields.map((field) => field.key);
  return Buffer.from(
    JSON.stringify(rows.map((row) => Object.fromEntries(keys.map((key) => [key, Reflect.get(row, key)])))),
  );
}

/** The rows as an array; each row's JSON was made at most once, with the comma before it, so that this only copies. */
function joined(rows: readonly object[]): Buffer {
  if (rows.length === 0) return Buffer.from("[]");
  const all = Buffer.concat([...rows.map(rowJson), END]);
  all.write("[", 0);
  return all;
}

const END = Buffer.from("]");
const JSON_OF_ROWS = new WeakMap<object, Buffer>();

function rowJson(row: object): Buffer {
  let json = JSON_OF_ROWS.get(row);
  if (json === undefined) {
    json = Buffer.from(`,${JSON.stringify(row)}`);
    JSON_OF_ROWS.set(row, json);
  }
  return json;
}
