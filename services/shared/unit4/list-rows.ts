import { readJson, type UnusableReason } from "./http/json-answer.ts";
import type { RowReader } from "./reading/row-reader.ts";

/** Which rows of a list are wanted: `top` rows after the first `skip`, in the order of their ids. */
export type PageRequest = { readonly skip: number; readonly top: number };

/** A page of a list as it came: bytes that begin and end as a JSON list does. */
export type ListPage = { readonly body: Buffer };

/** A row that could not be read; the others can be. */
type MalformedRow = {
  /** Its place in the answer, from 0. */
  readonly index: number;
  /** Its id as far as that is readable, otherwise "". */
  readonly id: string;
  /** Names of the fields at fault, comma-separated, without values; "row" where it is no row at all. */
  readonly reason: string;
};

/** The rows of a page in the order of the answer, or why the page is no list. */
export type ListRows<Row> =
  | { readonly kind: "rows"; readonly rows: readonly Row[]; readonly malformed: readonly MalformedRow[] }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

/** Reads a page row by row, so that one bad row costs only itself. @param idName the member that names a bad row */
export function parseListRows<Row>(body: Buffer, read: RowReader<Row>, idName: string): ListRows<Row> {
  const json = readJson(body);
  if (json.kind === "unusable") return json;
  if (!Array.isArray(json.value)) return { kind: "unusable", reason: "WRONG_SHAPE" };
  const rows: Row[] = [];
  const malformed: MalformedRow[] = [];
  for (const [index, item] of json.value.entries()) {
    const reading = read(item);
    if (reading.kind === "row") rows.push(reading.row);
    else malformed.push({ index, id: readableId(item, idName), reason: reading.faults.join(", ") || "row" });
  }
  return { kind: "rows", rows, malformed };
}

function readableId(item: unknown, idName: string): string {
  const id = (item as Readonly<Record<string, unknown>> | null)?.[idName];
  return typeof id === "string" ? id : "";
}
