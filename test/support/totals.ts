import type { Pool } from "../../services/shared/postgres.ts";

/** Fills what the charts of a tenant's status page are drawn from: 30 days and 24 hours with quiet ones among them, and refusals. */
export async function fillTotals(pool: Pool, tenantId: string): Promise<void> {
  const spans = `
    select 'hour' as span, n, date_trunc('hour', now()) - n * interval '1 hour' as begins_at from generate_series(0, 23) n
    union all
    select 'day', n, (date_trunc('day', now() at time zone 'Europe/Amsterdam') - n * interval '1 day') at time zone 'Europe/Amsterdam'
    from generate_series(0, 29) n`;
  await pool.query(
    `insert into unit4_poller.totals (tenant_id, span, begins_at, changes)
     select $1, span, begins_at, 1 + (n * 37) % 53 from (${spans}) each where n % 4 <> 3`,
    [tenantId],
  );
  await pool.query(
    `insert into order_writer.totals (tenant_id, span, begins_at, written, refused, timed, seconds, longest_seconds)
     select $1, span, begins_at, 1 + (n * 7) % 11, case when n % 5 = 2 then 2 else 0 end, 1 + (n * 7) % 11,
       (1 + (n * 7) % 11) * (0.6 + n % 3), 4.5 + n
     from (${spans}) each where n % 6 < 4`,
    [tenantId],
  );
}
