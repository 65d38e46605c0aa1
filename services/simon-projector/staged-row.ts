import type { CopyValue } from "./copy-rows.ts";
import type { Change, Row } from "./domain/newest-rows.ts";
import type { TableDescription } from "./table-description.ts";

/** Cells of a whole row as it is staged, in the order of the staging table's columns; none for a row without its fields. */
export const stagedRow =
  <T extends Change, Body, Stored>({ bodyOf, columns }: TableDescription<T, Body, Stored>) =>
  ({ tenantId, entityId, place, state, change }: Row<T>, isWarned: boolean): readonly CopyValue[] => {
    const body = bodyOf(change);
    if (body === null) return [];
    const cells: CopyValue[] = [tenantId, entityId, change.epoch, change.revision, place, state];
    for (const { value } of columns) cells.push(value(body, change));
    cells.push(change.changedOn, change.observedAt, isWarned);
    return cells;
  };
