const ROUND_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_AT_ONCE = 10;

/**
 * How many customers' invoice addresses are to be looked at again, so that each has its turn about once a week: Unit4
 * moves no date of the customer when only an address changes. At most 10, so that a missed week is made up slowly.
 * @param round.rows customers known
 * @param round.lastAt when the last ones were looked at, milliseconds since 1970 UTC; null: never
 * @param round.now milliseconds since 1970 UTC
 */
export function addressChecksDue(round: {
  readonly rows: number;
  readonly lastAt: number | null;
  readonly now: number;
}): number {
  if (round.rows === 0) return 0;
  if (round.lastAt === null) return 1;
  const stepMs = ROUND_MS / round.rows;
  const due = Math.floor(round.now / stepMs) - Math.floor(round.lastAt / stepMs);
  return Math.max(0, Math.min(MOST_AT_ONCE, due, round.rows));
}
