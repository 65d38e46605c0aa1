import { type Connection, inTransaction, type Pool } from "../shared/postgres.ts";

/**
 * Runs `work` in a transaction that sees and changes this tenant's rows alone: as a role under row-level security, which
 * holds even where a statement forgets its tenant (infra/deploy/row-level-security.ts).
 */
export function inTenant<T>(pool: Pool, tenantId: string, work: (tx: Connection) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    await tx.query(
      "select set_config('role', 'console_tenant', true), set_config('console.tenant_id', $1, true)",
      [tenantId],
    );
    return work(tx);
  });
}
