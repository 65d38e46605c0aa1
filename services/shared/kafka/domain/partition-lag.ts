/** The ends of partitions, as the brokers had them at one moment. */
export type EndsLook = {
  readonly askedAtMs: number;
  /** Offset after the last record, by partition name. */
  readonly ends: ReadonlyMap<string, number>;
  /** Of those that were behind: the position at which they stood, and since when they were seen there. */
  readonly behind: ReadonlyMap<string, { readonly position: number; readonly sinceMs: number }>;
};

/** How far one partition is behind its end. */
export type PartitionLag = {
  /** Partition name. */
  readonly name: string;
  readonly records: number;
  /** Age of the oldest record that is not processed; 0 when there is none. */
  readonly seconds: number;
};

/** Ends that were asked for longer ago say nothing any more: three looks. */
const STALE_AFTER_MS = 15_000;

/** A look at the ends, with what earlier ones saw of partitions that did not move since. */
export function lookAtEnds(
  earlier: EndsLook | null,
  { askedAtMs, ends }: Omit<EndsLook, "behind">,
  positions: ReadonlyMap<string, number>,
): EndsLook {
  const behind = new Map<string, { readonly position: number; readonly sinceMs: number }>();
  for (const [name, position] of positions) {
    if ((ends.get(name) ?? 0) <= position) continue;
    const known = earlier?.behind.get(name);
    behind.set(name, known?.position === position ? known : { position, sinceMs: askedAtMs });
  }
  return { askedAtMs, ends, behind };
}

/**
 * How far each partition is behind. One whose end or position is not known is left out, and so are all when the ends
 * are too old: an alert must never read an old 0 (case O33).
 * @param positions next offset of each partition, as it is stored
 * @param oldestAtHand when the oldest record was written of what is being processed, in milliseconds
 */
export function lagsOf(
  look: EndsLook | null,
  positions: ReadonlyMap<string, number>,
  oldestAtHand: ReadonlyMap<string, number>,
  nowMs: number,
): readonly PartitionLag[] {
  if (look === null || nowMs - look.askedAtMs > STALE_AFTER_MS) return [];
  return [...positions].flatMap(([name, position]) => {
    const end = look.ends.get(name);
    if (end === undefined) return [];
    const records = Math.max(0, end - position);
    const seen = look.behind.get(name);
    const seenAtMs = seen?.position === position ? seen.sinceMs : look.askedAtMs;
    const oldestMs = Math.min(seenAtMs, oldestAtHand.get(name) ?? seenAtMs);
    return [{ name, records, seconds: records === 0 ? 0 : Math.max(0, nowMs - oldestMs) / 1000 }];
  });
}
