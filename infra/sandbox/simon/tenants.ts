import type { Queryable } from "../../../services/shared/postgres.ts";

/** A tenant as the sandbox shows it, with the sizes of its parts. */
export type SimonTenant = {
  readonly tenantId: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly epoch: number;
};

/** A tenant; null when there is none of that id. */
export async function findTenant(db: Queryable, tenantId: string): Promise<SimonTenant | null> {
  const { rows } = await db.query<SimonTenant>(
    `select tenant_id as "tenantId", name, status = 'active' as "isActive", epoch
     from integration.tenants where tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? null;
}

export type TenantSizes = SimonTenant & {
  readonly customers: number;
  readonly articles: number;
  readonly workorders: number;
};

/** All tenants with the number of rows that Simon has of each. */
export async function listTenants(db: Queryable): Promise<readonly TenantSizes[]> {
  const { rows } = await db.query<TenantSizes>(
    `select tenant_id as "tenantId", name, status = 'active' as "isActive", epoch,
       (select count(*) from simon.customers c where c.tenant_id = t.tenant_id and state <> 'removed') as customers,
       (select count(*) from simon.articles a where a.tenant_id = t.tenant_id and state <> 'removed') as articles,
       (select count(*) from simon.workorders w where w.tenant_id = t.tenant_id) as workorders
     from integration.tenants t order by name`,
  );
  return rows;
}
