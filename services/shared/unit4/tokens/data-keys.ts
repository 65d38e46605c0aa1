import type { Queryable } from "../../postgres.ts";
import type { TokenCipher, WrappedKey } from "./token-cipher.ts";

/** SQL: the data keys of the tenant of `connection`, the newest first, as JSON. */
export const DATA_KEYS = `(select coalesce(jsonb_agg(jsonb_build_object('keyId', key_id, 'wrapped', encode(wrapped, 'hex'))
    order by created_at desc), '[]') from integration.tenant_keys data where data.tenant_id = connection.tenant_id)`;

/** Data keys as `DATA_KEYS` gives them. */
export type StoredKeys = readonly { readonly keyId: string; readonly wrapped: string }[];

export const keysFrom = (stored: StoredKeys): readonly WrappedKey[] =>
  stored.map(({ keyId, wrapped }) => ({ keyId, wrapped: Buffer.from(wrapped, "hex") }));

/**
 * The tenant's newest data key, made where there is none. Two processes may make one each: both are kept, and both open.
 * @returns null when the tenant is removed: nothing of it is sealed any more
 */
export async function dataKeyFor(
  db: Queryable,
  cipher: TokenCipher,
  tenantId: string,
): Promise<WrappedKey | null> {
  const known = await newestKey(db, tenantId);
  if (known !== null) return known;
  const { keyId, wrapped } = cipher.newDataKey(tenantId);
  await db.query(
    `insert into integration.tenant_keys (tenant_id, key_id, wrapped)
     select tenant_id, $2, $3 from integration.tenants where tenant_id = $1 and removed_at is null`,
    [tenantId, keyId, wrapped],
  );
  return newestKey(db, tenantId);
}

async function newestKey(db: Queryable, tenantId: string): Promise<WrappedKey | null> {
  const { rows } = await db.query<WrappedKey>(
    `select key_id as "keyId", wrapped from integration.tenant_keys
     where tenant_id = $1 order by created_at desc limit 1`,
    [tenantId],
  );
  return rows[0] ?? null;
}
