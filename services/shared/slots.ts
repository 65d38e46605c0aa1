/** Runs work, at most so many at once; the rest waits in the order in which it came. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** A slot that somebody has until it is freed. */
export type Slot = {
  /** Gives it back. Idempotent. */
  free(): void;
};

/** Whose share of the slots something is taken from: a name for each kind of owner that it has. */
export type Owners<Kind extends string> = { readonly [K in Kind]?: string };

export type SlotLimits<Kind extends string> = {
  /** Taken at one time, by all together. */
  readonly most: number;
  /** Taken at one time by one owner of the kind. */
  readonly mostOf: Readonly<Record<Kind, number>>;
  /** Waiting at one time for one owner of the kind; without it as many as come. */
  readonly waitingOf?: Readonly<Record<Kind, number>>;
};

/** Slots of which each owner has its share: whoever comes in a crowd waits for its own, and the others do not notice. */
export type SharedSlots<Kind extends string> = {
  /**
   * Takes a slot, or waits for one. Of those who wait and may have a slot, the one whose owners have the fewest is next; among
   * equals who came first.
   * @param ending asked where it has to wait: fires when it waits no longer
   * @returns null when too many wait already, and when `ending` fired
   */
  take(owners: Owners<Kind>, ending?: () => AbortSignal): Promise<Slot | null>;
};

/** @param most pieces of work at one time */
export function createSlots(most: number): Slots {
  const shared = createSharedSlots({ most, mostOf: {} });
  return async (work) => {
    const slot = await shared.take({});
    try {
      return await work();
    } finally {
      slot?.free();
    }
  };
}

type Waiting<Kind extends string> = { readonly owners: Owners<Kind>; readonly admit: () => void };

/** Makes slots with a share for each owner. */
export function createSharedSlots<Kind extends string>({
  most,
  mostOf,
  waitingOf,
}: SlotLimits<Kind>): SharedSlots<Kind> {
  const [taken, awaited] = [createCounts<Kind>(), createCounts<Kind>()];
  const waiting = new Set<Waiting<Kind>>();

  const mayTake = (owners: Owners<Kind>): boolean => taken.all() < most && taken.isBelow(mostOf, owners);

  const admitNext = (): void => {
    for (;;) {
      let next: Waiting<Kind> | null = null;
      for (const one of waiting)
        if (mayTake(one.owners) && (next === null || taken.of(one.owners) < taken.of(next.owners)))
          next = one;
      if (next === null) return;
      next.admit();
    }
  };

  const takeNow = (owners: Owners<Kind>): Slot => {
    taken.add(owners, 1);
    let isFree = false;
    return {
      free: () => {
        if (isFree) return;
        isFree = true;
        taken.add(owners, -1);
        admitNext();
      },
    };
  };

  return {
    take: async (owners, ending) => {
      // Whoever waits may not have one: nobody is overtaken.
      if (mayTake(owners)) return takeNow(owners);
      if (waitingOf !== undefined && !awaited.isBelow(waitingOf, owners)) return null;
      const signal = ending?.();
      if (signal?.aborted) return null;
      const { promise, resolve } = Promise.withResolvers<Slot | null>();
      const leave = (): void => {
        waiting.delete(one);
        awaited.add(owners, -1);
        signal?.removeEventListener("abort", giveUp);
      };
      const giveUp = (): void => {
        leave();
        resolve(null);
      };
      const one: Waiting<Kind> = {
        owners,
        admit: () => {
          leave();
          resolve(takeNow(owners));
        },
      };
      waiting.add(one);
      awaited.add(owners, 1);
      signal?.addEventListener("abort", giveUp, { once: true });
      return promise;
    },
  };
}

/** How many of something each owner has; owners that have none are forgotten. */
function createCounts<Kind extends string>() {
  const counts = new Map<string, number>();
  let all = 0;
  const keysOf = (owners: Owners<Kind>): readonly (readonly [Kind, string])[] =>
    (Object.entries(owners) as [Kind, string][]).map(([kind, name]) => [kind, `${kind} ${name}`]);
  const count = (key: string): number => counts.get(key) ?? 0;
  return {
    all: (): number => all,
    of: (owners: Owners<Kind>): number => keysOf(owners).reduce((sum, [, key]) => sum + count(key), 0),
    isBelow: (limits: Readonly<Record<Kind, number>>, owners: Owners<Kind>): boolean =>
      keysOf(owners).every(([kind, key]) => count(key) < limits[kind]),
    add: (owners: Owners<Kind>, difference: 1 | -1): void => {
      all += difference;
      for (const [, key] of keysOf(owners)) {
        const now = count(key) + difference;
        if (now === 0) counts.delete(key);
        else counts.set(key, now);
      }
    },
  };
}
