import type { Queryable } from "../../shared/postgres.ts";
import { newSecret, secretHash } from "../parts/hashed-secret.ts";

/** A key of a tenant for its programs, as it is listed: never its value. */
export type Key = {
  readonly tokenId: number;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

/** Begins every key, so that a leaked one is recognised. */
const PREFIX = "simon_";

/** The key that a request shows: `Authorization: Bearer simon_…`. */
export function keyOf(authorization: string | undefined): string | null {
  return /^Bearer (simon_[\w-]{43})$/i.exec(authorization ?? "")?.[1] ?? null;
}

/** Makes a key. @returns its value, which is shown this once and stored only as a hash */
export async function insertKey(
  db: Queryable,
  key: { readonly tenantId: string; readonly name: string; readonly by: string },
): Promise<string> {
  const value = PREFIX + newSecret();
  await db.query(
    "insert into integration.api_tokens (tenant_id, name, token_hash, created_by) values ($1, $2, $3, $4)",
    [key.tenantId, key.name, secretHash(value), key.by],
  );
  return value;
}

/** Whose key this is, noted as used; null when it is none or was revoked. */
export async function useKey(
  db: Queryable,
  key: string,
): Promise<{ readonly tenantId: string; readonly name: string } | null> {
  const { rows } = await db.query<{ tenantId: string; name: string; isStale: boolean; tokenId: number }>({
    name: "use-key",
    text: `select tenant_id as "tenantId", name, token_id as "tokenId",
         coalesce(last_used_at < now() - interval '1 minute', true) as "isStale"
       from integration.api_tokens where token_hash = $1 and revoked_at is null`,
    values: [secretHash(key)],
  });
  const found = rows[0];
  if (found === undefined) return null;
  if (found.isStale)
    await db.query("update integration.api_tokens set last_used_at = now() where token_id = $1", [
      found.tokenId,
    ]);
  return found;
}

/** Keys of a tenant, the newest first. */
export async function listKeys(db: Queryable, tenantId: string): Promise<readonly Key[]> {
  const { rows } = await db.query<Key>(
    `select token_id as "tokenId", name, created_by as "createdBy", created_at as "createdAt",
       last_used_at as "lastUsedAt", revoked_at as "revokedAt"
     from integration.api_tokens where tenant_id = $1 order by created_at desc, token_id desc limit 100`,
    [tenantId],
  );
  return rows;
}

/** Ends a key. @returns its name; null when it was not there or had ended */
export async function revokeKey(
  db: Queryable,
  key: { readonly tenantId: string; readonly tokenId: number; readonly by: string },
): Promise<string | null> {
  const { rows } = await db.query<{ name: string }>(
    `update integration.api_tokens set revoked_at = now(), revoked_by = $3
     where tenant_id = $1 and token_id = $2 and revoked_at is null returning name`,
    [key.tenantId, key.tokenId, key.by],
  );
  return rows[0]?.name ?? null;
}
