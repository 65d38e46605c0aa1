import { type JsonItems, readJson, readJsonItems, type UnusableReason } from "../http/json-answer.ts";
import type { RowReader } from "./row-reader.ts";

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

/** The rows of a page in the order of the answer, or why the page is not a list. */
export type ListRows<Row> =
  | { readonly kind: "rows"; readonly rows: readonly Row[]; readonly malformed: readonly MalformedRow[] }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

/**
 * The rows of a page, all at once or block by block, so that the rows of a huge one are not all in memory. Every block has
 * been seen to be JSON before the first is given.
 */
export type ListBlocks<Row> =
  | { readonly kind: "blocks"; readonly blocks: Iterable<Extract<ListRows<Row>, { readonly kind: "rows" }>> }
  | { readonly kind: "unusable"; readonly reason: UnusableReason };

/** A page of more bytes is read in blocks. */
export const LARGE_PAGE_BYTES = 4 * 1024 * 1024;
const BLOCK_ROWS = 250;

/** Reads a page row by row, so that one bad row costs only itself. @param idName the member that names a bad row */
export function parseListRows<Row>(body: Buffer, read: RowReader<Row>, idName: string): ListRows<Row> {
  const json = readJson(body);
  if (json.kind === "unusable") return json;
  if (!Array.isArray(json.value)) return { kind: "unusable", reason: "WRONG_SHAPE" };
  return rowsOf(json.value, { read, idName, firstIndex: 0 });
}

/** As `parseListRows`; a page of more than `LARGE_PAGE_BYTES` comes in blocks of 250 rows. */
export function parseListBlocks<Row>(body: Buffer, read: RowReader<Row>, idName: string): ListBlocks<Row> {
  if (body.length <= LARGE_PAGE_BYTES) {
    const whole = parseListRows(body, read, idName);
    return whole.kind === "rows" ? { kind: "blocks", blocks: [whole] } : whole;
  }
  const items = readJsonItems(body);
  if (items.kind === "unusable") return items;
  return { kind: "blocks", blocks: blocksOf(items, read, idName) };
}

function* blocksOf<Row>(items: JsonItems, read: RowReader<Row>, idName: string) {
  for (let firstIndex = 0; firstIndex < items.count; firstIndex += BLOCK_ROWS)
    yield rowsOf(items.values(firstIndex, firstIndex + BLOCK_ROWS), { read, idName, firstIndex });
}

function rowsOf<Row>(
  items: readonly unknown[],
  {
    read,
    idName,
    firstIndex,
  }: { readonly read: RowReader<Row>; readonly idName: string; readonly firstIndex: number },
): Extract<ListRows<Row>, { readonly kind: "rows" }> {
  const rows: Row[] = [];
  const malformed: MalformedRow[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = read(item);
    if (parsed.kind === "row") rows.push(parsed.row);
    else
      malformed.push({
        index: firstIndex + index,
        id: readableId(item, idName),
        reason: parsed.faults.join(", ") || "row",
      });
  }
  return { kind: "rows", rows, malformed };
}

function readableId(item: unknown, idName: string): string {
  const id = (item as Readonly<Record<string, unknown>> | null)?.[idName];
  return typeof id === "string" ? id : "";
}
