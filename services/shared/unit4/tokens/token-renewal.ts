import { pause } from "../../clock.ts";
import { crashPoint } from "../../crash-points.ts";
import { type Backoff, backoffMs } from "../../domain/backoff.ts";
import { renewLeases } from "../../lease.ts";
import { type Pool, postgresErrorKind } from "../../postgres.ts";
import type { TokenResult, Unit4Telemetry } from "../http/unit4-telemetry.ts";
import { type Access, accessOf, isFresh } from "./access.ts";
import type { Secret } from "./secret.ts";
import type { TokenCipher } from "./token-cipher.ts";
import type { TokenAnswer, TokenEndpoint } from "./token-endpoint.ts";
import {
  endRenewal,
  leaseRenewal,
  markRevoked,
  type RenewalLease,
  type RenewedConnection,
  readConnection,
  saveRenewal,
} from "./token-store.ts";

export type RenewalOptions = {
  readonly pool: Pool;
  readonly cipher: TokenCipher;
  readonly endpoint: TokenEndpoint;
  readonly telemetry: Unit4Telemetry;
  /** How long the right to renew lasts, in milliseconds: longer than one call of the token endpoint. */
  readonly leaseMs: number;
  /** Name of this process on its leases. */
  readonly by: string;
};

/** What came of one try to renew. */
export type Renewal =
  | Access
  | { readonly kind: "asked-to-wait"; readonly retryAfter: string | undefined }
  /** Another process asks at this moment. */
  | { readonly kind: "under-way-elsewhere" };

/** A grant may have ended the token before it, so keeping it is tried for longer than a failover takes. */
const SAVING: Backoff = { firstMs: 250, longestMs: 5_000 };
const MOST_SAVES = 8;

/**
 * Renews under the lease of the tenant's connection, or takes over what somebody else renewed meanwhile. While Unit4 is
 * asked neither a connection of the pool nor the row is held.
 */
export async function renewToken(
  options: RenewalOptions,
  tenantId: string,
  refused: Secret | null,
): Promise<Renewal> {
  const { pool, cipher, telemetry, leaseMs, by } = options;
  const stored = await readConnection(pool, cipher, tenantId);
  if (stored === null || stored.isRevoked || stored.refreshToken === null) return { kind: "revoked" };
  if (isFresh(stored, refused)) {
    telemetry.tokenRenewed(tenantId, "taken-over", "");
    return accessOf(stored);
  }
  const lease = await leaseRenewal(pool, cipher, { tenantId, leaseMs, by });
  return lease === null ? { kind: "under-way-elsewhere" } : await renewLeased(options, lease, refused);
}

async function renewLeased(
  options: RenewalOptions,
  lease: RenewalLease,
  refused: Secret | null,
): Promise<Renewal> {
  const { pool, telemetry } = options;
  const { tenantId, stored } = lease;
  if (stored.isRevoked || stored.refreshToken === null || isFresh(stored, refused)) {
    await endRenewal(pool, lease);
    return stored.isRevoked || stored.refreshToken === null ? { kind: "revoked" } : accessOf(stored);
  }
  const { answer, used } = await ask(options, lease, stored.refreshToken);
  telemetry.tokenRenewed(tenantId, ...resultOf(answer));
  if (answer.kind === "granted") {
    crashPoint("token-granted");
    const renewed = { tenantId, tokens: answer.tokens, used, sealedBefore: stored.sealedRefreshToken };
    await saveGrant(options, renewed);
    return await storedAccess(options, tenantId);
  }
  if (answer.kind === "grant-refused") await markRevoked(pool, tenantId, stored.sealedRefreshToken);
  await endRenewal(pool, lease);
  return answer.kind === "grant-refused" ? { kind: "revoked" } : answer;
}

/** Asks with the newest refresh token and, where it is refused, once with the one before it. */
async function ask(
  { pool, endpoint, leaseMs }: RenewalOptions,
  lease: RenewalLease,
  newest: Secret,
): Promise<{ readonly answer: TokenAnswer; readonly used: Secret }> {
  const answer = await endpoint.refresh(newest);
  const previous = lease.stored.previousRefreshToken;
  if (answer.kind !== "grant-refused" || previous === null) return { answer, used: newest };
  const held = await renewLeases(pool, "integration.connections", [lease], leaseMs);
  // Whoever has the lease by now asks for itself.
  if (held.length === 0) return { answer: { kind: "unavailable", reason: "TOKEN_LEASE_LOST" }, used: newest };
  return { answer: await endpoint.refresh(previous), used: previous };
}

async function saveGrant(
  { pool, cipher, telemetry }: RenewalOptions,
  renewed: RenewedConnection,
): Promise<void> {
  for (let saves = 1; ; saves += 1) {
    try {
      await saveRenewal(pool, cipher, renewed);
      return;
    } catch (error) {
      if (postgresErrorKind(error) !== "passing" || saves === MOST_SAVES) throw error;
      telemetry.notNoted(renewed.tenantId, "renewed token, tried again", String(error));
      await pause(backoffMs(SAVING, saves, 1), NEVER);
    }
  }
}

const NEVER = new AbortController().signal;

async function storedAccess({ pool, cipher }: RenewalOptions, tenantId: string): Promise<Access> {
  const stored = await readConnection(pool, cipher, tenantId);
  return stored === null ? { kind: "revoked" } : accessOf(stored);
}

function resultOf(answer: TokenAnswer): readonly [TokenResult, string] {
  if (answer.kind === "grant-refused") return ["revoked", "invalid_grant"];
  return [answer.kind, answer.kind === "unavailable" ? answer.reason : ""];
}
