/** How far the first load of a list is, as the poller notes it. */
export type NotedProgress = {
  readonly done: number;
  /** null until the poller knows it. */
  readonly total: number | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
};

export type LoadProgress = {
  readonly isFinished: boolean;
  readonly done: number;
  readonly total: number | null;
  /** Rows a second since the start; null where it is too early to say. */
  readonly perSecond: number | null;
  /** null where the total or the rate is not known, and at the end. */
  readonly leftMs: number | null;
};

/** A rate over less time than this says nothing. */
const LEAST_MS = 1_000;

/** Rate and time left of a first load (rule M11). @param nowMs milliseconds since 1970 UTC */
export function loadProgress(noted: NotedProgress, nowMs: number): LoadProgress {
  const { done, finishedAt } = noted;
  const total = noted.total === null ? null : Math.max(noted.total, done);
  const endMs = finishedAt?.getTime() ?? nowMs;
  const tookMs = endMs - noted.startedAt.getTime();
  const perSecond = done > 0 && tookMs >= LEAST_MS ? (done * 1_000) / tookMs : null;
  const isFinished = finishedAt !== null;
  const left = total === null || isFinished ? null : total - done;
  return {
    isFinished,
    done,
    total: isFinished ? done : total,
    perSecond,
    leftMs: left === null || perSecond === null ? null : (left * 1_000) / perSecond,
  };
}
