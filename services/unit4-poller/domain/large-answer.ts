/** The right of one turn to hold a large answer of Unit4, of which one at a time is in memory. */
export type LargeAnswer = {
  /** Resolves when it is this turn's time; at once where it holds the right already. */
  take(): Promise<void>;
  /** The answer has been dealt with. */
  letGo(): void;
  /** The turn is over: what it still waited for is passed on. */
  end(): void;
};

/** @param inTurn runs work one after the other, over all turns of the process */
export function createLargeAnswer(inTurn: (work: () => Promise<void>) => Promise<void>): LargeAnswer {
  let release: (() => void) | null = null;
  let waiting: Promise<void> | null = null;
  let isOver = false;
  const letGo = (): void => {
    release?.();
    release = null;
  };
  return {
    take: () => {
      if (release !== null) return Promise.resolve();
      waiting ??= new Promise((granted) => {
        void inTurn(() => {
          waiting = null;
          if (isOver) return Promise.resolve();
          granted();
          return new Promise((resolve) => {
            release = resolve;
          });
        });
      });
      return waiting;
    },
    letGo,
    end: () => {
      isOver = true;
      letGo();
    },
  };
}
