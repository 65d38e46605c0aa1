import type { Queryable } from "../../shared/postgres.ts";

/** A tenant as the registry has it. */
export type TenantRow = {
  readonly status: "active" | "inactive";
  /** Unit4's database; null before the first activation. */
  readonly administration: string | null;
};

/**
 * Locks a tenant until the transaction ends, so that activating, emptying and saving come one after the other.
 * @throws TypeError when there is no such tenant: the guard lets nobody in there
 */
export async function lockTenant(tx: Queryable, tenantId: string): Promise<TenantRow> {
  const { rows } = await tx.query<TenantRow>(
    "select status, administration from integration.tenants where tenant_id = $1 for update",
    [tenantId],
  );
  if (rows[0] === undefined) throw new TypeError(`Tenant ${tenantId} is not in the registry.`);
  return rows[0];
}

/** Begins the tenant's next epoch: events of earlier ones are ignored from now on (rule A12). @returns the new epoch */
export async function raiseEpoch(tx: Queryable, tenantId: string): Promise<number> {
  const { rows } = await tx.query<{ epoch: number }>(
    "update integration.tenants set epoch = epoch + 1, changed_at = now() where tenant_id = $1 returning epoch",
    [tenantId],
  );
  if (rows[0] === undefined) throw new TypeError(`Tenant ${tenantId} is not in the registry.`);
  return rows[0].epoch;
}
