import type { Queryable } from "../../shared/postgres.ts";
import { type WaitingFacts, type WaitingReason, waitingReasonOf } from "./domain/waiting-reason.ts";

/** What the waiting orders of a tenant wait for. */
export async function findWaitingReason(db: Queryable, tenantId: string): Promise<WaitingReason> {
  const { rows } = await db.query<WaitingFacts>(
    `select t.status = 'active' as "isActive", coalesce(c.state, 'none') as connection,
       case when greatest(c.parked_until, l.not_before) > now() then greatest(c.parked_until, l.not_before) end
         as "restsUntil"
     from integration.tenants t
     left join integration.connections c using (tenant_id)
     left join order_writer.lanes l using (tenant_id)
     where t.tenant_id = $1`,
    [tenantId],
  );
  return waitingReasonOf(rows[0] ?? { isActive: false, connection: "none", restsUntil: null });
}
