/** Calls that Unit4 has not answered for a while: they take a connection and no more, so others need not wait for them. */
export type SilentCalls = {
  /** @param giveUp ends the call @returns to be called when the call has ended */
  enter(giveUp: () => void): () => void;
  /** How many turns wait so; those beyond the number allowed do not count. */
  count(): number;
  /** Where there are too many, gives up those that have waited longest and for long enough. */
  thinOut(): void;
};

/** A call that waits beside too many others is given up after this time. */
const LEAST_PATIENCE_MS = 10_000;

/** @param options.most silent calls at one time for which others make no room */
export function createSilentCalls(options: {
  readonly most: number;
  readonly now: () => number;
  /** Called when a call has fallen silent: there may be room for another. */
  readonly onEntered: () => void;
}): SilentCalls {
  const { most, now } = options;
  // In the order in which they fell silent.
  const waiting = new Set<{ readonly since: number; readonly giveUp: () => void }>();
  return {
    enter: (giveUp) => {
      const one = { since: now(), giveUp };
      waiting.add(one);
      options.onEntered();
      return () => waiting.delete(one);
    },
    count: () => Math.min(most, waiting.size),
    thinOut: () => {
      const tooMany = [...waiting].slice(0, Math.max(0, waiting.size - most));
      for (const { since, giveUp } of tooMany) if (now() - since >= LEAST_PATIENCE_MS) giveUp();
    },
  };
}
