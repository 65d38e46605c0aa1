import { type Clock, pause } from "../../clock.ts";
import { describeError } from "../../domain/failure.ts";
import { createSlots } from "../../slots.ts";
import type { Unavailable } from "../http/errors.ts";
import type { Access } from "./access.ts";
import type { Secret } from "./secret.ts";
import { type RenewalOptions, renewToken } from "./token-renewal.ts";

/** The renewals of one process. */
export type Renewals = {
  /** What the tenant's renewal gives: the one under way, or a new one. @param refused a token that a call was refused with */
  result(tenantId: string, refused: Secret | null): Promise<Access>;
  /** Sees to it that the tenant's token is being renewed; what came of it stands in the registry. */
  beside(tenantId: string): void;
  /** Resolves when none is under way. */
  ended(): Promise<void>;
};

export type RenewalsOptions = RenewalOptions & {
  readonly now: Clock;
  /** Renewals at one time at most, of tenants whose last one was answered. */
  readonly most: number;
  /** The same for tenants whose last one was not: a token endpoint that is silent for them costs the others no place. */
  readonly mostDoubtful: number;
  /** Lets the tenant rest. @returns until when, milliseconds since 1970 UTC */
  readonly park: (tenantId: string, retryAfter: string | undefined) => Promise<number>;
  /** Fires when the process ends. */
  readonly stopping: AbortSignal;
};

/** So long a failing token endpoint is left alone: for the tenant, or for all when it refuses our client. */
const ENDPOINT_REST_MS = 5_000;
const CLIENT_REST_MS = 60_000;
/** How often is looked whether another process is through. */
const LOOK_EVERY_MS = 250;

/**
 * One renewal per tenant at a time, whoever asks. Over all processes the lease of the connection sees to the same; who
 * finds it taken looks at the registry until it is there, or the lease has run out.
 */
export function createRenewals(options: RenewalsOptions): Renewals {
  const { now, telemetry } = options;
  const failures = createRecentFailures(now);
  const slots = createSlots(options.most);
  const doubtfulSlots = createSlots(options.mostDoubtful);
  const underWay = new Map<string, Promise<Access>>();

  const tried = async (tenantId: string, refused: Secret | null): Promise<Access | null> => {
    const run = failures.isDoubtful(tenantId) ? doubtfulSlots : slots;
    const renewal = await run(() => renewToken(options, tenantId, refused));
    if (renewal.kind === "under-way-elsewhere") return null;
    if (renewal.kind !== "asked-to-wait") return failures.note(tenantId, renewal);
    return { kind: "parked", until: await options.park(tenantId, renewal.retryAfter) };
  };

  const renewed = async (tenantId: string, refused: Secret | null): Promise<Access> => {
    const givenUpAt = now() + options.leaseMs + ENDPOINT_REST_MS;
    for (;;) {
      const access = failures.current(tenantId) ?? (await tried(tenantId, refused));
      if (access !== null) return access;
      if (now() > givenUpAt || !(await pause(LOOK_EVERY_MS, options.stopping)))
        return { kind: "unavailable", reason: "TOKEN_RENEWED_ELSEWHERE" };
    }
  };

  const begin = (tenantId: string, refused: Secret | null): Promise<Access> => {
    const renewal = renewed(tenantId, refused).finally(() => underWay.delete(tenantId));
    underWay.set(tenantId, renewal);
    return renewal;
  };

  return {
    result: async (tenantId, refused) => {
      for (;;) {
        const running = underWay.get(tenantId);
        if (running === undefined) return await begin(tenantId, refused);
        const access = await running;
        // One that began before the refusal may have found the refused token good.
        if (access.kind !== "granted" || access.token.reveal() !== refused?.reveal()) return access;
      }
    },
    beside: (tenantId) => {
      if (underWay.has(tenantId) || failures.current(tenantId) !== null) return;
      // Nobody waits for it: whatever it is, whoever needs the token when it has expired meets it again.
      begin(tenantId, null).catch((error: unknown) =>
        telemetry.notNoted(tenantId, "renewal beside", describeError(error)),
      );
    },
    ended: async () => {
      await Promise.allSettled(underWay.values());
    },
  };
}

/** Remembers for a few seconds that the token endpoint failed, so that it is not asked at every call. */
function createRecentFailures(now: Clock) {
  const ofTenants = new Map<string, { readonly access: Unavailable; readonly until: number }>();
  let clientRefusedUntil = 0;
  return {
    current: (tenantId: string): Access | null => {
      if (clientRefusedUntil > now()) return { kind: "client-refused" };
      const failure = ofTenants.get(tenantId);
      return failure !== undefined && failure.until > now() ? failure.access : null;
    },
    /** Whether the tenant's last renewal was not answered. */
    isDoubtful: (tenantId: string): boolean => ofTenants.has(tenantId),
    note: (tenantId: string, access: Access): Access => {
      if (access.kind === "client-refused") clientRefusedUntil = now() + CLIENT_REST_MS;
      if (access.kind === "unavailable") ofTenants.set(tenantId, { access, until: now() + ENDPOINT_REST_MS });
      else ofTenants.delete(tenantId);
      return access;
    },
  };
}
