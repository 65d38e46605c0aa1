import type { Queryable } from "../../shared/postgres.ts";

/** A person as operators see them. */
export type UserRow = {
  readonly userId: number;
  readonly email: string;
  readonly name: string;
  readonly role: "user" | "operator";
  readonly tenantId: string | null;
  readonly tenantName: string | null;
  readonly managedBy: "provider" | "operator";
  /** Whether they ever signed in; an invitation is open until then. */
  readonly isInvited: boolean;
  readonly createdAt: Date;
  readonly lastSignedInAt: Date | null;
  readonly blockedAt: Date | null;
  readonly sessions: number;
  /** Keys that they answer for and that can work, and how many of those stand still. */
  readonly keys: number;
  readonly pausedKeys: number;
};

export type UserChoice = {
  /** Part of name, address or tenant; empty for all. */
  readonly search: string;
  /** From 1; beyond the end the last page is shown. */
  readonly page: number;
};

export type UserList = {
  readonly rows: readonly UserRow[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
};

const PAGE_ROWS = 50;

const COLUMNS = `u.user_id as "userId", u.email, u.name, u.role, u.tenant_id as "tenantId", t.name as "tenantName",
  u.managed_by as "managedBy", u.subject is null as "isInvited", u.created_at as "createdAt",
  u.last_signed_in_at as "lastSignedInAt", u.blocked_at as "blockedAt",
  (select count(*) from integration.sessions s where s.user_id = u.user_id) as sessions,
  (select count(*) from integration.api_tokens k where k.held_by = u.user_id and k.revoked_at is null) as keys,
  (select count(*) from integration.api_tokens k
   where k.held_by = u.user_id and k.revoked_at is null and k.paused_at is not null) as "pausedKeys"`;

const CHOSEN = `from integration.users u left join integration.tenants t using (tenant_id)
  where u.removed_at is null and ($1 = '' or strpos(lower(u.email), lower($1)) > 0
    or strpos(lower(u.name), lower($1)) > 0 or strpos(u.tenant_id, lower($1)) > 0
    or strpos(lower(t.name), lower($1)) > 0)`;

/** A page of the people that were chosen, by address, and how many there are in all. */
export async function listUsers(db: Queryable, { search, page }: UserChoice): Promise<UserList> {
  const { rows: counted } = await db.query<{ total: number }>(`select count(*) as total ${CHOSEN}`, [search]);
  const total = counted[0]?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const shown = Math.min(page, pages);
  const { rows } = await db.query<UserRow>(
    `select ${COLUMNS} ${CHOSEN} order by lower(u.email), u.user_id limit ${PAGE_ROWS} offset $2`,
    [search, (shown - 1) * PAGE_ROWS],
  );
  return { rows, total, page: shown, pages };
}

/** One person; null when there is none with this id. */
export async function findUser(db: Queryable, userId: number): Promise<UserRow | null> {
  const { rows } = await db.query<UserRow>(
    `select ${COLUMNS} from integration.users u left join integration.tenants t using (tenant_id) where u.user_id = $1 and u.removed_at is null`,
    [userId],
  );
  return rows[0] ?? null;
}
