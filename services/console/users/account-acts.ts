import { patient, type Queryable } from "../../shared/postgres.ts";

/** Where a person belongs. */
export type Place =
  | { readonly role: "operator"; readonly tenantId: null }
  | { readonly role: "user"; readonly tenantId: string };

/** What an act on a person has to know; locked until the transaction ends. */
export type LockedUser = Place & {
  readonly userId: number;
  readonly email: string;
  readonly name: string;
  readonly managedBy: "provider" | "operator";
  readonly isBlocked: boolean;
};

export async function lockUser(db: Queryable, userId: number): Promise<LockedUser | null> {
  const { rows } = await db.query<LockedUser>(
    `select user_id as "userId", email, name, role, tenant_id as "tenantId", managed_by as "managedBy",
       blocked_at is not null as "isBlocked"
     from integration.users where user_id = $1 and removed_at is null for update`,
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

/** How many keys stand still because their holder may not be here (migrations/011-keys-end-with-their-holder.sql). */
export async function countPausedKeys(db: Queryable, userId: number): Promise<number> {
  const { rows } = await db.query<{ paused: number }>(
    `select count(*) as paused from integration.api_tokens
     where held_by = $1 and revoked_at is null and paused_at is not null`,
    [userId],
  );
  return rows[0]?.paused ?? 0;
}

/** @returns how many there were */
export async function deleteSessionsOf(db: Queryable, userId: number): Promise<number> {
  const { rowCount } = await db.query("delete from integration.sessions where user_id = $1", [userId]);
  return rowCount ?? 0;
}

/** Acts that messages tell of, with who did it. */
const TOLD_ACTS = ["SIMON_EMPTIED", "WORK_ADDRESSES_MOVED"];

/**
 * Erases a person's name and address wherever they stand, messages about their acts and questions about deletions included, and ends
 * their sessions.
 */
export async function erasePerson(db: Queryable, userId: number): Promise<void> {
  await db.query(
    patient(
      `select log.erase_actor(array(select distinct tenant_id from integration.audit
         where by = email and tenant_id is not null and act = any($2)), email)
       from integration.users where user_id = $1 and email <> ''`,
      [userId, TOLD_ACTS],
    ),
  );
  await db.query(
    `update unit4_poller.brakes set decided_by = 'user:' || $1
     where decided_by = (select email from integration.users where user_id = $1)`,
    [userId],
  );
  await db.query(patient("select integration.erase_person($1)", [userId]));
}
