import type { Queryable } from "./postgres.ts";

/** Counts of a tenant by hour and by day, for the office's charts. */
export type TotalsTable = "order_writer.totals" | "unit4_poller.totals";

/** Removes totals that no chart shows any more: hours after 8 days, days after 400. @param most rows of each at once */
export async function forgetOldTotals(db: Queryable, table: TotalsTable, most: number): Promise<void> {
  await db.query(
    `delete from ${table} where ctid = any(array(
       select ctid from ${table}
       where span = 'hour' and begins_at < now() - interval '8 days' order by begins_at limit $1))
     or ctid = any(array(
       select ctid from ${table}
       where span = 'day' and begins_at < now() - interval '400 days' order by begins_at limit $1))`,
    [most],
  );
}
