import { contentHash, NO_CONTENT } from "./content-hash.ts";
import type { MissingRow } from "./deletion-brake.ts";
import { IdSet } from "./id-set.ts";
import type { Observation } from "./observation.ts";
import {
  ADDRESS_PENDING,
  ADDRESS_TO_TELL,
  FILTERED_OUT,
  indexOfId,
  mergeRows,
  type PackedRows,
  packRows,
  type Row,
  rowAt,
} from "./packed-rows.ts";

/** A list being compared with what was known before it. Its members are for the functions of this file. */
export type Comparison = {
  readonly previous: PackedRows;
  /** 1 where the list has shown that previous row. */
  readonly seen: Uint8Array;
  /** Ids of this list that were not known. */
  readonly newIds: IdSet;
  /** Previous rows by page; made when the first unchanged page needs it. */
  byPage: ReadonlyMap<number, readonly number[]> | null;
};

/** What a list shows that its readers do not know yet. */
export type RowChange<Value> = {
  /** `left-filter`: it came over before and no longer passes the tenant's filter. */
  readonly kind: "seen" | "left-filter";
  /** The row as it will be remembered; the address columns may still be filled in. */
  readonly row: Row;
  readonly observation: Observation<Value>;
};

export type ComparedPage<Value> = {
  readonly rows: readonly Row[];
  /** In the order of the ERP's answer. */
  readonly changes: readonly RowChange<Value>[];
  /** Rows that the list had shown before. */
  readonly repeated: number;
};

/** A page of the list that has been dealt with. */
export type ScannedPage = {
  /** Null: the same bytes as last time, so its rows are the previous ones of that page. */
  readonly rows: PackedRows | null;
};

export const NO_ROWS: PackedRows = packRows([]);

export function startComparison(previous: PackedRows): Comparison {
  return { previous, seen: new Uint8Array(previous.count), newIds: new IdSet(), byPage: null };
}

/** The rows of a page. */
export type ReadPage<Value> = {
  readonly observations: readonly Observation<Value>[];
  /** Ids of rows that could not be read. */
  readonly unreadableIds: readonly string[];
};

/**
 * Compares the rows of a page with what was published of them. A row that the list has shown already is left out:
 * lists shift while they are paged, and each key has at most one event per scan. A row that cannot be read is there
 * nevertheless, and stays as it was.
 * @param page number of the page, counted from 0
 */
export function comparePage<Value>(
  comparison: Comparison,
  page: number,
  read: ReadPage<Value>,
): ComparedPage<Value> {
  const rows: Row[] = [];
  const changes: RowChange<Value>[] = [];
  let repeated = 0;
  for (const id of read.unreadableIds) {
    const before = indexOfId(comparison.previous, id);
    if (before >= 0 && markSeen(comparison, before, id))
      rows.push({ ...rowAt(comparison.previous, before), page, misses: 0 });
  }
  for (const observation of read.observations) {
    const before = indexOfId(comparison.previous, observation.id);
    if (!markSeen(comparison, before, observation.id)) {
      repeated += 1;
      continue;
    }
    const { row, change } = compareRow(
      before < 0 ? null : rowAt(comparison.previous, before),
      observation,
      page,
    );
    rows.push(row);
    if (change !== null) changes.push(change);
  }
  return { rows, changes, repeated };
}

/** Compares one row with what was published of it. @param page its page, NOWHERE for one that was looked up by itself */
export function compareRow<Value>(
  before: Row | null,
  observation: Observation<Value>,
  page: number,
): { readonly row: Row; readonly change: RowChange<Value> | null } {
  const wasPublished = before !== null && (before.flags & FILTERED_OUT) === 0;
  const row: Row = {
    id: observation.id,
    hash: observation.passes ? publishedHash(observation) : NO_CONTENT,
    addressHash: observation.wantsAddress ? (before?.addressHash ?? NO_CONTENT) : NO_CONTENT,
    organizationId: observation.organizationId,
    page,
    misses: 0,
    flags: observation.passes ? (before?.flags ?? 0) & ~FILTERED_OUT : FILTERED_OUT,
  };
  if (!observation.passes)
    return { row, change: wasPublished ? { kind: "left-filter", row, observation } : null };
  if (wasPublished && before.hash === row.hash) return { row, change: null };
  if (observation.wantsAddress) row.flags |= ADDRESS_PENDING | (wasPublished ? ADDRESS_TO_TELL : 0);
  else row.flags &= ~(ADDRESS_PENDING | ADDRESS_TO_TELL);
  return { row, change: { kind: "seen", row, observation } };
}

/** All that an event tells of a row; the invoice address has a hash of its own. */
const publishedHash = (observation: Observation<unknown>): bigint =>
  contentHash([
    observation.change,
    observation.stateCode,
    observation.changedOn,
    observation.wantsAddress,
    observation.value,
  ]);

function markSeen(comparison: Comparison, previousIndex: number, id: string): boolean {
  if (previousIndex >= 0) {
    if (comparison.seen[previousIndex] === 1) return false;
    comparison.seen[previousIndex] = 1;
    return true;
  }
  return comparison.newIds.add(id);
}

/** Takes a page whose bytes are those of last time. */
export function takeUnchangedPage(comparison: Comparison, page: number): void {
  comparison.byPage ??= rowsByPage(comparison.previous);
  for (const index of comparison.byPage.get(page) ?? []) comparison.seen[index] = 1;
}

function rowsByPage(rows: PackedRows): ReadonlyMap<number, readonly number[]> {
  const byPage = new Map<number, number[]>();
  rows.pages.forEach((page, index) => {
    const indexes = byPage.get(page);
    if (indexes === undefined) byPage.set(page, [index]);
    else indexes.push(index);
  });
  return byPage;
}

/** Takes a page that an interrupted scan dealt with before. */
export function takeScannedPage(comparison: Comparison, page: number, scanned: ScannedPage): void {
  if (scanned.rows === null) {
    takeUnchangedPage(comparison, page);
    return;
  }
  for (let index = 0; index < scanned.rows.count; index += 1) {
    const { id } = rowAt(scanned.rows, index);
    markSeen(comparison, indexOfId(comparison.previous, id), id);
  }
}

/** Rows that were known and that the list did not show. */
export function missingRows({ previous, seen }: Comparison): readonly MissingRow[] {
  const missing: MissingRow[] = [];
  for (let index = 0; index < previous.count; index += 1)
    if (seen[index] === 0) missing.push({ index, misses: previous.misses[index] ?? 0 });
  return missing;
}

/** What became of a missing row; one without a fate is kept as it was. */
export type Fate =
  | { readonly kind: "kept"; readonly misses: number }
  /** A look-up found it, perhaps changed. */
  | { readonly kind: "found"; readonly row: Row }
  | { readonly kind: "gone" };

/** What is known after the list: its rows, the previous ones of unchanged pages, and the missing that are not gone. */
export function rowsAfter(
  comparison: Comparison,
  pages: readonly ScannedPage[],
  fates: ReadonlyMap<number, Fate>,
): PackedRows {
  const { previous, seen } = comparison;
  const compared = pages.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  const replaced = replacedRows(previous, compared);
  // Rows of a look-up are on no page, and their look-ups come back at growing distances.
  const found = [...fates.values()].flatMap((fate) => (fate.kind === "found" ? [fate.row] : []));
  return mergeRows([
    {
      rows: previous,
      take: (index) => replaced[index] === 0 && (seen[index] === 1 || isKept(fates.get(index))),
      missesOf: (index) => {
        if (seen[index] === 1) return null;
        const fate = fates.get(index);
        return fate?.kind === "kept" ? fate.misses : (previous.misses[index] ?? 0);
      },
    },
    ...[...compared, packRows(found)].map((rows) => ({ rows, take: () => true })),
  ]);
}

const isKept = (fate: Fate | undefined): boolean => fate === undefined || fate.kind === "kept";

/** 1 where a compared page holds a newer form of the previous row. */
function replacedRows(previous: PackedRows, compared: readonly PackedRows[]): Uint8Array {
  const replaced = new Uint8Array(previous.count);
  for (const rows of compared)
    for (let index = 0; index < rows.count; index += 1) {
      const at = indexOfId(previous, rowAt(rows, index).id);
      if (at >= 0) replaced[at] = 1;
    }
  return replaced;
}
