/** Runs work, at most so many at once; the rest waits in the order in which it came. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** @param most pieces of work at one time */
export function createSlots(most: number): Slots {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
