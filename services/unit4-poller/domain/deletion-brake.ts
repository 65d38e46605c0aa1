import type { DayAgo } from "./list-history.ts";

/** So many rows that went are never a reason to stop: people delete one now and then. */
const ALWAYS_FEW = 1;
/** More than this part of the rows known a day ago missing is a reason to stop, however many scans it took. */
const LARGEST_PART = 0.2;
/** More missing rows than this are a reason to stop, however many are known. */
const ALWAYS_MANY = 1_000;

/** Deletions of a tenant's customers or articles that wait for a person (rule M12). */
export type Brake = {
  /** Revision of the scan that halted them; tells one halt from the next. */
  readonly revision: number;
  /** When that was, milliseconds since 1970 UTC. */
  readonly haltedAt: number;
  /** Rows that were missing when the halt was told. */
  readonly missing: number;
  readonly decision: "confirmed" | "dismissed" | null;
  /** Rows that a confirmation still lets go. */
  readonly most: number;
};

export type Verdict =
  /** Missing rows count. `resumed`: this list answers an open question by itself. */
  | { readonly kind: "count"; readonly resumed: boolean }
  /** Nothing counts. `told`: it has been said already. */
  | { readonly kind: "halt"; readonly told: boolean }
  /** A person confirmed: at most `most` missing rows may go. */
  | { readonly kind: "confirmed"; readonly most: number };

/** A list that was read to its end, against what was known before it. */
export type ListCount = {
  /** Rows known before this list. */
  readonly known: number;
  /** Rows on the list. */
  readonly listed: number;
  /** Known rows that are not on the list. */
  readonly missing: number;
  readonly dayAgo: DayAgo;
};

/**
 * Whether rows missing from a list may count as deleted (rule M12): an empty list, or one by which more than one row and
 * more than 20 % of those known a day ago have gone since, or more than 1,000, more often means narrowed rights than a
 * clean-up.
 */
export function judgeMissing(count: ListCount, brake: Brake | null): Verdict {
  if (!isSuspicious(count)) return { kind: "count", resumed: brake !== null };
  if (brake === null) return { kind: "halt", told: false };
  if (brake.decision === "confirmed") return { kind: "confirmed", most: brake.most };
  if (brake.decision === "dismissed") return { kind: "halt", told: !differsByMuch(count, brake) };
  return { kind: "halt", told: true };
}

function isSuspicious({ known, listed, missing, dayAgo }: ListCount): boolean {
  if (known === 0 || missing === 0) return false;
  if (listed === 0) return true;
  return isMany(missing + dayAgo.gone, dayAgo.known);
}

const isMany = (rows: number, known: number): boolean =>
  rows > ALWAYS_MANY || (rows > ALWAYS_FEW && rows > known * LARGEST_PART);

/** A dismissed question is asked again when it has become another one. */
const differsByMuch = (count: ListCount, brake: Brake): boolean =>
  isMany(Math.abs(count.missing - brake.missing), count.known);

export type MissingRow = {
  /** Place in the snapshot. */
  readonly index: number;
  /** Complete lists in a row that lacked it before this one. */
  readonly misses: number;
};

/** What becomes of missing rows: those to look up by id now, and those that only count one miss more. */
export type DeletionPlan = {
  readonly lookUp: readonly MissingRow[];
  readonly countOnly: readonly MissingRow[];
};

/**
 * Chooses the missing rows that are looked up by id (rule M13): those that this list is at least the second to lack.
 * A row that is found although lists lack it is looked up again after 4, 8, 16 … lists, not every time. Rows beyond
 * the budget keep their count and are looked up after a later list.
 * @param budget look-ups at most
 */
export function planDeletions(
  missing: readonly MissingRow[],
  verdict: Verdict,
  budget: number,
): DeletionPlan {
  if (verdict.kind === "halt") return { lookUp: [], countOnly: [] };
  if (verdict.kind === "confirmed") {
    const untriedFirst = missing.toSorted((a, b) => a.misses - b.misses);
    return { lookUp: untriedFirst.slice(0, Math.min(budget, verdict.most)), countOnly: [] };
  }
  const due = missing.filter((row) => isLookUpDue(row.misses + 1));
  return { lookUp: due.slice(0, budget), countOnly: missing.filter((row) => !isLookUpDue(row.misses + 1)) };
}

const isLookUpDue = (misses: number): boolean => misses >= 2 && (misses & (misses - 1)) === 0;

/** One miss more; the count stays within a byte and keeps coming back to numbers at which a look-up is due. */
export const oneMissMore = (misses: number): number => (misses >= 255 ? 128 : misses + 1);
