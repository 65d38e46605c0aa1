import { randomBytes } from "node:crypto";
import { secretHash } from "../../services/console/parts/hashed-secret.ts";
import type { Pool } from "../../services/shared/postgres.ts";

/** Environment of a console whose people never sign in. @param port where its pages are */
export const consoleEnvironment = (port: number): Readonly<Record<string, string>> => ({
  CONSOLE_PORT: String(port),
  CONSOLE_PUBLIC_URL: `http://127.0.0.1:${port}`,
  CONSOLE_OIDC_ISSUER: "http://127.0.0.1:9",
  CONSOLE_OIDC_CLIENT_ID: "none",
  CONSOLE_OIDC_CLIENT_SECRET: "none",
});

/** A signed-in person, without a provider. @returns the cookie */
export async function signedIn(
  pool: Pool,
  role: "user" | "operator",
  tenantId: string | null,
): Promise<string> {
  const id = randomBytes(32).toString("base64url");
  const { rows } = await pool.query<{ user_id: number }>(
    `insert into integration.users (email, name, role, tenant_id, managed_by)
     values ($1, 'Bench', $2, $3, 'operator') returning user_id`,
    [`${role}-${tenantId ?? "all"}@example.nl`, role, tenantId],
  );
  await pool.query(
    "insert into integration.sessions (id_hash, user_id, csrf_token, id_token) values ($1, $2, 'none', '')",
    [secretHash(id), rows[0]?.user_id],
  );
  return `__Host-session=${id}`;
}
