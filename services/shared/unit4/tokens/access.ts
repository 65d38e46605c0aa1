import type { NoAccess, Parked, Unavailable } from "../http/errors.ts";
import type { Secret } from "./secret.ts";
import type { StoredConnection } from "./token-store.ts";

export type AccessToken = {
  readonly token: Secret;
  /** Not null while an older refresh token is kept in case this access token does not work. */
  readonly unproven: Buffer | null;
};

export type Access = ({ readonly kind: "granted" } & AccessToken) | Parked | NoAccess | Unavailable;

/** A token is renewed this long before it expires, or earlier than a fifth of its life where that is shorter. */
const RENEW_BEFORE_MS = 5 * 60_000;
const RENEW_BEFORE_SHARE = 0.2;

/** The stored access token, whatever is left of it. */
export function accessOf(stored: StoredConnection): Access {
  if (stored.accessToken === null) return { kind: "unavailable", reason: "TOKEN_MISSING" };
  const unproven = stored.hasPrevious ? stored.sealedAccessToken : null;
  return { kind: "granted", token: stored.accessToken, unproven };
}

/** Whether the stored token needs no renewal. @param refused a token with which a call got 401; null where there is none */
export function isFresh(stored: StoredConnection, refused: Secret | null): boolean {
  if (stored.accessToken === null || stored.accessToken.reveal() === refused?.reveal()) return false;
  return stored.expiresInMs > Math.min(RENEW_BEFORE_MS, stored.lifeMs * RENEW_BEFORE_SHARE);
}
