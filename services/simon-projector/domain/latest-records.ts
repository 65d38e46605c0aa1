import { type ChangeRecord, wipeLimit } from "./change-record.ts";
import type { Change } from "./newest-rows.ts";

/** The last record of a key in a stretch of its topic: what compaction would keep of it. */
export type LatestRecord = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly place: number;
  /** Version of the record; a tombstone is older than every change of its epoch, newer than those of all below. */
  readonly epoch: number;
  readonly revision: number;
  /** Epoch of the tombstone that has to stand last where Simon has no such row; null where the record may. */
  readonly tombstoneEpoch: number | null;
};

/**
 * The last record of each key, in the order of their keys' first appearance. A tombstone that wipes whatever there is
 * is always the newest and left out.
 * @param records in the order of their offsets
 * @param epochs present epoch of each tenant
 */
export function latestRecords<T extends Change>(
  records: readonly ChangeRecord<T>[],
  epochs: ReadonlyMap<string, number>,
): readonly LatestRecord[] {
  const last = new Map<string, ChangeRecord<T>>();
  for (const record of records) last.set(record.key, record);
  return [...last.values()].flatMap((record) => {
    const { tenantId, entityId, place, value } = record;
    const epoch = value === null ? wipeLimit(record) : value.epoch;
    if (epoch === null) return [];
    const present = epochs.get(tenantId) ?? 0;
    const tombstoneEpoch = value !== null && epoch < present ? present : null;
    return [{ tenantId, entityId, place, epoch, revision: value?.revision ?? 0, tombstoneEpoch }];
  });
}
