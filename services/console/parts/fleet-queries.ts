import type { Queryable } from "../../shared/postgres.ts";

/** Fewer tenants say nothing about Unit4 as a whole: each office reads of its own failures anyway. */
const LEAST_TENANTS = 5;

/**
 * Whether calls of Unit4 fail at more than half of the tenants that are polled, by the fleet's last count; false where it was not counted
 * lately. As the console's own role: no tenant sees how others stand.
 */
export async function isUnit4Down(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ isDown: boolean }>(
    `select failing >= $1 and failing > polled as "isDown" from unit4_poller.fleet_view
     where due_at > now() - interval '5 minutes'`,
    [LEAST_TENANTS],
  );
  return rows[0]?.isDown ?? false;
}
