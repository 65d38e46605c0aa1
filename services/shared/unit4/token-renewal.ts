import { crashPoint } from "../crash-points.ts";
import { type Connection, inTransaction, type Pool, postgresTrouble, type Queryable } from "../postgres.ts";
import type { TokenResult, Unit4Telemetry } from "./http/unit4-telemetry.ts";
import type { TokenCipher } from "./token-cipher.ts";
import { type Access, accessOf, isFresh } from "./tokens/access.ts";
import type { Secret } from "./tokens/secret.ts";
import type { TokenAnswer, TokenEndpoint } from "./tokens/token-endpoint.ts";
import {
  lockConnection,
  markRevoked,
  type RenewedConnection,
  readConnection,
  type StoredConnection,
  saveRenewal,
} from "./tokens/token-store.ts";

export type RenewalOptions = {
  readonly pool: Pool;
  readonly cipher: TokenCipher;
  readonly endpoint: TokenEndpoint;
  readonly telemetry: Unit4Telemetry;
};

/** Renews under the row's lock, or takes over what somebody else renewed meanwhile. */
export async function renewToken(
  options: RenewalOptions,
  tenantId: string,
  refused: Secret | null,
): Promise<Access> {
  const { pool, cipher } = options;
  // A holder, since it is filled inside the transaction and looked at when that was lost.
  const granted: { unsaved: RenewedConnection | null } = { unsaved: null };
  try {
    return await inTransaction(pool, (tx) =>
      surviving(tx, () =>
        renewLocked(options, {
          tx,
          tenantId,
          refused,
          onGrant: (renewed) => {
            granted.unsaved = renewed;
          },
        }),
      ),
    );
  } catch (error) {
    // The transaction was lost although Unit4 may have ended the old refresh token by now: the new one must be kept.
    if (granted.unsaved === null || postgresTrouble(error) === null) throw error;
    await saveRenewal(pool, cipher, granted.unsaved);
    return await storedAccess(pool, options, tenantId);
  }
}

async function renewLocked(
  options: RenewalOptions,
  renewing: {
    readonly tx: Connection;
    readonly tenantId: string;
    readonly refused: Secret | null;
    readonly onGrant: (renewed: RenewedConnection) => void;
  },
): Promise<Access> {
  const { cipher, telemetry } = options;
  const { tx, tenantId, refused } = renewing;
  const stored = await lockConnection(tx, cipher, tenantId);
  if (stored === null || stored.isRevoked || stored.refreshToken === null) return { kind: "revoked" };
  if (isFresh(stored, refused)) {
    telemetry.tokenRenewed(tenantId, "taken-over", "");
    return accessOf(stored);
  }
  const { answer, used } = await ask(options.endpoint, stored, stored.refreshToken);
  telemetry.tokenRenewed(tenantId, ...resultOf(answer));
  if (answer.kind === "grant-refused") {
    await markRevoked(tx, tenantId, stored.sealedRefreshToken);
    return { kind: "revoked" };
  }
  if (answer.kind !== "granted") return answer;
  const renewed = { tenantId, tokens: answer.tokens, used, sealedBefore: stored.sealedRefreshToken };
  renewing.onGrant(renewed);
  crashPoint("token-granted");
  await saveRenewal(tx, cipher, renewed);
  return await storedAccess(tx, options, tenantId);
}

/** A connection that is lost while it waits for Unit4 must not end the process: the next statement on it fails instead. */
async function surviving<T>(tx: Connection, work: () => Promise<T>): Promise<T> {
  const onLost = (): void => {};
  tx.on("error", onLost);
  try {
    return await work();
  } finally {
    tx.off("error", onLost);
  }
}

/** Asks with the newest refresh token and, where it is refused, once with the one before it. */
async function ask(
  endpoint: TokenEndpoint,
  stored: StoredConnection,
  newest: Secret,
): Promise<{ readonly answer: TokenAnswer; readonly used: Secret }> {
  const answer = await endpoint.refresh(newest);
  const previous = stored.previousRefreshToken;
  if (answer.kind !== "grant-refused" || previous === null) return { answer, used: newest };
  return { answer: await endpoint.refresh(previous), used: previous };
}

async function storedAccess(db: Queryable, { cipher }: RenewalOptions, tenantId: string): Promise<Access> {
  const stored = await readConnection(db, cipher, tenantId);
  return stored === null ? { kind: "revoked" } : accessOf(stored);
}

function resultOf(answer: TokenAnswer): readonly [TokenResult, string] {
  if (answer.kind === "grant-refused") return ["revoked", "invalid_grant"];
  return [answer.kind, answer.kind === "unavailable" ? answer.reason : ""];
}
