import type { ChangeKind } from "../../../schemas/records.ts";
import { type ChangeRecord, wipeLimit } from "./change-record.ts";

/** State of a row in Simon; `removed` is what the cleaning leaves. */
export type RowState = "active" | "inactive" | "gone" | "unknown";

/** What the changes of customers and articles have in common. */
export type Change = {
  readonly tenantId: string;
  readonly epoch: number;
  readonly revision: number;
  readonly change: ChangeKind;
  readonly observedAt: number;
  readonly changedOn: string | null;
  readonly stateCode: string | null;
};

/** The newest version of a row in a batch. */
export type Row<T extends Change> = {
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  /** Offset of the newest record; with its epoch and revision the version of the row. */
  readonly offset: number;
  readonly state: RowState;
  /** The newest change, with what an older one of the batch knew and it does not. */
  readonly change: T;
};

/** A key to be wiped before the rows are written: rows of epochs below `belowEpoch`, or whatever is there for null. */
export type Wipe = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly belowEpoch: number | null;
};

export type NewestRows<T extends Change> = {
  readonly wipes: readonly Wipe[];
  /** At most one of each key. */
  readonly rows: readonly Row<T>[];
};

/** The highest epoch that a batch names for each of its tenants; 0 for a tenant of which it only wipes. */
export function highestEpochs<T extends Change>(
  records: readonly ChangeRecord<T>[],
): ReadonlyMap<string, number> {
  const highest = new Map<string, number>();
  for (const { tenantId, value } of records) {
    const epoch = value?.epoch ?? 0;
    if (epoch > (highest.get(tenantId) ?? -1)) highest.set(tenantId, epoch);
  }
  return highest;
}

/**
 * Folds a batch into one row per key: what writing its records one by one, in the order of their offsets, would end in.
 * So batches of any size end in the same rows (O20), and no statement names a key twice.
 * @param epochs present epoch of each tenant in the batch; a record of a lower one is ignored for good (A12)
 * @param withOlder the newer change completed with what only the older one knows
 */
export function newestRows<T extends Change>(options: {
  readonly records: readonly ChangeRecord<T>[];
  readonly epochs: ReadonlyMap<string, number>;
  readonly withOlder: (newer: T, older: T) => T;
}): NewestRows<T> {
  const rows = new Map<string, Row<T>>();
  const wipes = new Map<string, Wipe>();
  for (const record of options.records) {
    const { value } = record;
    const known = rows.get(record.key);
    if (value === null) wipe(record, rows, wipes);
    else if (value.epoch < (options.epochs.get(record.tenantId) ?? 0)) continue;
    else if (known === undefined) rows.set(record.key, rowOf(record, value));
    else if (!isOlder(value, known.change))
      rows.set(record.key, rowOf(record, options.withOlder(value, known.change)));
  }
  return { wipes: [...wipes.values()], rows: [...rows.values()] };
}

/** An equal version is not older: the later record of one scan wins. */
const isOlder = (one: Change, other: Change): boolean =>
  one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision);

function wipe<T extends Change>(
  record: ChangeRecord<T>,
  rows: Map<string, Row<T>>,
  wipes: Map<string, Wipe>,
): void {
  const belowEpoch = wipeLimit(record);
  const known = rows.get(record.key);
  if (known !== undefined && belowEpoch !== null && known.change.epoch >= belowEpoch) return;
  rows.delete(record.key);
  const earlier = wipes.get(record.key);
  const isWider = earlier === undefined || isHigher(belowEpoch, earlier.belowEpoch);
  if (isWider) wipes.set(record.key, { tenantId: record.tenantId, entityId: record.entityId, belowEpoch });
}

/** Null is no limit. */
const isHigher = (limit: number | null, other: number | null): boolean =>
  other !== null && (limit === null || limit > other);

const STATES: Readonly<Record<ChangeKind, RowState>> = {
  present: "active",
  inactive: "inactive",
  gone: "gone",
  unknown: "unknown",
};

const rowOf = <T extends Change>(record: ChangeRecord<T>, change: T): Row<T> => ({
  key: record.key,
  tenantId: record.tenantId,
  entityId: record.entityId,
  offset: record.offset,
  state: STATES[change.change],
  change,
});
