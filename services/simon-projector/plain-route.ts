import { type RecordDecoder, schemaText } from "../shared/avro.ts";
import type { PostgresRoute, PreparedChunk } from "../shared/kafka/postgres-route.ts";
import type { OutgoingRecord } from "../shared/kafka/producer.ts";
import type { Connection } from "../shared/postgres.ts";
import { copyPlain, type Fold, foldPlain, latestPlain, readPlainChunk } from "./plain-changes/plain-chunk.ts";
import { plainRules } from "./plain-changes/rules.ts";
import type { FindRepairs } from "./standing-rows.ts";
import type { TableDescription } from "./table-description.ts";
import { type EpochsTable, lockEpochs } from "./tenant-epochs.ts";
import type { Written } from "./written-rows.ts";

/** What is done with a chunk that was written. @returns records to publish */
export type Conclude = (done: {
  readonly records: number;
  readonly written: Written;
  readonly repairs: readonly OutgoingRecord[];
}) => readonly OutgoingRecord[];

/**
 * A route for chunks of plain changes, which nearly all are: they go into COPY's bytes without being decoded (decision 0055).
 * Every other chunk, and every stretch of one in which Postgres refuses a value, goes the usual way.
 * @param usual the route that takes whatever there is
 */
export function plainRoute(
  usual: PostgresRoute,
  options: {
    readonly description: Pick<TableDescription<never, never>, "entity" | "id"> & {
      readonly columns: readonly { readonly name: string; readonly type: string }[];
    };
    readonly schema: string;
    readonly decoder: Pick<RecordDecoder<unknown>, "prepare" | "isOwn">;
    readonly copy: (tx: Connection, rows: Buffer) => Promise<Written>;
    readonly findRepairs: FindRepairs;
    readonly conclude: Conclude;
    readonly epochsTable: EpochsTable;
  },
): PostgresRoute {
  const { decoder, copy, findRepairs, conclude, epochsTable } = options;
  const rules = plainRules(options.description, schemaText(options.schema));

  const applyPlan = async (
    tx: Connection,
    { chunk, plan, epochs }: { readonly chunk: Chunk; readonly plan: Plan; readonly epochs: Epochs },
  ): Promise<readonly OutgoingRecord[]> => {
    const written = await copy(tx, plan.rows);
    const isAllWritten = written.count === plan.fold.newest.length;
    const isNewest = isAllWritten && plan.fold.isInOrder;
    const repairs = isNewest
      ? []
      : await findRepairs(tx, latestPlain(chunk, epochs, isAllWritten ? plan.fold : null));
    return conclude({ records: chunk.records.length, written, repairs });
  };

  const prepare = async (records: Parameters<PostgresRoute["prepare"]>[0]): Promise<PreparedChunk> => {
    // What is done about strays is not in COPY's bytes.
    if (records.some(({ isStray }) => isStray)) return usual.prepare(records);
    await decoder.prepare(records.map(({ value, cut }) => (cut === undefined ? value : null)));
    const chunk = readPlainChunk(rules, records, decoder.isOwn);
    // Made before the transaction begins, for the epochs that the chunk itself names.
    const planned = chunk === null ? null : planOf(chunk, chunk.highest);
    if (chunk === null || planned === null) return usual.prepare(records);
    return {
      poison: [],
      originals: records,
      apply: async (tx, from, to) => {
        if (from === 0 && to === records.length) {
          const epochs = await lockEpochs(tx, chunk.highest, epochsTable);
          const plan = planFor(chunk, epochs, planned);
          if (plan !== null) return applyPlan(tx, { chunk, plan, epochs });
        }
        return (await usual.prepare(records)).apply(tx, from, to);
      },
    };
  };
  return { topic: usual.topic, prepare };
}

type Epochs = ReadonlyMap<string, number>;
type Chunk = NonNullable<ReturnType<typeof readPlainChunk>>;
type Plan = { readonly fold: Fold; readonly rows: Buffer };

/** Null where the chunk turns out not to be plain. */
function planOf(chunk: Chunk, epochs: Epochs): Plan | null {
  const fold = foldPlain(chunk, epochs);
  const rows = fold === null ? null : copyPlain(chunk, fold);
  return fold === null || rows === null ? null : { fold, rows };
}

/** The plan that was made before, unless a tenant is further than the chunk says. */
function planFor(chunk: Chunk, epochs: Epochs, planned: Plan): Plan | null {
  const isAsPlanned = [...chunk.highest].every(([tenantId, epoch]) => epochs.get(tenantId) === epoch);
  return isAsPlanned ? planned : planOf(chunk, epochs);
}
