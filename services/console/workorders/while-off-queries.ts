import type { Queryable } from "../../shared/postgres.ts";

/** Workorders archived while the integration was off and not sent since (rule A9). */
export async function countArchivedWhileOff(db: Queryable, tenantId: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) from simon.workorder_outcomes
     where tenant_id = $1 and outcome = 'skipped' and code = 'WORKORDER_ARCHIVED_WHILE_OFF'`,
    [tenantId],
  );
  return rows[0]?.count ?? 0;
}
