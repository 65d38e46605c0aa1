import type { Queryable } from "../../shared/postgres.ts";
import type { TenantVisit } from "../access/visit.ts";
import { recordAct } from "../parts/audit-store.ts";

/** Work addresses of one customer go to another one. */
export type Move = { readonly from: string; readonly to: string };

/**
 * Ties the work addresses made in Simon of a customer to the one that it lives on as, chosen by a person (case O43).
 * @returns how many; 0 where there are none any more, or the two are not of one organisation
 */
export function moveAddresses({ tenantId, actor, inTenant }: TenantVisit, move: Move): Promise<number> {
  return inTenant(async (tx) => {
    const moved = await moveRows(tx, tenantId, move);
    if (moved > 0)
      await recordAct(tx, {
        tenantId,
        actor,
        act: "WORK_ADDRESSES_MOVED",
        details: { ...move, count: moved },
      });
    return moved;
  });
}

async function moveRows(tx: Queryable, tenantId: string, { from, to }: Move): Promise<number> {
  const { rows } = await tx.query<{ moved: number }>(
    "select simon.move_work_addresses($1, $2, $3) as moved",
    [tenantId, from, to],
  );
  return rows[0]?.moved ?? 0;
}
