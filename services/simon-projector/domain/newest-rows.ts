import type { ChangeKind } from "../../../schemas/records.ts";
import { type ChangeRecord, repairedWarning, wipeLimit } from "./change-record.ts";

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

/** A version of a row, to be written if it is newer than what is there. */
export type Row<T extends Change> = {
  readonly key: string;
  readonly tenantId: string;
  readonly entityId: string;
  /** Place of its record; with epoch and revision the version of the row. */
  readonly place: number;
  readonly state: RowState;
  readonly change: T;
  /** Of a repair, whether its row had given a warning; null for a change that is told for the first time. */
  readonly repaired: boolean | null;
};

/** A key to be wiped before the rows are written: rows of epochs below `belowEpoch`, or whatever is there for null. */
export type Wipe = {
  readonly tenantId: string;
  readonly entityId: string;
  readonly belowEpoch: number | null;
};

export type NewestRows<T extends Change> = {
  readonly wipes: readonly Wipe[];
  /** To be written one after the other, at most one row of each key in each. Nearly always there is one round. */
  readonly rounds: readonly (readonly Row<T>[])[];
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
 * Folds a batch so that writing it ends in the same rows as writing its records one by one, in the order of their
 * offsets: batches of any size are alike (O20), and no statement names a key twice.
 * @param epochs present epoch of each tenant in the batch; a record of a lower one is ignored for good (A12)
 * @param leansOn whether the newer change keeps something that only the older one gives: then both are written
 */
export function newestRows<T extends Change>(options: {
  readonly records: readonly ChangeRecord<T>[];
  readonly epochs: ReadonlyMap<string, number>;
  readonly leansOn: (newer: T, older: T) => boolean;
}): NewestRows<T> {
  const rounds = new Rounds<T>();
  const wipes = new Map<string, Wipe>();
  for (const record of options.records) {
    const { value } = record;
    const known = rounds.last(record.key);
    if (value === null) wipe(record, rounds, wipes);
    else if (value.epoch < (options.epochs.get(record.tenantId) ?? 0)) continue;
    else if (known === undefined) rounds.put(rowOf(record, value));
    else if (isOlder(value, known.change)) continue;
    else if (options.leansOn(value, known.change)) rounds.append(rowOf(record, value));
    else rounds.put(rowOf(record, value));
  }
  return { wipes: [...wipes.values()], rounds: rounds.all() };
}

/** Rows by key; a key that needs several rows has them in successive rounds. */
class Rounds<T extends Change> {
  readonly #rounds: Map<string, Row<T>>[] = [new Map()];
  /** Index of the last round of a key, where it is not the first one. */
  readonly #lastOf = new Map<string, number>();

  last(key: string): Row<T> | undefined {
    return this.#rounds[this.#lastOf.get(key) ?? 0]?.get(key);
  }

  /** The only row of its key, or one in place of the last. */
  put(row: Row<T>): void {
    this.#rounds[this.#lastOf.get(row.key) ?? 0]?.set(row.key, row);
  }

  append(row: Row<T>): void {
    const next = (this.#lastOf.get(row.key) ?? 0) + 1;
    this.#lastOf.set(row.key, next);
    if (this.#rounds.length === next) this.#rounds.push(new Map());
    this.put(row);
  }

  delete(key: string): void {
    for (const round of this.#rounds) round.delete(key);
    this.#lastOf.delete(key);
  }

  all(): readonly (readonly Row<T>[])[] {
    return this.#rounds.map((round) => [...round.values()]).filter((rows) => rows.length > 0);
  }
}

/** An equal version is not older: the later record of one scan wins. */
const isOlder = (one: Change, other: Change): boolean =>
  one.epoch < other.epoch || (one.epoch === other.epoch && one.revision < other.revision);

function wipe<T extends Change>(record: ChangeRecord<T>, rounds: Rounds<T>, wipes: Map<string, Wipe>): void {
  const { key, tenantId, entityId } = record;
  const belowEpoch = wipeLimit(record);
  const known = rounds.last(key);
  if (known !== undefined && belowEpoch !== null && known.change.epoch >= belowEpoch) return;
  rounds.delete(key);
  const earlier = wipes.get(key);
  const isWider = earlier === undefined || isHigher(belowEpoch, earlier.belowEpoch);
  if (isWider) wipes.set(key, { tenantId, entityId, belowEpoch });
}

/** Null is no limit. */
const isHigher = (limit: number | null, other: number | null): boolean =>
  other !== null && (limit === null || limit > other);

export const STATES: Readonly<Record<ChangeKind, RowState>> = {
  present: "active",
  inactive: "inactive",
  gone: "gone",
  unknown: "unknown",
};

const rowOf = <T extends Change>(record: ChangeRecord<T>, change: T): Row<T> => ({
  key: record.key,
  tenantId: record.tenantId,
  entityId: record.entityId,
  place: record.place,
  state: STATES[change.change],
  change,
  repaired: repairedWarning(record),
});
