import type { CommitEntry } from "../../infra/sandbox/multivers/audit/audit-entry.ts";
import type { OrderRequested } from "../../schemas/records.ts";

/** Milliseconds from archiving to the order in Unit4, ascending; orders that are not there are left out. */
export function latenciesMs(
  requested: readonly OrderRequested[],
  commits: readonly CommitEntry[],
): readonly number[] {
  const archivedAt = new Map(requested.map((one) => [one.reference, one.archivedAt]));
  const first = new Map<string, number>();
  for (const { reference, atMs } of commits) if (!first.has(reference)) first.set(reference, atMs);
  return [...first]
    .flatMap(([reference, atMs]) => {
      const begin = archivedAt.get(reference);
      return begin === undefined ? [] : [atMs - begin];
    })
    .sort((a, b) => a - b);
}

/** The value that `share` (0..1) of them do not exceed; 0 for none. @param sorted ascending */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** The longest time without a stored order while orders came in. Times in milliseconds since 1970. */
export function longestGapMs(
  commits: readonly CommitEntry[],
  span: { readonly fromMs: number; readonly toMs: number },
): number {
  const moments = commits.map(({ atMs }) => atMs).filter((atMs) => atMs > span.fromMs && atMs < span.toMs);
  const marks = [span.fromMs, ...moments.sort((a, b) => a - b), span.toMs];
  return marks.reduce((longest, mark, index) => Math.max(longest, mark - (marks[index - 1] ?? mark)), 0);
}
