import type { StretchChunk } from "../../shared/kafka/stretches/stretch-chunks.ts";
import type { Preview } from "../../shared/operations/domain/replay-report.ts";
import type { Connection } from "../../shared/postgres.ts";
import type { Lane } from "./lane.ts";
import { countOutcomes, makeOverlay, type SampleDifference, sampleDifferences, takeOver } from "./overlay.ts";
import type { ReplayedTable } from "./replayed-table.ts";

export type Previewed = { readonly preview: Preview; readonly samples: readonly SampleDifference[] };

/**
 * What a replay of these chunks would do to Simon's rows, row by row: the same lane applies them to copies, in a transaction that the
 * caller rolls back. No row of Simon is locked, and nothing that others wait for.
 * @param options.lane of the overlay's tables
 * @param options.mostRecords what comes behind so many records is left out
 * @returns null when it was halted
 */
export async function previewReplay(
  tx: Connection,
  options: {
    readonly table: ReplayedTable;
    readonly lane: Lane;
    readonly tenantIds: readonly string[] | null;
    readonly chunks: AsyncIterable<StretchChunk>;
    readonly mostRecords: number;
    /** Called before each chunk. @returns whether to go on */
    readonly before: (chunk: StretchChunk) => Promise<boolean>;
  },
): Promise<Previewed | null> {
  const { table, lane } = options;
  await makeOverlay(tx, table, options.tenantIds);
  let [records, bytes, matched, poison] = [0, 0, 0, 0];
  let isComplete = true;
  for await (const chunk of options.chunks) {
    if (records >= options.mostRecords) {
      isComplete = false;
      break;
    }
    if (!(await options.before(chunk))) return null;
    await takeOver(tx, table, chunk.records);
    const applied = await lane.apply(tx, chunk.records);
    records += chunk.read;
    bytes += chunk.bytes;
    matched += chunk.records.length;
    poison += applied.poison;
  }
  const counts = await countOutcomes(tx, table);
  const samples = await sampleDifferences(tx, table);
  return { preview: { isComplete, records, bytes, matched, poison, ...counts }, samples };
}
