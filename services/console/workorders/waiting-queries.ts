import type { Queryable } from "../../shared/postgres.ts";
import { type HoldFacts, type OrderHold, orderHoldOf } from "./domain/waiting-reason.ts";

/** What the waiting orders of a tenant wait for. */
export async function orderHold(db: Queryable, tenantId: string): Promise<OrderHold> {
  const { rows } = await db.query<HoldFacts>(
    `select t.status = 'active' as "isActive", coalesce(c.state, 'none') as connection,
       case when greatest(c.parked_until, l.not_before) > now() then greatest(c.parked_until, l.not_before) end
         as "restsUntil"
     from integration.tenants t
     left join integration.connections c using (tenant_id)
     left join order_writer.lanes l using (tenant_id)
     where t.tenant_id = $1`,
    [tenantId],
  );
  return orderHoldOf(rows[0] ?? { isActive: false, connection: "none", restsUntil: null });
}
