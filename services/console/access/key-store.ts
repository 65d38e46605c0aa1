import { type Queryable, unlessReadOnly } from "../../shared/postgres.ts";
import { newSecret, secretHash } from "../parts/hashed-secret.ts";

/** What a key may do: ask, send in archived workorders, change and switch. */
export const KEY_SCOPES = ["read", "archive", "operate"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** A key of a tenant for its programs, as it is listed: never its value. */
export type Key = {
  readonly tokenId: number;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Who answers for it where that is not who made it. */
  readonly holder: string | null;
  readonly scopes: readonly KeyScope[];
  /** null: a key of before keys had an end. */
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** `paused`: whoever answered for it may not be here any more; it works again when somebody takes it over. */
  readonly state: "active" | "paused" | "expired" | "ended";
};

/** A page of keys. */
export type KeyList = {
  readonly rows: readonly Key[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
};

/** What a key opens. */
export type UsedKey = {
  readonly tokenId: number;
  readonly tenantId: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Whether it is an operator who answers for it. */
  readonly isOperators: boolean;
};

/** Begins every key, so that a leaked one is recognised. */
const PREFIX = "simon_";
const PAGE_ROWS = 50;

/** The key that a request shows: `Authorization: Bearer simon_…`. */
export function keyOf(authorization: string | undefined): string | null {
  return /^Bearer (simon_[\w-]{43})$/i.exec(authorization ?? "")?.[1] ?? null;
}

/** Makes a key. @returns its value, which is shown this once and stored only as a hash */
export async function insertKey(
  db: Queryable,
  key: {
    readonly tenantId: string;
    readonly name: string;
    readonly by: string;
    /** Whose rights it has; null for nobody's in particular. */
    readonly heldBy: number | null;
    readonly scopes: readonly KeyScope[];
    readonly days: number;
  },
): Promise<string> {
  const value = PREFIX + newSecret();
  await db.query(
    `insert into integration.api_tokens (tenant_id, name, token_hash, created_by, held_by, scopes, expires_at)
     values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 day')`,
    [key.tenantId, key.name, secretHash(value), key.by, key.heldBy, key.scopes, key.days],
  );
  return value;
}

/** What this key opens, noted as used; null when it is unknown, ended, expired or paused. */
export async function useKey(db: Queryable, key: string): Promise<UsedKey | null> {
  const { rows } = await db.query<UsedKey & { readonly isStale: boolean }>({
    text: `select k.tenant_id as "tenantId", k.name, token_id as "tokenId", scopes,
         coalesce(u.role = 'operator', false) as "isOperators",
         coalesce(last_used_at < now() - interval '1 minute', true) as "isStale"
       from integration.api_tokens k left join integration.users u on u.user_id = k.held_by
       where token_hash = $1 and revoked_at is null and paused_at is null
         and (expires_at is null or expires_at > now())`,
    values: [secretHash(key)],
  });
  const found = rows[0];
  if (found === undefined) return null;
  if (found.isStale) await unlessReadOnly(() => noteUse(db, found.tokenId));
  return found;
}

async function noteUse(db: Queryable, tokenId: number): Promise<void> {
  await db.query("update integration.api_tokens set last_used_at = now() where token_id = $1", [tokenId]);
}

const STATE = `case when revoked_at is not null then 'ended' when expires_at <= now() then 'expired'
  when paused_at is not null then 'paused' else 'active' end`;

/** A page of a tenant's keys: those that can work first, then the newest. @param page from 1; beyond the end the last */
export async function listKeys(db: Queryable, tenantId: string, page: number): Promise<KeyList> {
  const { rows: counted } = await db.query<{ total: number }>(
    "select count(*) as total from integration.api_tokens where tenant_id = $1",
    [tenantId],
  );
  const total = counted[0]?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const shown = Math.min(page, pages);
  const { rows } = await db.query<Key>(
    `select token_id as "tokenId", name, created_by as "createdBy", created_at as "createdAt", holder, scopes,
       expires_at as "expiresAt", last_used_at as "lastUsedAt", ${STATE} as state
     from integration.api_tokens where tenant_id = $1
     order by ${STATE} in ('ended', 'expired'), created_at desc, token_id desc limit ${PAGE_ROWS} offset $2`,
    [tenantId, (shown - 1) * PAGE_ROWS],
  );
  return { rows, total, page: shown, pages };
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

/** Lets somebody else answer for a key that was paused: it works again. @returns its name; null when it was not paused */
export async function takeOverKey(
  db: Queryable,
  key: {
    readonly tenantId: string;
    readonly tokenId: number;
    readonly heldBy: number;
    readonly holder: string;
  },
): Promise<string | null> {
  const { rows } = await db.query<{ name: string }>(
    `update integration.api_tokens set held_by = $3, holder = $4, paused_at = null
     where tenant_id = $1 and token_id = $2 and revoked_at is null and paused_at is not null returning name`,
    [key.tenantId, key.tokenId, key.heldBy, key.holder],
  );
  return rows[0]?.name ?? null;
}

/** Removes keys that ended more than so many days ago. */
export async function deleteEndedKeys(db: Queryable, days: number): Promise<void> {
  await db.query("delete from integration.api_tokens where revoked_at < now() - make_interval(days => $1)", [
    days,
  ]);
}
