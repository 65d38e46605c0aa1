import { setTimeout as sleep } from "node:timers/promises";
import { pause } from "../shared/clock.ts";
import { Failure } from "../shared/domain/failure.ts";
import { isPostgresUp, postgresTrouble } from "../shared/postgres.ts";
import type { Part } from "../shared/service.ts";
import { takeTurn } from "./handler.ts";
import type { Poller } from "./poller.ts";
import {
  admitTenants,
  handBackLease,
  type Lease,
  leaseDueTenants,
  renewLeases,
  viewFleet,
  wakeTenants,
} from "./schedule.ts";

const IDLE_MS = 500;
const ADMISSION_MS = 1_000;
const FLEET_VIEW_MS = 15_000;
/** The service has 25 s to stop in; a turn that waits longer for Unit4 is handed back. */
const HAND_BACK_AFTER_MS = 20_000;
/** A loop that made no pass for so long hangs. */
const HANGING_MS = 120_000;

type RunningTurn = { readonly lease: Lease; readonly lost: AbortController; readonly done: Promise<void> };

/**
 * Leases tenants whose turn it is and polls them, so many at a time. Any number of processes share the work; a process
 * that dies leaves leases that run out.
 * @param options.holder name of this process on its leases
 * @param options.fail what to do when Postgres refuses what we ask for good
 */
export function createPollLoop(
  poller: Poller,
  options: { readonly holder: string; readonly fail: (failure: Failure) => void },
): Part {
  const { pool, limits, telemetry } = poller;
  const stopping = new AbortController();
  const running = new Map<string, RunningTurn>();
  let passedAt = poller.now();
  let loops: Promise<unknown> = Promise.resolve();

  /** As many turns as there is room for. */
  const fill = async (): Promise<void> => {
    const limit = limits.concurrency - running.size;
    if (limit === 0) return;
    const leases = await leaseDueTenants(pool, { limit, leaseMs: limits.leaseMs, holder: options.holder });
    for (const lease of leases) startTurn(lease);
  };

  const startTurn = (lease: Lease): void => {
    const lost = new AbortController();
    const done = takeTurn(poller, lease, { lost: lost.signal, stopping: stopping.signal }).finally(() =>
      running.delete(lease.tenantId),
    );
    running.set(lease.tenantId, { lease, lost, done });
  };

  /** Until a turn has ended, which makes room and may leave its tenant due, or a little while. */
  const rest = async (): Promise<void> => {
    const over = new AbortController();
    const idle = pause(IDLE_MS, AbortSignal.any([stopping.signal, over.signal]));
    await Promise.race([idle, ...[...running.values()].map(({ done }) => done)]);
    over.abort();
  };

  const poll = async (): Promise<void> => {
    passedAt = poller.now();
    await fill();
    await rest();
  };
  const admit = async (): Promise<void> => {
    const admitted = await admitTenants(pool);
    if (admitted > 0) telemetry.tenantsAdmitted(admitted);
    await wakeTenants(pool);
    await pause(ADMISSION_MS, stopping.signal);
  };
  const renew = async (): Promise<void> => {
    const turns = [...running.values()];
    const held =
      turns.length === 0
        ? new Set()
        : await renewLeases(
            pool,
            turns.map(({ lease }) => lease),
            limits.leaseMs,
          );
    for (const { lease, lost } of turns) if (!held.has(lease.tenantId)) lost.abort();
    await pause(limits.leaseMs / 3, stopping.signal);
  };
  const view = async (): Promise<void> => {
    telemetry.fleetViewed(await viewFleet(pool));
    await pause(FLEET_VIEW_MS, stopping.signal);
  };

  /** Postgres that is down is waited for; one that refuses a statement is a fault that only a new release mends. */
  const keepDoing = async (work: () => Promise<void>): Promise<void> => {
    while (!stopping.signal.aborted)
      try {
        await work();
      } catch (error) {
        if (postgresTrouble(error) !== "passing")
          return options.fail(
            new Failure(
              "POSTGRES_UNAVAILABLE",
              "PostgreSQL refuses the poller's statements; deploy first.",
              error,
            ),
          );
        telemetry.loopHeld(error);
        await pause(IDLE_MS, stopping.signal);
      }
  };

  return {
    name: "poll-loop",
    start: async () => {
      loops = Promise.all([poll, admit, renew, view].map(keepDoing));
    },
    isReady: () => isPostgresUp(pool),
    isAlive: () => poller.now() - passedAt < HANGING_MS,
    stop: async () => {
      stopping.abort();
      await loops;
      const drained = new AbortController();
      const turns = [...running.values()].map(({ done }) => done);
      await Promise.race([
        Promise.all(turns),
        sleep(HAND_BACK_AFTER_MS, undefined, { signal: drained.signal }).catch(() => {}),
      ]);
      drained.abort();
      const late = [...running.values()];
      if (late.length > 0) telemetry.turnsHandedBack(late.length);
      for (const { lease, lost } of late) {
        lost.abort();
        await handBackLease(pool, lease);
      }
    },
  };
}
