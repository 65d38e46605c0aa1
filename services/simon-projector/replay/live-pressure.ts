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
  const freshness: Seen[] = [];
  const commits: Seen[] = [];
  return {
    changeProjected: (ms) => note(freshness, { atMs: now(), ms }),
    commitTook: (ms) => note(commits, { atMs: now(), ms }),
    read: () => ({
      freshnessP99Ms: percentile(freshness, 0.99, now()),
      commitMs: percentile(commits, 0.9, now()),
    }),
  };
}

function note(all: Seen[], one: Seen): void {
  all.push(one);
  if (all.length > KEPT) all.splice(0, all.length - KEPT);
}

function percentile(all: readonly Seen[], share: number, nowMs: number): number | null {
  const lately = all
    .filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return lately[Math.ceil(lately.length * share) - 1] ?? null;
}
