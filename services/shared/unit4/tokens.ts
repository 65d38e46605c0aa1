import type { Clock } from "../clock.ts";
import { describeError } from "../domain/failure.ts";
import { postgresTrouble } from "../postgres.ts";
import type { Unavailable } from "./http/errors.ts";
import type { Slots } from "./slots.ts";
import { type RenewalOptions, renewToken } from "./token-renewal.ts";
import { type Access, type AccessToken, accessOf, isFresh } from "./tokens/access.ts";
import type { Secret } from "./tokens/secret.ts";
import { forgetPreviousToken, readConnection, type StoredConnection } from "./tokens/token-store.ts";

export type TokenKeeper = {
  /** A token that can be used now, renewed where it is about to expire. Nothing is remembered between calls. */
  access(tenantId: string): Promise<Access>;
  /** A token other than `refused`, with which a call got 401. */
  renew(tenantId: string, refused: Secret): Promise<Access>;
  /** A call with this token succeeded. */
  worked(tenantId: string, access: AccessToken): Promise<void>;
};

export type TokenKeeperOptions = RenewalOptions & { readonly slots: Slots; readonly now: Clock };

/** With less left than this a token could expire on its way. */
const USABLE_MS = 5_000;
/** So long a token endpoint in trouble is left alone: for the tenant, or for all when it refuses our client. */
const ENDPOINT_REST_MS = 5_000;
const CLIENT_REST_MS = 60_000;

/**
 * Access tokens of all tenants. The registry is read for each call, so that a token can neither be another tenant's nor
 * an old one, and a renewal holds the row's lock while it asks: over all processes each expiry is renewed once.
 */
export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  const { pool, cipher, now } = options;
  const troubles = createTroubles(now);

  const renewed = (tenantId: string, refused: Secret | null): Promise<Access> =>
    options.slots(
      async () =>
        troubles.current(tenantId) ?? troubles.note(tenantId, await renewToken(options, tenantId, refused)),
    );

  return {
    access: async (tenantId) => {
      const stored = await readConnection(pool, cipher, tenantId);
      if (stored === null || stored.isRevoked) return { kind: "revoked" };
      if (stored.restMs > 0) return { kind: "parked", until: now() + Math.ceil(stored.restMs) };
      if (isFresh(stored, null)) return accessOf(stored);
      const access = await renewed(tenantId, null);
      const isInTrouble = access.kind === "unavailable" || access.kind === "client-refused";
      return isInTrouble && isUsable(stored) ? accessOf(stored) : access;
    },
    renew: (tenantId, refused) => renewed(tenantId, refused),
    worked: async (tenantId, { unproven }) => {
      if (unproven === null) return;
      try {
        await forgetPreviousToken(pool, tenantId, unproven);
      } catch (error) {
        // What the call gave counts more; the older token is forgotten after a later call.
        if (postgresTrouble(error) === null) throw error;
        options.telemetry.notNoted(tenantId, "previous token kept", describeError(error));
      }
    },
  };
}

const isUsable = (stored: StoredConnection): boolean =>
  stored.accessToken !== null && stored.expiresInMs > USABLE_MS;

/** Remembers for a few seconds that the token endpoint is in trouble, so that it is not asked at every call. */
function createTroubles(now: Clock) {
  const ofTenants = new Map<string, { readonly access: Unavailable; readonly until: number }>();
  let clientRefusedUntil = 0;
  return {
    current: (tenantId: string): Access | null => {
      if (clientRefusedUntil > now()) return { kind: "client-refused" };
      const trouble = ofTenants.get(tenantId);
      return trouble !== undefined && trouble.until > now() ? trouble.access : null;
    },
    note: (tenantId: string, access: Access): Access => {
      if (access.kind === "client-refused") clientRefusedUntil = now() + CLIENT_REST_MS;
      if (access.kind === "unavailable") ofTenants.set(tenantId, { access, until: now() + ENDPOINT_REST_MS });
      else ofTenants.delete(tenantId);
      return access;
    },
  };
}
