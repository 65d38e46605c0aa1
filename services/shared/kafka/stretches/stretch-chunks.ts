import { parseRecordKey } from "../../domain/record-key.ts";
import type { ReplayStretch } from "../../operations/domain/replay-report.ts";
import { placeRecord, type RawRecord } from "../incoming.ts";
import { placeOf } from "../positions.ts";
import { isStray } from "../process-chunk.ts";
import type { StretchPlace } from "./domain/stretch-plan.ts";
import type { Fetched, ReadStretch } from "./stretch-reader.ts";

/** What is read and applied in one go. */
export type StretchChunk = {
  /** Those of the tenants that were asked for, in order and placed. */
  readonly records: readonly RawRecord[];
  /** How many were read for them. */
  readonly read: number;
  readonly bytes: number;
  readonly expired: number;
  /** Where the next chunk begins. */
  readonly next: StretchPlace;
};

export type ChunkSource = {
  readonly read: ReadStretch;
  readonly stretches: readonly ReplayStretch[];
  /** Null for all. */
  readonly tenantIds: readonly string[] | null;
  /** Records in a chunk at most. */
  readonly chunkRecords: number;
};

/** Reads stretches one after the other, from a checkpoint on. @throws what `read` throws */
export async function* stretchChunks(source: ChunkSource, from: StretchPlace): AsyncGenerator<StretchChunk> {
  const wanted = source.tenantIds === null ? null : new Set(source.tenantIds);
  for (let index = from.stretch; index < source.stretches.length; index += 1) {
    const begin = index === from.stretch ? from : beginOf(source.stretches, index);
    yield* chunksOfStretch(source, begin, wanted);
  }
}

async function* chunksOfStretch(
  { read, stretches, chunkRecords }: ChunkSource,
  from: StretchPlace,
  wanted: ReadonlySet<string> | null,
): AsyncGenerator<StretchChunk> {
  const stretch = stretches[from.stretch] as ReplayStretch;
  for (let offset = Math.max(from.offset, stretch.from); offset < stretch.to; ) {
    const fetched = await read({ ...stretch, from: offset });
    offset = fetched.nextOffset;
    for (const { records, behind, isLast } of slicesOf(fetched, chunkRecords))
      yield {
        records: records.filter((record) => isWanted(record, wanted)).map((one) => placed(one, stretch)),
        read: records.length,
        bytes: isLast ? fetched.bytes : 0,
        expired: isLast ? fetched.gone : 0,
        next:
          behind < stretch.to
            ? { stretch: from.stretch, offset: behind }
            : beginOf(stretches, from.stretch + 1),
      };
  }
}

/** Where a stretch begins; behind the last one for an index that is none. */
export const beginOf = (stretches: readonly ReplayStretch[], stretch: number): StretchPlace => ({
  stretch,
  offset: stretches[stretch]?.from ?? 0,
});

type Slice = {
  readonly records: readonly RawRecord[];
  /** The offset behind it. */
  readonly behind: number;
  readonly isLast: boolean;
};

/** At least one, so that what was passed over is told. */
function slicesOf({ records, nextOffset }: Fetched, size: number): readonly Slice[] {
  if (records.length === 0) return [{ records, behind: nextOffset, isLast: true }];
  const slices: Slice[] = [];
  for (let at = 0; at < records.length; at += size) {
    const slice = records.slice(at, at + size);
    const isLast = at + size >= records.length;
    slices.push({ records: slice, behind: isLast ? nextOffset : (slice.at(-1)?.offset ?? 0) + 1, isLast });
  }
  return slices;
}

const isWanted = ({ key }: RawRecord, wanted: ReadonlySet<string> | null): boolean =>
  wanted === null || wanted.has(parseRecordKey(key?.toString() ?? "")?.tenantId ?? "");

const placed = (record: RawRecord, { generation, keysAmong }: ReplayStretch): RawRecord =>
  placeRecord(record, {
    place: placeOf(generation, record.offset),
    isStray: isStray(record, keysAmong),
  });
