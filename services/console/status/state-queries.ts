import type { Queryable } from "../../shared/postgres.ts";

/** How a tenant's integration stands, in figures. */
export type TenantState = {
  readonly administration: string | null;
  /** Since when it is on; null while it is off. */
  readonly activeSince: Date | null;
  /** When all lists of Unit4 were last read to their end. */
  readonly lastScanAt: Date | null;
  /** When the last change of a customer or article came over. */
  readonly lastChangeAt: Date | null;
  /** Orders on their way; `unknown` is how many of them have an unknown result. */
  readonly waiting: number;
  readonly unknown: number;
  /** When the oldest of them was archived. */
  readonly oldestAt: Date | null;
  readonly lastWrittenAt: Date | null;
  /** Messages that are open. */
  readonly errors: number;
  readonly warnings: number;
};

/** The state of a tenant; null where there is no such tenant. */
export async function tenantState(db: Queryable, tenantId: string): Promise<TenantState | null> {
  const { rows } = await db.query<TenantState>(
    `select t.administration,
       (select max(activated_at) from integration.activations a
        where a.tenant_id = $1 and a.deactivated_at is null) as "activeSince",
       (select last_scan_at from unit4_poller.schedules where tenant_id = $1) as "lastScanAt",
       (select max(latest_change_at) from unit4_poller.progress where tenant_id = $1) as "lastChangeAt",
       open.*,
       (select settled_at from order_writer.orders where tenant_id = $1 and state = 'written'
        order by settled_at desc limit 1) as "lastWrittenAt",
       said.*
     from integration.tenants t
     cross join lateral (
       select count(*) as waiting, count(*) filter (where state = 'unknown') as unknown, min(archived_at) as "oldestAt"
       from order_writer.orders where tenant_id = $1 and state in ('waiting', 'sending', 'unknown')) open
     cross join lateral (
       select count(*) filter (where kind = 'error') as errors, count(*) filter (where kind = 'warning') as warnings
       from log.messages where tenant_id = $1 and closed_at is null and kind <> 'info') said
     where t.tenant_id = $1`,
    [tenantId],
  );
  return rows[0] ?? null;
}
