/** Choices that look random and are the same in every run. */
export type Dice = Readonly<{
  /** A whole number, `from` and `to` included. */
  between: (from: number, to: number) => number;
  /** True in `share` (0..1) of the cases. */
  chance: (share: number) => boolean;
  pick: <T>(from: readonly [T, ...T[]]) => T;
  digits: (count: number) => string;
}>;

/** Dice whose throws depend on the seed alone (generator: mulberry32, seeded with an FNV-1a hash of the text). */
export function diceFor(seed: string): Dice {
  let state = fnv1a(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    between,
    chance: (share) => next() < share,
    pick: (from) => from[between(0, from.length - 1)] ?? from[0],
    digits: (count) => Array.from({ length: count }, () => between(0, 9)).join(""),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
