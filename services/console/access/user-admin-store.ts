import type { Queryable } from "../../shared/postgres.ts";

/** Where a person belongs. */
export type Place =
  | { readonly role: "operator"; readonly tenantId: null }
  | { readonly role: "user"; readonly tenantId: string };

/** What an act on a person has to know; locked until the transaction ends. */
export type LockedUser = Place & {
  readonly userId: number;
  readonly email: string;
  readonly managedBy: "provider" | "operator";
  readonly isBlocked: boolean;
};

export async function lockUser(db: Queryable, userId: number): Promise<LockedUser | null> {
  const { rows } = await db.query<LockedUser>(
    `select user_id as "userId", email, role, tenant_id as "tenantId", managed_by as "managedBy",
       blocked_at is not null as "isBlocked"
     from integration.users where user_id = $1 for update`,
    [userId],
  );
  return rows[0] ?? null;
}

/** Invites the owner of an address. @returns the user's id; null when somebody with this address is known already */
export async function insertInvitation(db: Queryable, email: string, place: Place): Promise<number | null> {
  const { rows } = await db.query<{ userId: number }>(
    `insert into integration.users (email, name, role, tenant_id, managed_by)
     select $1, $1, $2, $3, 'operator'
     where not exists (select from integration.users where lower(email) = lower($1))
     on conflict do nothing returning user_id as "userId"`,
    [email, place.role, place.tenantId],
  );
  return rows[0]?.userId ?? null;
}

/** Open sessions go on in the new place: each request asks anew where its person belongs. */
export async function movePerson(db: Queryable, userId: number, place: Place): Promise<void> {
  await db.query("update integration.users set role = $2, tenant_id = $3 where user_id = $1", [
    userId,
    place.role,
    place.tenantId,
  ]);
}

export async function setBlocked(db: Queryable, userId: number, isBlocked: boolean): Promise<void> {
  await db.query("update integration.users set blocked_at = case when $2 then now() end where user_id = $1", [
    userId,
    isBlocked,
  ]);
}

/** @returns how many there were */
export async function deleteSessionsOf(db: Queryable, userId: number): Promise<number> {
  const { rowCount } = await db.query("delete from integration.sessions where user_id = $1", [userId]);
  return rowCount ?? 0;
}
