import type { Queryable } from "../../shared/postgres.ts";
import type { Config } from "../config.ts";
import { secretHash } from "../parts/hashed-secret.ts";
import { openToken, sealToken } from "./sealed-token.ts";

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
  /** Whether the person showed the provider who they are a moment ago. */
  readonly isFresh: boolean;
};

/** A session as its person sees it. */
export type OwnSession = {
  readonly idHash: Buffer;
  readonly browser: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
};

export type SessionLimits = {
  readonly idleMinutes: number;
  readonly hours: number;
  /** How long after showing who they are people may do what needs that. */
  readonly freshMinutes: number;
};

/** How long a session lasts without a request, and at all. */
export const sessionLimits = (config: Config): SessionLimits => ({
  idleMinutes: config.CONSOLE_SESSION_IDLE_MINUTES,
  hours: config.CONSOLE_SESSION_HOURS,
  freshMinutes: config.CONSOLE_FRESH_SIGN_IN_MINUTES,
});

/** Begins a session. @param session.id the cookie's value */
export async function insertSession(
  db: Queryable,
  session: {
    readonly id: string;
    readonly userId: number;
    readonly csrfToken: string;
    readonly idToken: string;
    /** Seconds since 1970 UTC; null where the provider did not say. */
    readonly authenticatedAt: number | null;
    /** The provider's own name of its session; null where it has none. */
    readonly providerSession: string | null;
    readonly browser: string;
  },
): Promise<void> {
  await db.query(
    `insert into integration.sessions
       (id_hash, user_id, csrf_token, id_token_sealed, authenticated_at, provider_session, browser)
     values ($1, $2, $3, $4, least(now(), coalesce(to_timestamp($5::float8), '-infinity')), $6, $7)`,
    [
      ...[secretHash(session.id), session.userId, session.csrfToken, sealToken(session.idToken, session.id)],
      ...[session.authenticatedAt, session.providerSession, session.browser],
    ],
  );
}

/** The session of a cookie; null when there is none, it is over, or its person was blocked. */
export async function findSession(db: Queryable, id: string, limits: SessionLimits): Promise<Session | null> {
  const { rows } = await db.query<Session>({
    text: `select s.id_hash as "idHash", s.user_id as "userId", u.name, u.email, u.role, u.tenant_id as "tenantId",
         s.csrf_token as "csrfToken", s.authenticated_at > now() - $4 * interval '1 minute' as "isFresh"
       from integration.sessions s join integration.users u using (user_id)
       where s.id_hash = $1 and u.blocked_at is null
         and s.last_seen_at > now() - $2 * interval '1 minute' and s.created_at > now() - $3 * interval '1 hour'`,
    values: [secretHash(id), limits.idleMinutes, limits.hours, limits.freshMinutes],
  });
  return rows[0] ?? null;
}

/** Notes that a session is in use, at most once a minute: not every request is a write. */
export async function touchSession(db: Queryable, idHash: Buffer): Promise<void> {
  await db.query({
    text: `update integration.sessions set last_seen_at = now()
       where id_hash = $1 and last_seen_at < now() - interval '1 minute'`,
    values: [idHash],
  });
}

/** Ends the session of a cookie. @returns its ID token; null when there was no session, or no token that opens */
export async function deleteSession(db: Queryable, id: string): Promise<string | null> {
  const { rows } = await db.query<{ sealed: Buffer | null }>(
    "delete from integration.sessions where id_hash = $1 returning id_token_sealed as sealed",
    [secretHash(id)],
  );
  const sealed = rows[0]?.sealed ?? null;
  return sealed === null ? null : openToken(sealed, id);
}

/** Where a person is signed in, the latest first. */
export async function listSessions(
  db: Queryable,
  userId: number,
  { idleMinutes, hours }: SessionLimits,
): Promise<readonly OwnSession[]> {
  const { rows } = await db.query<OwnSession>(
    `select id_hash as "idHash", browser, created_at as "createdAt", last_seen_at as "lastSeenAt"
     from integration.sessions
     where user_id = $1 and last_seen_at > now() - $2 * interval '1 minute'
       and created_at > now() - $3 * interval '1 hour'
     order by created_at desc limit 100`,
    [userId, idleMinutes, hours],
  );
  return rows;
}

/** Ends a person's sessions but this one. @returns how many there were */
export async function deleteOtherSessions(
  db: Queryable,
  { userId, idHash }: Pick<Session, "userId" | "idHash">,
): Promise<number> {
  const { rowCount } = await db.query(
    "delete from integration.sessions where user_id = $1 and id_hash <> $2",
    [userId, idHash],
  );
  return rowCount ?? 0;
}

/** What the provider says is over: one of its sessions, or all of a person. */
export type EndedAtProvider = {
  readonly issuer: string;
  readonly subject: string | null;
  readonly providerSession: string | null;
};

/** Ends what the provider has ended. @returns whose sessions those were */
export async function deleteEndedAtProvider(
  db: Queryable,
  { issuer, subject, providerSession }: EndedAtProvider,
): Promise<readonly { readonly userId: number; readonly name: string; readonly tenantId: string | null }[]> {
  const { rows } = await db.query<{ userId: number; name: string; tenantId: string | null }>(
    `with ended as (
       delete from integration.sessions s using integration.users u
       where u.user_id = s.user_id and u.issuer = $1
         and ($2::text is null or u.subject = $2) and ($3::text is null or s.provider_session = $3 or (s.provider_session is null and $2::text is not null))
         and coalesce($2, $3) is not null
       returning u.user_id as "userId", coalesce(nullif(u.email, ''), u.name) as name, u.tenant_id as "tenantId")
     select distinct * from ended`,
    [issuer, subject, providerSession],
  );
  return rows;
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
