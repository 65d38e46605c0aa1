/** Lines that a source caused and that were not written. */
type LeftOut = { readonly event: string; readonly kind: string; readonly count: number };

/** Lines a minute: those of one kind from one source, and those of one kind from all sources. */
export type LineLimits = { readonly ofSource: number; readonly ofKind: number };

/** Says which lines of a minute are written, so that whoever causes them by the thousand fills no disk. */
export type LineCap = {
  /** Whether one more line is written. */
  admits(event: string, kind: string, source: string): boolean;
  /** Begins the next minute. @returns what was left out of the one before */
  turn(): readonly LeftOut[];
};

/** Remembers no more sources of a kind than it writes lines of it. */
export function createLineCap({ ofSource, ofKind }: LineLimits): LineCap {
  type Kind = { readonly event: string; readonly kind: string; written: number; leftOut: number };
  const kinds = new Map<string, Kind>();
  const sources = new Map<string, number>();
  return {
    admits: (event, kind, source) => {
      const name = JSON.stringify([event, kind]);
      const all = kinds.get(name) ?? { event, kind, written: 0, leftOut: 0 };
      kinds.set(name, all);
      const one = JSON.stringify([event, kind, source]);
      const written = sources.get(one) ?? 0;
      const isAdmitted = written < ofSource && all.written < ofKind;
      if (isAdmitted) {
        all.written += 1;
        sources.set(one, written + 1);
      } else all.leftOut += 1;
      return isAdmitted;
    },
    turn: () => {
      const leftOut = [...kinds.values()].filter((one) => one.leftOut > 0);
      kinds.clear();
      sources.clear();
      return leftOut.map(({ event, kind, leftOut: count }) => ({ event, kind, count }));
    },
  };
}
