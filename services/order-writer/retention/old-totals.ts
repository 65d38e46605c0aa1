import type { Queryable } from "../../shared/postgres.ts";

/** Removes totals that no chart shows any more: hours after 8 days, days after 400. @param most rows at once */
export async function forgetOldTotals(db: Queryable, most: number): Promise<void> {
  await db.query(
    `delete from order_writer.totals where ctid = any(array(
       select ctid from order_writer.totals
       where span = 'hour' and begins_at < now() - interval '8 days' order by begins_at limit $1))
     or ctid = any(array(
       select ctid from order_writer.totals
       where span = 'day' and begins_at < now() - interval '400 days' order by begins_at limit $1))`,
    [most],
  );
}
