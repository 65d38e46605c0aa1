import type { Queryable } from "../../shared/postgres.ts";
import { secretHash } from "../parts/hashed-secret.ts";

/** A signed-in person. */
export type Session = {
  /** Names the session in other tables; the cookie's value is not kept. */
  readonly idHash: Buffer;
  readonly userId: number;
  readonly name: string;
  readonly email: string;
  readonly role: "user" | "operator";
  /** null for an operator. */
  readonly tenantId: string | null;
  readonly csrfToken: string;
  readonly idToken: string;
};

export type SessionLimits = { readonly idleMinutes: number; readonly hours: number };

/** Begins a session. @param session.id the cookie's value */
export async function insertSession(
  db: Queryable,
  session: {
    readonly id: string;
    readonly userId: number;
    readonly csrfToken: string;
    readonly idToken: string;
  },
): Promise<void> {
  await db.query(
    "insert into integration.sessions (id_hash, user_id, csrf_token, id_token) values ($1, $2, $3, $4)",
    [secretHash(session.id), session.userId, session.csrfToken, session.idToken],
  );
}

/** The session of a cookie; null when there is none, it is over, or its person was blocked. */
export async function findSession(db: Queryable, id: string, limits: SessionLimits): Promise<Session | null> {
  const { rows } = await db.query<Session>({
    name: "find-session",
    text: `select s.id_hash as "idHash", s.user_id as "userId", u.name, u.email, u.role, u.tenant_id as "tenantId",
         s.csrf_token as "csrfToken", s.id_token as "idToken"
       from integration.sessions s join integration.users u using (user_id)
       where s.id_hash = $1 and u.blocked_at is null
         and s.last_seen_at > now() - $2 * interval '1 minute' and s.created_at > now() - $3 * interval '1 hour'`,
    values: [secretHash(id), limits.idleMinutes, limits.hours],
  });
  return rows[0] ?? null;
}

/** Notes that a session is in use, at most once a minute: not every request is a write. */
export async function touchSession(db: Queryable, idHash: Buffer): Promise<void> {
  await db.query({
    name: "touch-session",
    text: `update integration.sessions set last_seen_at = now()
       where id_hash = $1 and last_seen_at < now() - interval '1 minute'`,
    values: [idHash],
  });
}

/** Ends a session. */
export async function deleteSession(db: Queryable, idHash: Buffer): Promise<void> {
  await db.query("delete from integration.sessions where id_hash = $1", [idHash]);
}

/** Removes sessions and sign-ins that are over. */
export async function deleteExpired(db: Queryable, limits: SessionLimits): Promise<void> {
  await db.query(
    `delete from integration.sessions
     where last_seen_at < now() - $1 * interval '1 minute' or created_at < now() - $2 * interval '1 hour'`,
    [limits.idleMinutes, limits.hours],
  );
  await db.query("delete from integration.sign_in_attempts where begun_at < now() - interval '10 minutes'");
}
