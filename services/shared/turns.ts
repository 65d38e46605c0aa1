import type { Clock } from "./clock.ts";
import { Failure } from "./domain/failure.ts";
import { outageOf } from "./kafka/hold.ts";
import type { Lease } from "./lease.ts";

/** Turns at leased work, beside the loop that begins them. */
export type Turns<Held extends Lease> = {
  /** How many more may begin now. */
  room(): number;
  /** How many run. */
  count(): number;
  /**
   * @param turn gets a signal that fires when its lease is lost: from then on it writes nothing; and what says that it makes
   * progress, for one that may take long
   */
  begin(lease: Held, turn: (lost: AbortSignal, progress: () => void) => Promise<void>): void;
  /** Prolongs the leases of all that run. @param renewed gives those that are still held; the turns of the others are told */
  renew(renewed: (leases: readonly Held[]) => Promise<readonly Held[]>): Promise<void>;
  /** Tells all that run that their lease is lost. @returns their leases, which the caller gives back */
  abandon(): readonly Held[];
  /** Resolves when all that run now have ended. */
  ended(): Promise<void>;
  /** Whether all that run have made progress within 15 minutes: one that has not will never end. */
  isAlive(): boolean;
};

type Running<Held> = { readonly lease: Held; readonly lost: AbortController; readonly done: Promise<void> };

/**
 * Above the longest time without a sign of progress: the check of an order that Unit4 does not show asks eight times, and gets
 * 90 s for each answer.
 */
const HANGS_AFTER_MS = 15 * 60_000;

/** What is away, and how: a login that is refused is another matter than a broker that is down. */
const kindOf = (away: string, error: unknown): string =>
  error instanceof Failure ? `${away} ${error.code}` : away;

/**
 * So many turns at a time at most. Each is known by its lease and not by its tenant: a process may lease a tenant anew
 * whose earlier turn, with a lease that ran out, has not ended yet. An outage ends all turns that meet it: it is told by the
 * first of them, and not again before a turn has ended well.
 * @param options.onHeld gets the first error of an outage
 * @param options.onFailed gets what a turn throws that is no outage; the others go on
 * @param options.onEnded called after each turn: there is room again
 */
export function createTurns<Held extends Lease>(options: {
  readonly most: number;
  readonly now: Clock;
  readonly onHeld: (error: unknown) => void;
  readonly onFailed: (tenantId: string, error: unknown) => void;
  readonly onEnded: () => void;
}): Turns<Held> {
  const { now } = options;
  const running = new Set<Running<Held>>();
  const progressAt = new Map<AbortController, number>();
  /** What was told of an outage and has not ended since. */
  let told = "";

  const endedWell = (): void => {
    told = "";
  };
  const failed = (tenantId: string, error: unknown): void => {
    const away = outageOf(error);
    if (away === null) options.onFailed(tenantId, error);
    else if (told !== kindOf(away, error)) {
      told = kindOf(away, error);
      options.onHeld(error);
    }
  };
  return {
    room: () => options.most - running.size,
    count: () => running.size,
    begin: (lease, turn) => {
      const lost = new AbortController();
      const progress = (): void => {
        progressAt.set(lost, now());
      };
      progress();
      const done = turn(lost.signal, progress)
        .then(endedWell, (error: unknown) => failed(lease.tenantId, error))
        .finally(() => {
          running.delete(one);
          progressAt.delete(lost);
          options.onEnded();
        });
      const one = { lease, lost, done };
      running.add(one);
    },
    renew: async (renewed) => {
      const turns = [...running];
      if (turns.length === 0) return;
      const held = new Set(await renewed(turns.map(({ lease }) => lease)));
      for (const { lease, lost } of turns) if (!held.has(lease)) lost.abort();
    },
    abandon: () => {
      const turns = [...running];
      for (const { lost } of turns) lost.abort();
      return turns.map(({ lease }) => lease);
    },
    ended: async () => {
      await Promise.all([...running].map(({ done }) => done));
    },
    isAlive: () => [...progressAt.values()].every((at) => now() - at < HANGS_AFTER_MS),
  };
}
