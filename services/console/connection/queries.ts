import type { Queryable } from "../../shared/postgres.ts";

/** How a tenant's connection with Unit4 is. */
export type ConnectionHealth = {
  readonly state: "none" | "connected" | "revoked" | "client_refused";
  readonly connectedAt: Date | null;
  readonly connectedBy: string | null;
  /** Unit4 asked for no calls before this time; null where it did not, or it has passed. */
  readonly parkedUntil: Date | null;
};

/** The administration of a tenant; empty where it has none. */
export async function administrationOf(db: Queryable, tenantId: string): Promise<string> {
  const { rows } = await db.query<{ administration: string | null }>(
    "select administration from integration.tenants where tenant_id = $1",
    [tenantId],
  );
  return rows[0]?.administration ?? "";
}

/** The connection of a tenant; `none` where there never was one. */
export async function connectionHealth(db: Queryable, tenantId: string): Promise<ConnectionHealth> {
  const { rows } = await db.query<ConnectionHealth>(
    `select state, connected_at as "connectedAt", connected_by as "connectedBy",
       case when parked_until > now() then parked_until end as "parkedUntil"
     from integration.connections where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? { state: "none", connectedAt: null, connectedBy: null, parkedUntil: null };
}
