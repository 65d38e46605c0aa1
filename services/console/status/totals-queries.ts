import type { Queryable } from "../../shared/postgres.ts";

/** What went through in an hour, or in a day on the Dutch clock. */
export type Total = {
  readonly beginsAt: Date;
  /** Changes of customers and articles that came over from Unit4. */
  readonly changes: number;
  /** Orders that Unit4 took, and those that it refused. */
  readonly written: number;
  readonly refused: number;
  /** Written orders whose time counts, their seconds from archiving to Unit4 all together, and the longest. */
  readonly timed: number;
  readonly seconds: number;
  readonly longestSeconds: number;
};

/** The last 24 hours and the last 30 days, the present ones last, each without a gap. */
export type RecentTotals = { readonly hours: readonly Total[]; readonly days: readonly Total[] };

/** What went through for a tenant lately. */
export async function recentTotals(db: Queryable, tenantId: string, now: Date): Promise<RecentTotals> {
  const { rows } = await db.query<Total & { readonly span: "hour" | "day" }>(
    `select span, begins_at as "beginsAt", coalesce(c.changes, 0) as changes, coalesce(o.written, 0) as written,
       coalesce(o.refused, 0) as refused, coalesce(o.timed, 0) as timed, coalesce(o.seconds, 0) as seconds,
       coalesce(o.longest_seconds, 0) as "longestSeconds"
     from (
       select 'hour' as span, begins_at
       from generate_series(date_trunc('hour', $2::timestamptz) - interval '23 hours', $2, interval '1 hour') begins_at
       union all
       select 'day', begins_at
       from generate_series((date_trunc('day', $2::timestamptz at time zone 'Europe/Amsterdam') - interval '29 days')
         at time zone 'Europe/Amsterdam', $2, interval '1 day', 'Europe/Amsterdam') begins_at) spans
     left join (select span, begins_at, changes from unit4_poller.totals where tenant_id = $1) c using (span, begins_at)
     left join (select span, begins_at, written, refused, timed, seconds, longest_seconds
       from order_writer.totals where tenant_id = $1) o using (span, begins_at)
     order by begins_at`,
    [tenantId, now],
  );
  return {
    hours: rows.filter(({ span }) => span === "hour"),
    days: rows.filter(({ span }) => span === "day"),
  };
}
