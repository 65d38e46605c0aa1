import type { Avro } from "../../shared/avro.ts";
import type { Clock } from "../../shared/clock.ts";
import type { RawRecord } from "../../shared/kafka/incoming.ts";
import { applyAroundCulprits } from "../../shared/kafka/process-chunk.ts";
import { type Connection, inTransaction, type Pool } from "../../shared/postgres.ts";
import { type changeEncoders, projectorRoutes } from "../handler.ts";
import type { ProjectionTables } from "../projection-tables.ts";

/** The role of a replay's transactions: it may touch the tables that it fills and nothing else, the ledger least of all. */
const ROLE = "simon_replay";

/** What records are applied by: the very code of live work, without anything that it tells others. */
export type Lane = {
  /** Applies records in a transaction as the replay's own role. */
  apply(tx: Connection, records: readonly RawRecord[]): Promise<Applied>;
};

type Applied = { readonly rowsWritten: number; readonly rowsWiped: number; readonly poison: number };

export type LaneOptions = {
  readonly avro: Avro;
  readonly encoders: Awaited<ReturnType<typeof changeEncoders>>;
  readonly now: Clock;
};

/**
 * The lane of a topic. What live work would publish (messages, repairs, tombstones of strays) is let go: whatever has to be told was
 * told when the record came first. Poison is passed over; it lies with the dead letters already.
 */
export function createLane(
  { avro, encoders, now }: LaneOptions,
  topic: string,
  tables: ProjectionTables,
): Lane {
  let tally = { rowsWritten: 0, rowsWiped: 0 };
  const route = projectorRoutes({
    ...{ avro, encoders, now, tables },
    messages: { records: () => [] },
    telemetry: {
      changesProjected: (_, { written, wiped }) => {
        tally = {
          rowsWritten: tally.rowsWritten + written.count,
          rowsWiped: tally.rowsWiped + wiped,
        };
      },
      workordersSettled: (outcomes) => {
        tally = { ...tally, rowsWritten: tally.rowsWritten + outcomes.length };
      },
    },
  }).find((one) => one.topic === topic);
  if (route === undefined) throw new Error(`nothing is projected from ${topic}`);
  return {
    apply: async (tx, records) => {
      tally = { rowsWritten: 0, rowsWiped: 0 };
      if (records.length === 0) return { ...tally, poison: 0 };
      const prepared = await route.prepare(records);
      const { culprits } = await applyAroundCulprits(tx, prepared);
      return { ...tally, poison: prepared.poison.length + culprits.length };
    },
  };
}

/**
 * Longer it waits for no lock: of two that wait for each other, it gives way before the server has one of them give way (after a second),
 * which could be live work.
 */
const PATIENCE = "500ms";

/** Runs `work` in a transaction as the replay's own role, and commits it. */
export const asReplay = <T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (tx) => {
    await tx.query(`set local role ${ROLE}; set local lock_timeout = '${PATIENCE}'`);
    return await work(tx);
  });

/** Carries what was found out of a transaction that is rolled back. */
class RolledBack<T> extends Error {
  readonly found: T;

  constructor(found: T) {
    super("rolled back on purpose");
    this.found = found;
  }
}

/** The same, and nothing of it stays. */
export async function asRehearsedReplay<T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T> {
  try {
    return await asReplay<never>(pool, async (tx) => {
      throw new RolledBack(await work(tx));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.found as T;
    throw error;
  }
}
