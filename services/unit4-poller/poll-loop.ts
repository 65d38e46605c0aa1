import { setTimeout as sleep } from "node:timers/promises";
import { createLoop, type LoopContext } from "../shared/loop.ts";
import { isPostgresUp } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { createSlots } from "../shared/slots.ts";
import { createTenantRounds } from "../shared/tenant-rounds.ts";
import { createTurns } from "../shared/turns.ts";
import { createLargeAnswer } from "./domain/large-answer.ts";
import { silenceAllowedMs } from "./domain/patience.ts";
import { createQueueLook } from "./domain/queue-look.ts";
import { createSilentCalls } from "./domain/silent-calls.ts";
import { FLEET_VIEW_MS, viewFleet } from "./fleet/fleet-view.ts";
import { takeTurn } from "./handler.ts";
import type { Poller } from "./poller.ts";
import {
  admitTenants,
  handBackLease,
  type Lease,
  leaseDueTenants,
  leaseForBackfill,
  putOffTenants,
  renewLeases,
  wakeTenants,
} from "./schedule.ts";

const IDLE_MS = 500;
const ADMISSION_MS = 1_000;
/** In one look: a fleet of ten thousand is gone over in two minutes. */
const ROUND_TENANTS = 100;
/** The service has 25 s to stop in; a turn that waits longer for Unit4 is handed back. */
const HAND_BACK_AFTER_MS = 20_000;

export const POLL_LOOPS = ["poll", "admission", "lease-renewal", "fleet-view"] as const;

/**
 * Leases tenants whose turn it is and polls them, so many at a time. Any number of processes share the work; a process
 * that dies leaves leases that run out. The parts stop in reverse order: leases are renewed until the last turn is over.
 * @param options.by name of this process on its leases
 */
export function createPollLoops(
  context: LoopContext<(typeof POLL_LOOPS)[number]>,
  poller: Poller,
  { by }: { readonly by: string },
): readonly Part[] {
  const { pool, limits, telemetry } = poller;
  const stopping = new AbortController();
  const wake = (): void => {
    if (healthy.isWorthALook(room()) || failing.isWorthALook(probes.room())) poll.wake();
  };
  const silent = createSilentCalls({ most: limits.silentCalls, now: poller.now, onEntered: wake });
  const onHeld = (error: unknown): void => context.loops.turnsHeld("poll", error);
  const turnsOf = (most: number) =>
    createTurns<Lease>({ now: context.now, onHeld, most, onFailed: telemetry.turnBroke, onEnded: wake });
  // Those that wait for Unit4 make room for others; how many may, `silent` knows.
  const turns = turnsOf(limits.concurrency + limits.silentCalls);
  const largeAnswers = createSlots(1);
  const probes = turnsOf(limits.probes);
  // Beside the others: what operations want takes nobody's place.
  const backfill = turnsOf(limits.backfill);
  const kinds = [turns, probes, backfill];
  const room = (): number => limits.concurrency - (turns.count() - silent.count());

  const healthy = createQueueLook(limits.concurrency);
  const failing = createQueueLook(limits.probes);
  const lease = async (limit: number, isFailing: boolean): Promise<readonly Lease[]> => {
    if (limit <= 0) return [];
    const request = { limit, failing: isFailing, leaseMs: limits.leaseMs, by };
    const leased = await leaseDueTenants(pool, request);
    (isFailing ? failing : healthy).looked(limit, leased.length);
    return leased;
  };
  const lowLease = (limit: number): Promise<readonly Lease[]> =>
    limit <= 0 ? Promise.resolve([]) : leaseForBackfill(pool, { limit, leaseMs: limits.leaseMs, by });
  const turnOf = (held: Lease, isApart: boolean) => {
    const giveUp = new AbortController();
    const large = createLargeAnswer(largeAnswers);
    const terms = {
      silenceMs: silenceAllowedMs(held.streak.failures),
      signal: giveUp.signal,
      mayGrow: large.take,
    };
    return (lost: AbortSignal, progress: () => void): Promise<void> =>
      takeTurn(
        poller,
        { ...held, terms },
        {
          ...{ lost, stopping: stopping.signal, answerDone: large.letGo, progress },
          ...(isApart ? {} : { fellSilent: () => silent.enter(() => giveUp.abort()) }),
        },
      ).finally(large.end);
  };

  const poll = createLoop(context, {
    name: "poll",
    everyMs: IDLE_MS,
    lost: "Tenants are no longer polled",
    beat: async () => {
      silent.thinOut();
      for (const held of await lease(room(), false)) turns.begin(held, turnOf(held, false));
      for (const held of await lease(probes.room(), true)) probes.begin(held, turnOf(held, true));
      for (const held of await lowLease(backfill.room())) backfill.begin(held, turnOf(held, true));
      return false;
    },
  });
  const rounds = createTenantRounds({ most: ROUND_TENANTS, everyMs: ADMISSION_MS, connections: true });
  const admission = createLoop(context, {
    name: "admission",
    everyMs: ADMISSION_MS,
    lost: "New tenants are no longer polled",
    beat: async () => {
      const tenantIds = await rounds.next(pool);
      const admitted = await admitTenants(pool, tenantIds);
      if (admitted > 0) telemetry.tenantsAdmitted(admitted);
      await wakeTenants(pool, tenantIds);
      await putOffTenants(pool, limits.intervalMs);
      return false;
    },
  });
  const renewal = createLoop(context, {
    name: "lease-renewal",
    everyMs: limits.leaseMs / 3,
    lost: "Leases are no longer renewed",
    beat: async () => {
      for (const kind of kinds) await kind.renew((leases) => renewLeases(pool, leases, limits.leaseMs));
      return false;
    },
  });
  const fleetView = createLoop(context, {
    name: "fleet-view",
    everyMs: FLEET_VIEW_MS,
    lost: "The fleet is no longer counted",
    beat: async () => {
      telemetry.fleetViewed(await viewFleet(pool));
      return false;
    },
  });

  /** Turns that end in time end by themselves; the tenants of the others are handed back. */
  const drain = async (): Promise<void> => {
    const drained = new AbortController();
    await Promise.race([
      Promise.all(kinds.map((kind) => kind.ended())),
      sleep(HAND_BACK_AFTER_MS, undefined, { signal: drained.signal }).catch(() => {}),
    ]);
    drained.abort();
    const late = kinds.flatMap((kind) => kind.abandon());
    if (late.length > 0) telemetry.turnsHandedBack(late.length);
    for (const lease of late) await handBackLease(pool, lease);
  };

  return [
    renewal,
    admission,
    fleetView,
    {
      ...poll,
      isReady: () => isPostgresUp(pool),
      isAlive: () => poll.isAlive() && kinds.every((kind) => kind.isAlive()),
      stop: async () => {
        stopping.abort();
        await poll.stop();
        await drain();
      },
    },
  ];
}
