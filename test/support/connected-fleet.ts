import { type Settings, settingsSchema } from "../../services/shared/domain/settings.ts";
import type { Pool } from "../../services/shared/postgres.ts";
import { Secret } from "../../services/shared/unit4/tokens/secret.ts";
import { createTokenCipher } from "../../services/shared/unit4/tokens/token-cipher.ts";

/** A tenant and its administration in Unit4. */
export type FleetTenant = { readonly tenantId: string; readonly database: string };

/**
 * Tenants that are active in their first epoch and connected for a day, as the console and the client would leave them, in a few
 * statements. Their access token is `token`.
 * @param tokenKeys the TOKEN_KEYS setting of the services
 */
export async function connectFleet(
  pool: Pool,
  tokenKeys: string,
  {
    tenants,
    settings = {},
  }: { readonly tenants: readonly FleetTenant[]; readonly settings?: Partial<Settings> },
): Promise<void> {
  const cipher = createTokenCipher(tokenKeys);
  const ids = tenants.map(({ tenantId }) => tenantId);
  const sealed = ids.map((tenantId) => {
    const key = cipher.newDataKey(tenantId);
    const token = cipher.seal(new Secret("token"), { tenantId, column: "access_token" }, key);
    return { ...key, token };
  });
  await pool.query(
    `insert into integration.tenants (tenant_id, name, status, epoch, administration)
     select id, id, 'active', 1, administration from unnest($1::text[], $2::text[]) as one (id, administration)`,
    [ids, tenants.map(({ database }) => database)],
  );
  await pool.query(
    `insert into integration.settings_versions (tenant_id, version, valid_from, settings, saved_by)
     select id, 1, now() - interval '1 day', $2, 'test' from unnest($1::text[]) as one (id)`,
    [ids, settingsSchema.parse(settings)],
  );
  await pool.query(
    `insert into integration.tenant_keys (tenant_id, key_id, wrapped)
     select * from unnest($1::text[], $2::text[], $3::bytea[])`,
    [ids, sealed.map(({ keyId }) => keyId), sealed.map(({ wrapped }) => wrapped)],
  );
  await pool.query(
    `insert into integration.connections (tenant_id, access_token, expires_at, refreshed_at, connected_at, connected_by)
     select id, token, now() + interval '1 day', now(), now() - interval '1 day', 'test'
     from unnest($1::text[], $2::bytea[]) as one (id, token)`,
    [ids, sealed.map(({ token }) => token)],
  );
}
