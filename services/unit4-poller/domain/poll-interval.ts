import { type Backoff, backoffMs } from "../../shared/domain/backoff.ts";
import { textFraction } from "./content-hash.ts";

const LONGEST_BACKOFF_MS = 30 * 60 * 1000;
const FIRST_BACKOFF_MS = 20_000;
const FORBIDDEN_MS = 30 * 60 * 1000;

/** How a turn at a tenant ended, as far as its next turn depends on it. */
export type Pace =
  | {
      readonly kind: "done" /** Time spent waiting for the ERP, 0 for a first load. */;
      readonly busyMs: number;
    }
  | { readonly kind: "unfinished" }
  /** For a resync: it goes on while nobody else is due, and with the tenant's own beat. */
  | { readonly kind: "unfinished-backfill" }
  | { readonly kind: "failed" /** Failed turns in a row, this one included. */; readonly failures: number }
  | { readonly kind: "parked" /** Milliseconds since 1970 UTC. */; readonly until: number }
  | { readonly kind: "refused" };

/**
 * When a tenant is due again, in milliseconds from now. Tenants keep to their own beat, which is spread over the
 * interval by a hash of the tenant id, so that thousands do not call in step; one that is slow or huge skips beats.
 * @param turn.now milliseconds since 1970 UTC
 * @param turn.random number in [0, 1)
 */
export function nextTurnInMs(turn: {
  readonly pace: Pace;
  readonly tenantId: string;
  readonly intervalMs: number;
  /** Part of the wall time that may be spent inside one tenant's ERP, in (0, 1]. */
  readonly busyPart: number;
  readonly now: number;
  readonly random: number;
}): number {
  const { pace, intervalMs, busyPart, now } = turn;
  switch (pace.kind) {
    case "unfinished":
      return 0;
    case "unfinished-backfill":
      return nextBeat(now + intervalMs / 2, intervalMs, textFraction(turn.tenantId)) - now;
    case "parked":
      return Math.max(0, pace.until - now);
    case "refused":
      return Math.max(FORBIDDEN_MS, intervalMs);
    case "failed":
      return backoffMs(failureBackoff(intervalMs), pace.failures, turn.random);
    case "done": {
      // Half an interval at least: a turn that began late would otherwise be followed by the next one at once.
      const restMs = Math.max(intervalMs / 2, restAfter(pace.busyMs, busyPart));
      return nextBeat(now + restMs, intervalMs, textFraction(turn.tenantId)) - now;
    }
  }
}

/** After so many milliseconds one turn more than planned keeps to the part of the time that may be spent inside a tenant's ERP. */
export function politeTurnInMs(turn: {
  readonly pace: Pace;
  readonly busyPart: number;
  /** When the tenant is due, in milliseconds from now. */
  readonly dueInMs: number;
}): number {
  const { pace, busyPart, dueInMs } = turn;
  if (pace.kind === "done") return restAfter(pace.busyMs, busyPart);
  return pace.kind === "unfinished-backfill" ? 0 : dueInMs;
}

const restAfter = (busyMs: number, busyPart: number): number => (busyMs * (1 - busyPart)) / busyPart;

const failureBackoff = (intervalMs: number): Backoff => ({
  firstMs: Math.min(FIRST_BACKOFF_MS, intervalMs),
  longestMs: Math.max(LONGEST_BACKOFF_MS, intervalMs),
});

function nextBeat(notBefore: number, intervalMs: number, phase: number): number {
  const offset = phase * intervalMs;
  return Math.ceil((notBefore - offset) / intervalMs) * intervalMs + offset;
}
