import { createHash } from "node:crypto";
import type { ReconciledList } from "../../../shared/operations/domain/reconcile-report.ts";

/** An id of Simon's, and what the row stands for. */
export type StandingRow = { readonly id: string; readonly state: string };

/** How a list stands, without which one it is. */
type ListDrift = Omit<ReconciledList, "tenantId" | "entity" | "listedAt">;

const MOST_IDS = 20;
/** Simon's rows in these states stand for a row of Unit4. */
const STANDS: ReadonlySet<string> = new Set(["active", "inactive", "unknown"]);
/** The cleaning removes rows that the list still has, such as inactive ones: they lack nothing. */
const IS_THERE: ReadonlySet<string> = new Set([...STANDS, "removed"]);

/** Whether a row of Simon's says that Unit4 has it. */
export const standsForRow = ({ state }: StandingRow): boolean => STANDS.has(state);

/** How Simon's rows stand to a list, by their ids. @param listed ids of the rows that come over */
export function driftOf(listed: readonly string[], rows: readonly StandingRow[]): ListDrift {
  const known = new Set(listed);
  const there = new Set(rows.filter(({ state }) => IS_THERE.has(state)).map(({ id }) => id));
  const standing = rows.filter(standsForRow).map(({ id }) => id);
  const removed = new Set(rows.filter(({ state }) => state === "removed").map(({ id }) => id));
  const missing = [...known].filter((id) => !there.has(id)).sort();
  const extra = standing.filter((id) => !known.has(id)).sort();
  // What the cleaning removed counts on both sides or on none.
  const expected = [...known].filter((id) => !removed.has(id));
  return {
    listed: expected.length,
    standing: standing.length,
    listedChecksum: checksum(expected),
    standingChecksum: checksum(standing),
    missing: missing.length,
    extra: extra.length,
    missingIds: missing.slice(0, MOST_IDS),
    extraIds: extra.slice(0, MOST_IDS),
  };
}

/** The same for the same ids, in whatever order. */
function checksum(ids: readonly string[]): string {
  const hash = createHash("sha256");
  for (const id of [...ids].sort()) hash.update(`${id}\n`);
  return hash.digest("hex").slice(0, 16);
}
