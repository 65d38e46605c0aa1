import type { Connection } from "../shared/postgres.ts";
import type { MendedRow } from "./domain/mended-messages.ts";
import type { Change, Row, Wipe } from "./domain/newest-rows.ts";

/** What a statement that writes rows by version did. */
export type Written = {
  /** Rows that changed; the others were as new already. */
  readonly count: number;
  /** When the changes of at most 200 of them were seen, milliseconds since 1970 UTC. */
  readonly observedAtMs: readonly number[];
  readonly mended: readonly MendedRow[];
};

export const NOTHING_WRITTEN: Written = { count: 0, observedAtMs: [], mended: [] };

export const together = (one: Written, other: Written): Written => ({
  count: one.count + other.count,
  observedAtMs: [...one.observedAtMs, ...other.observedAtMs],
  mended: [...one.mended, ...other.mended],
});

/** Keys of rows, as parameters of a statement. */
export const keyArrays = (
  rows: readonly { readonly tenantId: string; readonly entityId: string }[],
): readonly [readonly string[], readonly string[]] => [
  rows.map(({ tenantId }) => tenantId),
  rows.map(({ entityId }) => entityId),
];

/** A table of Simon that follows a change topic. */
export type ProjectedTable<T extends Change> = {
  readonly entity: "customer" | "article";
  /** @returns number of rows wiped */
  wipe(tx: Connection, wipes: readonly Wipe[]): Promise<number>;
  /** Those of the rows that are newer than what is there. */
  newer(tx: Connection, rows: readonly Row<T>[]): Promise<readonly Row<T>[]>;
  /** Writes rows by version: one that is not newer changes nothing (M14). No key may come twice. */
  write(tx: Connection, rows: readonly Row<T>[], isWarned: (row: Row<T>) => boolean): Promise<Written>;
  /** The same for whole rows in COPY's text format, with the columns that `plainRules` gives. */
  copy(tx: Connection, rows: Buffer): Promise<Written>;
};
