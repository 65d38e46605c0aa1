import type { Clock } from "../../shared/clock.ts";
import type { LiveFigures } from "./domain/pace.ts";

/** How live work fares, as this process sees it: what it projects itself, and how long its own commits take. */
export type LivePressure = {
  /** @param freshnessMs from seeing a change in Unit4 to its row */
  changeProjected(freshnessMs: number): void;
  commitTook(ms: number): void;
  read(): LiveFigures;
};

type Seen = { readonly atMs: number; readonly ms: number };

const WINDOW_MS = 10_000;
/** Enough for a percentile, few enough to sort each second. */
const KEPT = 2_000;

/** Figures of the last ten seconds. */
export function createLivePressure(now: Clock): LivePressure {
  const freshness = createLastSeen();
  const commits = createLastSeen();
  return {
    changeProjected: (ms) => freshness.note({ atMs: now(), ms }),
    commitTook: (ms) => commits.note({ atMs: now(), ms }),
    read: () => ({
      freshnessP99Ms: percentile(freshness.all, 0.99, now()),
      commitMs: percentile(commits.all, 0.9, now()),
    }),
  };
}

/** The last ones, in no order: a newer one takes the place of the oldest, and nothing is moved. */
function createLastSeen() {
  const all: Seen[] = [];
  let next = 0;
  return {
    all,
    note: (one: Seen): void => {
      all[next] = one;
      next = (next + 1) % KEPT;
    },
  };
}

function percentile(all: readonly Seen[], share: number, nowMs: number): number | null {
  const lately = all
    .filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return lately[Math.ceil(lately.length * share) - 1] ?? null;
}
