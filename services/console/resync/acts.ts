import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";

/**
 * Has a tenant's lists fetched again (rule A16). Who asked stands in the audit log; the operation knows them by id alone.
 * @param isFull whether every row is told anew
 * @returns false where one is under way already, or the integration is off
 */
export const askResync = ({ tenantId, actor, inTenant }: TenantVisit, isFull: boolean): Promise<boolean> =>
  inTenant(async (tx) => {
    const operationId = await addResync(tx, {
      tenantId,
      isFull,
      by: `${actor.kind} ${actor.id ?? ""}`.trim(),
    });
    if (operationId === null) return false;
    await recordAct(tx, { tenantId, actor, act: "RESYNC_ASKED", details: { isFull, operationId } });
    return true;
  });

async function addResync(
  tx: Queryable,
  { tenantId, isFull, by }: { readonly tenantId: string; readonly isFull: boolean; readonly by: string },
): Promise<number | null> {
  const { rows } = await tx.query<{ operationId: number | null }>(
    `select integration.ask_resync($1, $2, $3) as "operationId"`,
    [tenantId, isFull, by],
  );
  return rows[0]?.operationId ?? null;
}
