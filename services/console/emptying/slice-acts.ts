import type { Connection } from "../../shared/postgres.ts";
import { SIMON_PARTS, type SimonPart } from "./domain/simon-parts.ts";

/** An emptying whose epoch has begun. */
export type BegunEmptying = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly parts: readonly SimonPart[];
};

/** Rows that went, by part. */
export type RemovedCounts = Readonly<Record<string, number>>;

/** Rows in one slice: about a second of a statement that may take sixty. */
const SLICE_ROWS = 20_000;

/**
 * Removes one slice of rows and keeps the keys of those that came from Unit4, whose records have to be wiped; where there is
 * nothing left the rows are gone. Whoever calls it has the row of the emptying locked.
 * @returns what went by now, and whether that is all
 */
export async function emptySlice(
  tx: Connection,
  emptying: BegunEmptying,
): Promise<{ readonly counts: RemovedCounts; readonly isAll: boolean }> {
  const touched = await removeSlice(tx, emptying);
  const isAll = touched.length === 0;
  const slice = Object.fromEntries(
    emptying.parts.map((part) => [part, touched.find((one) => one.part === part)?.count ?? 0]),
  );
  const keys = touched.reduce((sum, one) => sum + one.keys, 0);
  return { counts: await noteSlice(tx, { ...emptying, slice, keys, isAll }), isAll };
}

type Touched = { readonly part: string; readonly count: number; readonly keys: number };

/** One statement: no row goes without its key being kept. @returns what was touched, by part */
async function removeSlice(
  tx: Connection,
  { tenantId, epoch, parts }: BegunEmptying,
): Promise<readonly Touched[]> {
  const { rows } = await tx.query<Touched>(
    `with gone as materialized (select part, record_id, is_from_unit4 from simon.empty_slice($1, $2, $3, $4)),
     kept as (
       insert into integration.tombstones_due (tenant_id, epoch, entity, entity_id)
       select $1, $2, case part when 'customers' then 'customer' else 'article' end, record_id from gone where is_from_unit4)
     select part, count(*)::integer as count, count(*) filter (where is_from_unit4)::integer as keys from gone group by part`,
    [tenantId, epoch, parts, SLICE_ROWS],
  );
  return rows;
}

async function noteSlice(
  tx: Connection,
  noted: BegunEmptying & {
    readonly slice: RemovedCounts;
    readonly keys: number;
    readonly isAll: boolean;
  },
): Promise<RemovedCounts> {
  const { rows } = await tx.query<{ counts: RemovedCounts }>(
    `update integration.emptyings set tombstones = tombstones + $4, worked_at = clock_timestamp(),
       rows_gone_at = case when $5 then clock_timestamp() end,
       counts = (select jsonb_object_agg(key, coalesce((counts ->> key)::bigint, 0) + value::bigint) from jsonb_each_text($3))
     where tenant_id = $1 and epoch = $2 returning counts`,
    [noted.tenantId, noted.epoch, noted.slice, noted.keys, noted.isAll],
  );
  return rows[0]?.counts ?? {};
}

/** How many rows the parts have now. */
export const rowsOf = (counts: RemovedCounts, parts: readonly SimonPart[]): number =>
  SIMON_PARTS.filter((part) => parts.includes(part)).reduce((sum, part) => sum + (counts[part] ?? 0), 0);
