import type { Queryable } from "../../shared/postgres.ts";
import type { Entity } from "../domain/entity.ts";
import {
  FILTERED_OUT,
  indexOfId,
  mergeRows,
  NOWHERE,
  type PackedRows,
  packRows,
  type Row,
  untoldRows,
} from "../domain/packed-rows.ts";
import { standsForRow } from "../reconcile/domain/list-drift.ts";
import { standingRows } from "../reconcile/simon-ids.ts";
import type { Lease } from "../schedule.ts";
import { readSnapshotRows } from "../snapshot-store.ts";

/**
 * What a list is compared with when every row of it is to be told anew: the rows known before, as ones that nobody was told of, and
 * Simon's rows that are not among them. What the list lacks of those is found missing like any other, under the same brake.
 * @throws Failure SNAPSHOT_UNREADABLE
 */
export async function readRowsToTellAnew(db: Queryable, lease: Lease, entity: Entity): Promise<PackedRows> {
  const known = untoldRows(await readSnapshotRows(db, lease, entity));
  const strangers: Row[] = [];
  for (const row of await standingRows(db, lease.tenantId, entity)) {
    if (!standsForRow(row)) continue;
    const at = indexOfId(known, row.id);
    if (at < 0) strangers.push(strangerOf(row.id));
    // Simon has it, though it does not come over: that it does not has to be told.
    else known.flags[at] = (known.flags[at] ?? 0) & ~FILTERED_OUT;
  }
  if (strangers.length === 0) return known;
  return mergeRows([known, packRows(strangers)].map((rows) => ({ rows, take: () => true })));
}

const strangerOf = (id: string): Row => ({
  ...{ id, hash: 0n, addressHash: 0n, organizationId: 0, page: NOWHERE, misses: 0, flags: 0 },
});
