import { forgetOldTotals } from "../../shared/old-totals.ts";
import { inTransaction, type Pool, type Queryable } from "../../shared/postgres.ts";

/** How often each process reads the view. */
export const FLEET_VIEW_MS = 15_000;
/** Counting takes a hundredth of one process' time at most, however large the fleet is. */
const REST_FACTOR = 100;
/** More totals than grow old between two counts, in a moment. */
const FORGOTTEN_AT_ONCE = 2_000;

/**
 * Tenants by what they are to the poller, how long ago the active one that waits longest was read in full, and how long ago the oldest
 * tokens of an active, connected one were renewed.
 */
export type FleetView = {
  readonly polled: number;
  readonly failing: number;
  readonly disconnected: number;
  readonly oldestSeconds: number;
  readonly oldestTokenSeconds: number;
};

/** The view that the fleet's processes share: whoever comes first when it is due counts anew (decision 0069). */
export async function viewFleet(pool: Pool): Promise<FleetView> {
  await inTransaction(pool, async (tx) => {
    if (!(await takeCount(tx))) return;
    await countFleet(tx);
    await forgetOldTotals(tx, "unit4_poller.totals", FORGOTTEN_AT_ONCE);
  });
  return readView(pool);
}

/** @returns false while it is not due, and while another process counts */
async function takeCount(tx: Queryable): Promise<boolean> {
  const { rowCount } = await tx.query(
    "select from unit4_poller.fleet_view where due_at <= now() for update skip locked",
  );
  return rowCount === 1;
}

/** A tenant that was never read in full counts from its first turn on. */
async function countFleet(tx: Queryable): Promise<void> {
  await tx.query(
    `with counted as materialized (
       select count(*) filter (where c.state = 'connected' and s.failures = 0) as polled,
         count(*) filter (where c.state = 'connected' and s.failures > 0) as failing,
         count(*) filter (where c.state is distinct from 'connected') as disconnected,
         min(coalesce(s.last_scan_at, t.changed_at)) filter (where c.state = 'connected') as oldest_at,
         min(c.refreshed_at) filter (where c.state = 'connected') as oldest_token_at
       from integration.tenants t
       left join unit4_poller.schedules s using (tenant_id)
       left join integration.connections c using (tenant_id)
       where t.status = 'active')
     update unit4_poller.fleet_view view
     set polled = counted.polled, failing = counted.failing, disconnected = counted.disconnected,
       oldest_at = counted.oldest_at, oldest_token_at = counted.oldest_token_at,
       due_at = clock_timestamp() + greatest($1 * interval '1 millisecond', $2 * (clock_timestamp() - now()))
     from counted`,
    [FLEET_VIEW_MS, REST_FACTOR],
  );
}

async function readView(db: Queryable): Promise<FleetView> {
  const { rows } = await db.query<FleetView>(
    `select polled, failing, disconnected,
       coalesce(extract(epoch from now() - oldest_at), 0)::float8 as "oldestSeconds",
       coalesce(extract(epoch from now() - oldest_token_at), 0)::float8 as "oldestTokenSeconds" from unit4_poller.fleet_view`,
  );
  return rows[0] ?? { polled: 0, failing: 0, disconnected: 0, oldestSeconds: 0, oldestTokenSeconds: 0 };
}
