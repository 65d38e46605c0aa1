import { pause } from "../../clock.ts";
import { describeError } from "../../domain/failure.ts";
import { LEASE_ENDED } from "../../lease.ts";
import type { Pool, Queryable } from "../../postgres.ts";
import { dataKeyFor } from "./data-keys.ts";
import type { TokenCipher, TokenPlace, WrappedKey } from "./token-cipher.ts";
import { endRenewal, leaseRenewal, type RenewalLease } from "./token-store.ts";

/** What a rotation did. */
export type Rotation = {
  /** Data keys that are wrapped under the first key of the environment now, and were not before. */
  readonly wrapped: number;
  /** Tenants whose tokens are sealed under a data key now, and were not before. */
  readonly sealed: number;
  /** Tenants for which it did not work, with why: the older keys of the environment have to stay. */
  readonly failed: readonly { readonly tenantId: string; readonly why: string }[];
};

const SLICE = 200;
/** Sealing anew takes milliseconds. */
const LEASE_MS = 10_000;
/** A renewal that is under way ends within its lease of less than a minute. */
const MOST_ROUNDS = 60;
const ROUND_MS = 2_000;

/**
 * Wraps data keys anew under the first key of the environment, and seals under data keys what is still sealed under a key of the
 * environment itself; in slices, while services run. Afterwards, with nothing failed, the other keys may go.
 * @param by name of this process on its leases
 */
export async function rotateKeys(pool: Pool, cipher: TokenCipher, by: string): Promise<Rotation> {
  const failed: { tenantId: string; why: string }[] = [];
  const attempt = async (tenantId: string, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch (error) {
      failed.push({ tenantId, why: describeError(error) });
      return false;
    }
  };
  const hasFailed = (tenantId: string): boolean => failed.some((one) => one.tenantId === tenantId);
  const { sealed, busy } = await sealOldTokens(pool, cipher, { by, attempt, hasFailed });
  failed.push(...busy.map((tenantId) => ({ tenantId, why: "its tokens are being renewed all the time" })));
  const wrapped = await wrapKeysAnew(pool, cipher, attempt);
  return { wrapped, sealed, failed };
}

type Attempt = (tenantId: string, work: () => Promise<boolean>) => Promise<boolean>;

type StoredKey = WrappedKey & { readonly tenantId: string };

async function wrapKeysAnew(pool: Pool, cipher: TokenCipher, attempt: Attempt): Promise<number> {
  let count = 0;
  for (let after: StoredKey | null = null; ; ) {
    const slice: readonly StoredKey[] = await keysAfter(pool, after);
    for (const key of slice) if (await attempt(key.tenantId, () => wrapAnew(pool, cipher, key))) count += 1;
    const last = slice.at(-1);
    if (last === undefined) return count;
    after = last;
  }
}

/** Compare-and-set: who removed or wrapped it meanwhile is right. */
async function wrapAnew(db: Queryable, cipher: TokenCipher, key: StoredKey): Promise<boolean> {
  const anew = cipher.rewrapped(key.tenantId, key);
  if (anew === null) return false;
  const { rowCount } = await db.query(
    `update integration.tenant_keys set wrapped = $4 where tenant_id = $1 and key_id = $2 and wrapped = $3`,
    [key.tenantId, key.keyId, key.wrapped, anew.wrapped],
  );
  return rowCount === 1;
}

async function keysAfter(db: Queryable, after: StoredKey | null): Promise<readonly StoredKey[]> {
  const { rows } = await db.query<StoredKey>(
    `select tenant_id as "tenantId", key_id as "keyId", wrapped from integration.tenant_keys
     where (tenant_id, key_id) > ($1, $2) order by tenant_id, key_id limit ${SLICE}`,
    [after?.tenantId ?? "", after?.keyId ?? ""],
  );
  return rows;
}

type Sealing = {
  readonly by: string;
  readonly attempt: Attempt;
  readonly hasFailed: (tenantId: string) => boolean;
};

/**
 * Under the lease of the tenant's renewals: a renewal that is under way would not find the token that it renews. Its tenant comes again
 * in the next round. @returns those whose turn never came as well
 */
async function sealOldTokens(
  pool: Pool,
  cipher: TokenCipher,
  sealing: Sealing,
): Promise<{ readonly sealed: number; readonly busy: readonly string[] }> {
  let sealed = 0;
  for (let round = 0; ; round += 1) {
    const turn = await sealingRound(pool, cipher, sealing);
    sealed += turn.sealed;
    if (turn.busy.length === 0 || round === MOST_ROUNDS) return { sealed, busy: turn.busy };
    await pause(ROUND_MS, NEVER);
  }
}

/** Every tenant once that has a token of the old style and has not failed before. */
async function sealingRound(
  pool: Pool,
  cipher: TokenCipher,
  { by, attempt, hasFailed }: Sealing,
): Promise<{ readonly sealed: number; readonly busy: readonly string[] }> {
  let sealed = 0;
  const busy: string[] = [];
  for (let after: string | undefined = ""; after !== undefined; ) {
    const slice: readonly string[] = await oldStyleAfter(pool, after);
    for (const tenantId of slice.filter((one) => !hasFailed(one)))
      if (await attempt(tenantId, () => sealAnew(pool, cipher, { tenantId, by }))) sealed += 1;
      else if (!hasFailed(tenantId)) busy.push(tenantId);
    after = slice.at(-1);
  }
  return { sealed, busy };
}

const NEVER = new AbortController().signal;

async function oldStyleAfter(db: Queryable, after: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenantId: string }>(
    `select tenant_id as "tenantId" from integration.connections
     where tenant_id > $1 and 1 in (get_byte(access_token, 0), get_byte(refresh_token, 0), get_byte(previous_refresh_token, 0))
     order by tenant_id limit ${SLICE}`,
    [after],
  );
  return rows.map(({ tenantId }) => tenantId);
}

async function sealAnew(
  pool: Pool,
  cipher: TokenCipher,
  { tenantId, by }: { readonly tenantId: string; readonly by: string },
): Promise<boolean> {
  const lease = await leaseRenewal(pool, cipher, { tenantId, leaseMs: LEASE_MS, by });
  if (lease === null) return false;
  const key = await dataKeyFor(pool, cipher, tenantId);
  if (key !== null) return storeSealed(pool, cipher, lease, key);
  await endRenewal(pool, lease);
  return false;
}

/** Stores the same tokens sealed anew and ends the lease. @returns whether the lease was still ours */
async function storeSealed(
  db: Queryable,
  cipher: TokenCipher,
  { tenantId, token, stored }: RenewalLease,
  key: WrappedKey,
): Promise<boolean> {
  const seal = (secret: Parameters<TokenCipher["seal"]>[0] | null, column: TokenPlace["column"]) =>
    secret === null ? null : cipher.seal(secret, { tenantId, column }, key);
  const { rowCount } = await db.query(
    `update integration.connections
     set access_token = $3, refresh_token = $4, previous_refresh_token = $5, ${LEASE_ENDED}
     where tenant_id = $1 and lease_token = $2`,
    [
      tenantId,
      token,
      seal(stored.accessToken, "access_token"),
      seal(stored.refreshToken, "refresh_token"),
      seal(stored.previousRefreshToken, "previous_refresh_token"),
    ],
  );
  return rowCount === 1;
}
