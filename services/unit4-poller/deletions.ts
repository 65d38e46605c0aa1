import { type DeletionPlan, type MissingRow, oneMissMore } from "./domain/deletion-brake.ts";
import type { RowChange } from "./domain/list-comparison.ts";
import { type Comparison, compareRow, type Fate } from "./domain/list-comparison.ts";
import { FILTERED_OUT, NOWHERE, rowAt } from "./domain/packed-rows.ts";
import type { FailedEnd, MasterList } from "./master-list.ts";
import type { Turn } from "./turn.ts";

/** What became of rows that a list lacked. */
export type Deletions<Value> = {
  /** By place in the snapshot. */
  readonly fates: ReadonlyMap<number, Fate>;
  /** Ids whose readers must be told that they are gone. */
  readonly gone: readonly string[];
  /** Rows that a look-up found changed. */
  readonly changes: readonly RowChange<Value>[];
  /** Rows that were looked up or needed no look-up. */
  readonly tried: number;
  /** Why look-ups ended early; null where they did not. */
  readonly failedEnd: FailedEnd | null;
};

/** Look-ups that may fail in one turn: one row that Unit4 cannot show must not keep the others waiting for ever. */
const FAILURES_ALLOWED = 3;

/**
 * Looks up by id what a list lacked (rule M13): only a row that Unit4 does not find either is gone. A row whose look-up
 * fails stays as it was, and has its turn after a later list.
 */
export async function lookUpMissing<Value>(
  turn: Turn,
  list: MasterList<Value>,
  missing: { readonly comparison: Comparison; readonly plan: DeletionPlan },
): Promise<Deletions<Value>> {
  const { comparison, plan } = missing;
  const fates = new Map<number, Fate>(
    plan.countOnly.map(({ index, misses }) => [index, { kind: "kept", misses: oneMissMore(misses) }]),
  );
  const gone: string[] = [];
  const changes: RowChange<Value>[] = [];
  let tried = 0;
  let failures = 0;
  let failedEnd: FailedEnd | null = null;
  for (const wanted of plan.lookUp) {
    const fate = await lookUp(turn, list, { comparison, wanted });
    if (fate === null) break;
    if (fate.kind === "failed") {
      failedEnd = fate.end;
      failures += 1;
      if (fate.end.kind !== "unavailable" || failures === FAILURES_ALLOWED) break;
      continue;
    }
    tried += 1;
    fates.set(wanted.index, fate.fate);
    if (fate.goneId !== null) gone.push(fate.goneId);
    if (fate.change !== null) changes.push(fate.change);
  }
  return { fates, gone, changes, tried, failedEnd };
}

type LookedUp<Value> =
  | {
      readonly kind: "known";
      readonly fate: Fate;
      readonly goneId: string | null;
      readonly change: RowChange<Value> | null;
    }
  | { readonly kind: "failed"; readonly end: FailedEnd };

/** Null: the turn must end. */
async function lookUp<Value>(
  turn: Turn,
  list: MasterList<Value>,
  { comparison, wanted }: { readonly comparison: Comparison; readonly wanted: MissingRow },
): Promise<LookedUp<Value> | null> {
  const before = rowAt(comparison.previous, wanted.index);
  if ((before.flags & FILTERED_OUT) !== 0)
    return { kind: "known", fate: { kind: "gone" }, goneId: null, change: null };
  if ((await turn.checkpoint()) !== "go-on") return null;
  const found = await turn.ask(() => list.find(before.id));
  if (found.kind === "failed") return found;
  if (found.value === null) return { kind: "known", fate: { kind: "gone" }, goneId: before.id, change: null };
  const { row, change } = compareRow(before, found.value, NOWHERE);
  row.misses = oneMissMore(wanted.misses);
  return { kind: "known", fate: { kind: "found", row }, goneId: null, change };
}
