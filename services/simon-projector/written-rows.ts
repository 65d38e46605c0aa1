/** A row whose earlier warnings ended with this version (L5). */
export type MendedRow = { readonly tenantId: string; readonly entityId: string; readonly name: string };

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
