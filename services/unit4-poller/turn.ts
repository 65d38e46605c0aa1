import type { Settings } from "../shared/domain/settings.ts";
import type { Poller } from "./poller.ts";
import { isAnyoneWaiting, isLeaseHeld, type Lease } from "./schedule.ts";

/** Whether a turn may make its next call: `yield` = hand over what is done and go on later, `stop` = nothing more. */
type Checkpoint = "go-on" | "yield" | "stop";

/** One turn at one tenant. */
export type Turn = {
  readonly lease: Lease;
  readonly settings: Settings;
  /** Makes a call to the ERP, one at a time, and counts the time it takes. */
  ask<T>(call: () => Promise<T>): Promise<T>;
  /** To be called when an answer has been dealt with: a large one keeps others waiting. */
  answerDone(): void;
  /** To be asked before each call. */
  checkpoint(): Promise<Checkpoint>;
  /** Whether the turn must end soon, others waiting or not. */
  isEnding(): boolean;
  /** Takes one look-up of an invoice address off the budget; false when number or time is used up. */
  takeAddressLookUp(): boolean;
  /** Time spent waiting for the ERP in this turn so far, in milliseconds. */
  busyMs(): number;
};

/** Fire when the turn must end. */
export type TurnSignals = {
  /** The lease is gone: nothing may be written any more. */
  readonly lost: AbortSignal;
  /** The process is about to stop: hand over. */
  readonly stopping: AbortSignal;
  /** Called when Unit4 has been silent for a while. @returns to be called when it no longer is */
  readonly fellSilent?: () => () => void;
  /** Called before each call to Unit4. */
  readonly progress?: () => void;
  /** Called when an answer has been dealt with. */
  readonly answerDone?: () => void;
};

/** A call that takes longer is waiting for Unit4 and for nothing of ours. */
const SILENT_AFTER_MS = 250;

/** The lease is looked at again when it was last seen longer ago than this. */
const LEASE_CHECK_MS = 1_000;
/** Part of the interval that look-ups of invoice addresses may take, so that they hold up neither list nor tenants. */
const ADDRESS_PART = 0.02;
const LEAST_ADDRESS_MS = 1_000;

export function beginTurn(
  poller: Poller,
  lease: Lease,
  options: { readonly settings: Settings; readonly signals: TurnSignals },
): Turn {
  const { signals, settings } = options;
  const { limits, pool, now } = poller;
  let busyMs = 0;
  let seenHeldAt = now();
  let calls = 0;
  let shareBeganAt = now();
  let addressLookUps = 0;
  let addressesBeganAt: number | null = null;

  const isHeld = async (): Promise<boolean> => {
    if (now() - seenHeldAt < LEASE_CHECK_MS) return true;
    if (!(await isLeaseHeld(pool, lease))) return false;
    seenHeldAt = now();
    return true;
  };
  /** A turn that has had its share goes on only while nobody waits. */
  const makesRoom = async (): Promise<boolean> => {
    if (calls < limits.turnPages && now() - shareBeganAt < limits.turnMs) return false;
    if (await isAnyoneWaiting(pool)) return true;
    calls = 0;
    shareBeganAt = now();
    return false;
  };
  return {
    lease,
    settings,
    ask: async (call) => {
      const startedAt = now();
      calls += 1;
      signals.progress?.();
      let spoke = (): void => {};
      const timer = setTimeout(() => {
        spoke = signals.fellSilent?.() ?? spoke;
      }, SILENT_AFTER_MS);
      try {
        return await call();
      } finally {
        clearTimeout(timer);
        spoke();
        busyMs += now() - startedAt;
      }
    },
    answerDone: () => signals.answerDone?.(),
    checkpoint: async () => {
      if (signals.lost.aborted || !(await isHeld())) return "stop";
      return signals.stopping.aborted || (await makesRoom()) ? "yield" : "go-on";
    },
    isEnding: () => signals.lost.aborted || signals.stopping.aborted,
    takeAddressLookUp: () => {
      addressesBeganAt ??= now();
      const timeMs = Math.max(LEAST_ADDRESS_MS, limits.intervalMs * ADDRESS_PART);
      if (addressLookUps >= limits.addressBudget || now() - addressesBeganAt > timeMs) return false;
      addressLookUps += 1;
      return true;
    },
    busyMs: () => busyMs,
  };
}
