/** A time in which a tenant's integration was on; milliseconds since 1970 UTC, `until` null while it is. */
export type ActivePeriod = { readonly epoch: number; readonly from: number; readonly until: number | null };

/** The period that a moment lies in, its end excluded (A9); null while the integration was off. */
export function activeAt(periods: readonly ActivePeriod[], atMs: number): ActivePeriod | null {
  return periods.findLast(({ from, until }) => from <= atMs && (until === null || atMs < until)) ?? null;
}
