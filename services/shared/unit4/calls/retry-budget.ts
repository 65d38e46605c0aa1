/** How many repeats are allowed, over all tenants of a process: a failing server is not asked three times as much. */
export type RetryBudget = {
  /** A first try was made. */
  earn(): void;
  /** Whether there is a repeat to spend, which is then spent. */
  spend(): boolean;
};

const SHARE = 0.1;
const MOST = 20;

/** One repeat for each ten first tries, at most 20 saved up. */
export function createRetryBudget(): RetryBudget {
  let saved = MOST;
  return {
    earn: () => {
      saved = Math.min(MOST, saved + SHARE);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
