import { inTransaction, type Pool, type Queryable } from "../shared/postgres.ts";

/** What the database says of this process. */
type Pulse =
  | { readonly kind: "steady"; readonly beat: number }
  /** It was started anew since the last beat, so that something may be lost of what other processes confirmed. */
  | { readonly kind: "restarted" }
  /** It no longer has a beat that it confirmed. */
  | { readonly kind: "went-back" };

export type Heart = {
  /** Counts up, in the transaction that must not be built on lost ground. After its commit call `confirm`. */
  beat(tx: Queryable): Promise<Pulse>;
  confirm(pulse: Pulse): void;
  /** Beats by itself. Nothing is kept of a beat that is not steady: what was lost stays to be seen until it is dealt with. */
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

/** @throws Unsteady */
export function requireSteady(pulse: Pulse): Exclude<Pulse, UnsteadyPulse> {
  if (pulse.kind !== "steady") throw new Unsteady(pulse);
  return pulse;
}

/** The pulse of one process. No clock and no log position decides: a row that only this process writes is there or it is not. */
export function createHeart(instance: string): Heart {
  let confirmed = 0;
  let startedAt: number | null = null;
  const heart: Heart = {
    beat: async (tx) => {
      const row = await writeBeat(tx, instance);
      if (row.beat <= confirmed) return { kind: "went-back" };
      if (startedAt !== null && startedAt !== row.startedAt) return { kind: "restarted" };
      return { kind: "steady", beat: row.beat };
    },
    confirm: (pulse) => {
      if (pulse.kind === "steady") confirmed = Math.max(confirmed, pulse.beat);
    },
    beatAlone: async (pool) => {
      try {
        const pulse = await inTransaction(pool, async (tx) => requireSteady(await heart.beat(tx)));
        heart.confirm(pulse);
        return pulse;
      } catch (error) {
        if (error instanceof Unsteady) return error.pulse;
        throw error;
      }
    },
    accept: async (pool) => {
      const row = await inTransaction(pool, (tx) => writeBeat(tx, instance));
      confirmed = row.beat;
      startedAt = row.startedAt;
    },
    note: () => JSON.stringify({ instance, beat: confirmed }),
  };
  return heart;
}

async function writeBeat(
  tx: Queryable,
  instance: string,
): Promise<{ readonly beat: number; readonly startedAt: number }> {
  const { rows } = await tx.query<{ beat: number; startedAt: Date }>(
    `insert into order_writer.pulses as known (instance, beat) values ($1, 1)
     on conflict (instance) do update set beat = known.beat + 1, beaten_at = now()
     returning beat, pg_postmaster_start_time() as "startedAt"`,
    [instance],
  );
  const [row] = rows;
  return { beat: row?.beat ?? 0, startedAt: row?.startedAt.getTime() ?? 0 };
}

/** How far each of these processes was by the database's account; absent: it knows of none. */
export async function knownBeats(
  db: Queryable,
  instances: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ instance: string; beat: number }>(
    "select instance, beat from order_writer.pulses where instance = any($1)",
    [instances],
  );
  return new Map(rows.map(({ instance, beat }) => [instance, beat]));
}

/** Forgets processes that ended long before any offset that a topic still has. */
export async function forgetOldPulses(db: Queryable): Promise<void> {
  await db.query("delete from order_writer.pulses where beaten_at < now() - interval '90 days'");
}
