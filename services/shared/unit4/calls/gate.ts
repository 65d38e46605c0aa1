import { type Backoff, backoffMs } from "../../domain/backoff.ts";
import { notBefore } from "../../domain/retry-after.ts";

/** Our own pause where the server asks for rest without saying how long. */
const OWN_BACKOFF: Backoff = { firstMs: 30_000, longestMs: 10 * 60_000 };
/** Tenants of one server are asked to rest until the same moment; they come back over this time. */
const SPREAD_MS = 5_000;
const SPREAD_SHARE = 0.1;

/** Which tenants are resting, as far as this process knows. */
export type Gate = {
  /** Until when the tenant rests, milliseconds since 1970 UTC; null when it does not. */
  restsUntil(tenantId: string): number | null;
  /** Closes the gate at once. @param retryAfter the header. @returns until when */
  close(tenantId: string, retryAfter: string | undefined): number;
  /** A call went through: the next pause of our own begins small again. */
  wentThrough(tenantId: string): void;
};

/**
 * Knows at once what the registry will know when the row is written, so that no call slips through meanwhile.
 * @param random number in [0, 1)
 */
export function createGate(options: { readonly now: () => number; readonly random: () => number }): Gate {
  const { now, random } = options;
  const rests = new Map<string, number>();
  const closings = new Map<string, number>();
  return {
    restsUntil: (tenantId) => {
      const until = rests.get(tenantId);
      if (until === undefined) return null;
      if (until > now()) return until;
      rests.delete(tenantId);
      return null;
    },
    close: (tenantId, retryAfter) => {
      const times = (closings.get(tenantId) ?? 0) + 1;
      closings.set(tenantId, times);
      const ownBackoffMs = backoffMs(OWN_BACKOFF, times, random());
      const asked = notBefore({ header: retryAfter, now: now(), ownBackoffMs });
      const spreadMs = Math.min(SPREAD_MS, (asked - now()) * SPREAD_SHARE);
      const until = Math.max(rests.get(tenantId) ?? 0, Math.ceil(asked + spreadMs * random()));
      rests.set(tenantId, until);
      return until;
    },
    wentThrough: (tenantId) => {
      closings.delete(tenantId);
    },
  };
}
