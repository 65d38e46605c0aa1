import type { Clock } from "../../clock.ts";
import { describeError } from "../../domain/failure.ts";
import { type Pool, postgresErrorKind } from "../../postgres.ts";
import type { Unit4Telemetry } from "../http/unit4-telemetry.ts";
import { type Access, type AccessToken, accessOf, isFresh } from "./access.ts";
import type { Renewals } from "./renewals.ts";
import type { Secret } from "./secret.ts";
import type { TokenCipher } from "./token-cipher.ts";
import { forgetPreviousToken, readConnection, type StoredConnection } from "./token-store.ts";

export type TokenKeeper = {
  /**
   * A token that can be used now: the stored one as long as it is valid, renewed beside where it is about to expire.
   * Nothing is remembered between calls.
   */
  access(tenantId: string): Promise<Access>;
  /** A token other than `refused`, with which a call got 401. */
  renew(tenantId: string, refused: Secret): Promise<Access>;
  /** A call with this token succeeded. */
  worked(tenantId: string, access: AccessToken): Promise<void>;
};

export type TokenKeeperOptions = {
  readonly pool: Pool;
  readonly cipher: TokenCipher;
  readonly renewals: Renewals;
  readonly telemetry: Unit4Telemetry;
  readonly now: Clock;
};

/** With less left than this a token could expire on its way. */
const USABLE_MS = 5_000;

/**
 * Access tokens of all tenants. The registry is read for each call, so that a token can neither be another tenant's nor
 * an old one. Nobody waits for a renewal while the token is valid (O62).
 */
export function createTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  const { pool, cipher, renewals, now } = options;
  return {
    access: async (tenantId) => {
      const stored = await readConnection(pool, cipher, tenantId);
      if (stored === null || stored.isRevoked) return { kind: "revoked" };
      if (stored.restMs > 0) return { kind: "parked", until: now() + Math.ceil(stored.restMs) };
      if (isFresh(stored, null)) return accessOf(stored);
      if (!isUsable(stored)) return await renewals.result(tenantId, null);
      renewals.beside(tenantId);
      return accessOf(stored);
    },
    renew: (tenantId, refused) => renewals.result(tenantId, refused),
    worked: async (tenantId, { unproven }) => {
      if (unproven === null) return;
      try {
        await forgetPreviousToken(pool, tenantId, unproven);
      } catch (error) {
        // What the call gave counts more; the older token is forgotten after a later call.
        if (postgresErrorKind(error) === null) throw error;
        options.telemetry.notNoted(tenantId, "previous token kept", describeError(error));
      }
    },
  };
}

const isUsable = (stored: StoredConnection): boolean =>
  stored.accessToken !== null && stored.expiresInMs > USABLE_MS;
