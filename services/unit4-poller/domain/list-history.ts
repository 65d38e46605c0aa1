/** What a list came to after a scan that changed what is known of it. */
export type PastScan = {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** Rows known after it. */
  readonly known: number;
  /** Rows that were taken for deleted by it, or by those that were counted in with it. */
  readonly gone: number;
};

/** What the rows of a day ago have come to. */
export type DayAgo = {
  /** Rows known then, or at first where the list has not been known for a day. */
  readonly known: number;
  /** Rows that have been taken for deleted since. */
  readonly gone: number;
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** Scans closer together are counted in one, so that a busy list has a short history. */
const STEP_MS = 15 * 60 * 1000;

/** @param now.known rows known now, for a list without a history */
export function dayAgo(
  history: readonly PastScan[],
  now: { readonly at: number; readonly known: number },
): DayAgo {
  const since = now.at - DAY_MS;
  const earlier = history.findLast(({ at }) => at <= since) ?? history[0];
  const gone = history.reduce((sum, past) => (past.at > since ? sum + past.gone : sum), 0);
  return { known: earlier?.known || now.known, gone };
}

/**
 * The history with one scan more, as far back as it is needed: a day, and the scan before that.
 * @param keptSince scans from then on are kept, milliseconds since 1970 UTC: a question that is open stays what it was
 */
export function withScan(
  history: readonly PastScan[],
  scan: PastScan,
  keptSince: number = scan.at,
): readonly PastScan[] {
  const firstNeeded = history.findLastIndex(({ at }) => at <= keptSince - DAY_MS);
  const kept = history.slice(Math.max(0, firstNeeded));
  const last = kept.at(-1);
  // The first one stays what it is: it says what was known at the beginning.
  if (last === undefined || kept.length === 1 || scan.at - last.at >= STEP_MS) return [...kept, scan];
  return [...kept.slice(0, -1), { at: last.at, known: scan.known, gone: last.gone + scan.gone }];
}
