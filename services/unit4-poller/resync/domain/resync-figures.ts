import type {
  PlannedList,
  ResyncedList,
  ResyncPlan,
  ResyncProgress,
} from "../../../shared/operations/domain/resync-report.ts";

/** A page more than a list has: the empty one that proves its end. */
const PROOF = 1;

/** The plan for these lists. */
export function resyncPlan(
  lists: readonly PlannedList[],
  given: Pick<ResyncPlan, "isFull" | "busyPart">,
): ResyncPlan {
  const fetched = lists.filter(({ notFetchable }) => notFetchable === null);
  return {
    ...given,
    lists,
    rows: fetched.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    calls: fetched.reduce((sum, { pages }) => sum + (pages ?? 0) + PROOF, 0),
  };
}

const isOver = ({ state }: ResyncedList): boolean => state !== "waiting" && state !== "reading";

export const resyncProgress = (lists: readonly ResyncedList[]): ResyncProgress => ({
  lists,
  over: lists.filter(isOver).length,
});

/** Whether every list was read to its end. */
export const isWhole = (lists: readonly ResyncedList[]): boolean =>
  lists.every(({ state }) => state === "done");

const SOONEST_MS = 500;
const LATEST_MS = 15_000;

/** How long an operation rests between two looks: the older it is, the longer. @param ageMs since it was begun */
export const restBetweenLooksMs = (ageMs: number): number =>
  Math.min(LATEST_MS, Math.max(SOONEST_MS, ageMs / 20));
