import { type Connection, inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";

/** What the database says of this process. */
type Pulse =
  | { readonly kind: "steady"; readonly beat: number }
  /** It was started anew since the last beat, so that something may be lost of what other processes confirmed. */
  | { readonly kind: "restarted" }
  /** It no longer has a beat that it confirmed. */
  | { readonly kind: "went-back" };

export type Heart = {
  /**
   * A transaction that must not be built on lost ground: it counts up at its end. Many run side by side, each with a row of its
   * own, so that none waits for the commit of another.
   * @throws Unsteady, and it is rolled back
   */
  inTransaction<T>(pool: Pool, work: (tx: Connection) => Promise<T>): Promise<T>;
  /**
   * Beats by itself, and looks at all rows of this process. Nothing is kept of a beat that is not steady: what was lost stays to be
   * seen until it is dealt with.
   */
  beatAlone(pool: Pool): Promise<Pulse>;
  /** The database as it is now is what counts from here on: what was lost has been dealt with. */
  accept(pool: Pool): Promise<void>;
  /** What others need to notice a loss of which this process is no witness any more: kept with the group's offsets. */
  note(): string;
};

type UnsteadyPulse = Exclude<Pulse, { readonly kind: "steady" }>;

/** Takes back what was begun on ground that may be lost. */
export class Unsteady extends Error {
  readonly pulse: UnsteadyPulse;
  constructor(pulse: UnsteadyPulse) {
    super(pulse.kind);
    this.pulse = pulse;
  }
}

/** The pulse of one process. No clock and no log position decides: a row that only this process writes is there or it is not. */
export function createHeart(instance: string): Heart {
  /** How far each row was when it was last committed. */
  const confirmed = new Map<string, number>();
  /** Rows of transactions, beside the one that beats alone. */
  const free: string[] = [];
  let rows = 0;
  /** The last beat of all that was confirmed: whatever was lost, it was lost first. */
  let latest = { instance, beat: 0 };
  let startedAt: number | null = null;

  const confirm = (row: string, beat: number): void => {
    confirmed.set(row, Math.max(confirmed.get(row) ?? 0, beat));
    latest = { instance: row, beat };
  };
  /** @throws Unsteady */
  const steadyBeat = async (tx: Queryable, row: string): Promise<number> => {
    const written = await writeBeat(tx, row);
    if (written.beat <= (confirmed.get(row) ?? 0)) throw new Unsteady({ kind: "went-back" });
    if (startedAt !== null && startedAt !== written.startedAt) throw new Unsteady({ kind: "restarted" });
    return written.beat;
  };
  /** @throws Unsteady where a row is not as far as it was */
  const requireAll = async (tx: Queryable): Promise<void> => {
    // As they are before the database is asked: they go on meanwhile.
    const before = [...confirmed];
    const known = await knownBeats(
      tx,
      before.map(([row]) => row),
    );
    if (before.some(([row, beat]) => (known.get(row) ?? 0) < beat)) throw new Unsteady({ kind: "went-back" });
  };

  return {
    inTransaction: async (pool, work) => {
      rows += free.length === 0 ? 1 : 0;
      const row = free.pop() ?? `${instance}/${rows}`;
      try {
        const { result, beat } = await inTransaction(pool, async (tx) => ({
          result: await work(tx),
          beat: await steadyBeat(tx, row),
        }));
        confirm(row, beat);
        return result;
      } finally {
        free.push(row);
      }
    },
    beatAlone: async (pool) => {
      try {
        const beat = await inTransaction(pool, async (tx) => {
          await requireAll(tx);
          return steadyBeat(tx, instance);
        });
        confirm(instance, beat);
        return { kind: "steady", beat };
      } catch (error) {
        if (error instanceof Unsteady) return error.pulse;
        throw error;
      }
    },
    accept: async (pool) => {
      const { written, known } = await inTransaction(pool, async (tx) => ({
        written: await writeBeat(tx, instance),
        known: await knownBeats(tx, [...confirmed.keys()]),
      }));
      for (const row of confirmed.keys()) confirmed.set(row, known.get(row) ?? 0);
      confirmed.set(instance, written.beat);
      latest = { instance, beat: written.beat };
      startedAt = written.startedAt;
    },
    note: () => JSON.stringify(latest),
  };
}

async function writeBeat(
  tx: Queryable,
  row: string,
): Promise<{ readonly beat: number; readonly startedAt: number }> {
  const { rows } = await tx.query<{ beat: number; startedAt: Date }>(
    `insert into order_writer.pulses as known (instance, beat) values ($1, 1)
     on conflict (instance) do update set beat = known.beat + 1, beaten_at = now()
     returning beat, pg_postmaster_start_time() as "startedAt"`,
    [row],
  );
  const [written] = rows;
  return { beat: written?.beat ?? 0, startedAt: written?.startedAt.getTime() ?? 0 };
}

/** How far each of these rows was by the database's account; absent: it has no such row. */
export async function knownBeats(
  db: Queryable,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ instance: string; beat: number }>(
    "select instance, beat from order_writer.pulses where instance = any($1)",
    [names],
  );
  return new Map(rows.map(({ instance, beat }) => [instance, beat]));
}

/** Forgets processes that ended long before any offset that a topic still has. */
export async function forgetOldPulses(db: Queryable): Promise<void> {
  await db.query("delete from order_writer.pulses where beaten_at < now() - interval '90 days'");
}
