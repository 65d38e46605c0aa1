/** What was looked at last, for as long as it says anything: an old figure is no figure (case O33). */
export type LastLook<T> = {
  see(value: T): void;
  /** Null before the first look and when the last one is too old. */
  read(): { readonly value: T; readonly ageSeconds: number } | null;
};

/** @param staleAfterMs some looks' time: one that fails is no reason to say nothing */
export function lastLook<T>(staleAfterMs: number, now: () => number): LastLook<T> {
  let seen: { readonly value: T; readonly atMs: number } | null = null;
  return {
    see: (value) => {
      seen = { value, atMs: now() };
    },
    read: () => {
      if (seen === null || now() - seen.atMs > staleAfterMs) return null;
      return { value: seen.value, ageSeconds: (now() - seen.atMs) / 1000 };
    },
  };
}
