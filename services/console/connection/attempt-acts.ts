import type { Queryable } from "../../shared/postgres.ts";
import { secretHash } from "../parts/hashed-secret.ts";

/** Keeps a login at Unit4 that is on its way. @param attempt.state comes back with the answer, and works once */
export async function insertConnectAttempt(
  db: Queryable,
  attempt: { readonly state: string; readonly sessionHash: Buffer; readonly tenantId: string },
): Promise<void> {
  await db.query(
    "insert into integration.connect_attempts (state_hash, session_hash, tenant_id) values ($1, $2, $3)",
    [secretHash(attempt.state), attempt.sessionHash, attempt.tenantId],
  );
}

/** Takes a login away: each works once, for 15 minutes, in the session that began it. @returns its tenant, or null */
export async function takeConnectAttempt(
  db: Queryable,
  attempt: { readonly state: string; readonly sessionHash: Buffer },
): Promise<string | null> {
  const { rows } = await db.query<{ tenantId: string }>(
    `delete from integration.connect_attempts
     where state_hash = $1 and session_hash = $2 and begun_at > now() - interval '15 minutes'
     returning tenant_id as "tenantId"`,
    [secretHash(attempt.state), attempt.sessionHash],
  );
  return rows[0]?.tenantId ?? null;
}
