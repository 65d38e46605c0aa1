import type { Topic } from "../../../../../schemas/topics.ts";
import type { NotHeld, ReplayStretch } from "../../../operations/domain/replay-report.ts";

/** Where reading goes on: the stretch by its index, and the next offset there. */
export type StretchPlace = { readonly stretch: number; readonly offset: number };

/** A partition as it is while the plan is made. */
export type PartitionNow = {
  readonly partition: number;
  /** Offsets of its first record, and behind its last one. */
  readonly low: number;
  readonly high: number;
  /** Next offset of the live consumer: what stands there is its own to do, with all that has to be told of it. */
  readonly live: number;
  readonly generation: number;
  readonly keysAmong: number | null;
  /** Where the range begins and ends by time or offset; null where nothing was said. */
  readonly from: number | null;
  readonly to: number | null;
};

/** The stretches to read, frozen: what comes after them is not replayed. Partitions with nothing to read are left out. */
export const stretchesOf = (partitions: readonly PartitionNow[]): readonly ReplayStretch[] =>
  partitions
    .map(({ partition, low, high, live, generation, keysAmong, from, to }) => ({
      partition,
      from: Math.max(low, from ?? low),
      to: Math.min(high, live, to ?? high),
      generation,
      keysAmong,
    }))
    .filter((stretch) => stretch.from < stretch.to);

/** Offsets in all of them: as many records at most, fewer where compaction took some. */
export const recordsIn = (stretches: readonly Pick<ReplayStretch, "from" | "to">[]): number =>
  stretches.reduce((sum, { from, to }) => sum + to - from, 0);

/**
 * What the topic no longer holds of a range, by its retention; null where it holds all of it.
 * @param range.fromMs when the range begins, milliseconds since 1970 UTC; null for an offset or the beginning
 */
export function notHeld(
  { retention }: Pick<Topic, "retention">,
  range: {
    readonly fromMs: number | null;
    readonly nowMs: number;
    /** Whether some partition has lost its first records. */
    readonly hasExpired: boolean;
  },
): NotHeld | null {
  const { fromMs, nowMs, hasExpired } = range;
  if (retention.kind === "compacted") {
    const beforeMs = nowMs - retention.historyMs;
    return fromMs !== null && fromMs >= beforeMs ? null : { kind: "all-but-the-newest", beforeMs };
  }
  const beforeMs = nowMs - retention.keepMs;
  if (fromMs === null) return hasExpired ? { kind: "everything", beforeMs } : null;
  return fromMs >= beforeMs ? null : { kind: "everything", beforeMs };
}

/** Bytes of all records, by those that were read. */
export const estimatedBytes = (
  records: number,
  read: { readonly records: number; readonly bytes: number },
): number => (read.records === 0 ? 0 : Math.round((records * read.bytes) / read.records));

/** Offsets of all stretches that lie before a place. */
export function passedBefore(
  stretches: readonly Pick<ReplayStretch, "from" | "to">[],
  { stretch, offset }: StretchPlace,
): number {
  const at = stretches[stretch];
  return recordsIn(stretches.slice(0, stretch)) + (at === undefined ? 0 : offset - at.from);
}
