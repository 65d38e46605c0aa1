import { type Pool, patient } from "../../services/shared/postgres.ts";

export type ConsoleSizes = {
  readonly tenants: number;
  readonly messages: number;
  readonly workorders: number;
};

/** The tenant that has the most: one of twenty rows is its own. */
export const LARGEST_TENANT = "t00001";
/** A tenant of the usual size. */
export const USUAL_TENANT = "t04322";
const LONGEST_SEED_MS = 900_000;
/** Every so manieth row is the largest tenant's. */
const LARGEST_SHARE = 20;

/** Fills a database as a large installation has it after some months: states, causes and times of every kind. */
export async function seedConsole(
  pool: Pool,
  sizes: ConsoleSizes,
  report: (line: string) => void,
): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query("set statement_timeout = 0");
    // The rules for people who fill in workorders are not the bench's.
    await tx.query("set session_replication_role = replica");
    for (const [what, statement] of SEED) {
      report(`${what} …`);
      const text = statement
        .replaceAll("$tenants", String(sizes.tenants))
        .replaceAll("$messages", String(sizes.messages))
        .replaceAll("$workorders", String(sizes.workorders));
      await tx.query(patient(text, [], LONGEST_SEED_MS));
    }
    await tx.query("reset all");
  } finally {
    tx.release();
  }
}

const TENANT_OF = (index: string): string =>
  `'t' || lpad((case when ${index} % ${LARGEST_SHARE} = 0 then 1 else 1 + ${index} % $tenants end)::text, 5, '0')`;
const WORKORDER = `'w' || lpad(i::text, 8, '0')`;
const ARCHIVED = "now() - (i % 7776) * interval '1000 seconds' - (i % 997) * interval '1 second'";
const CAUSE =
  "(array['ORDER_REFUSED', 'WORKORDER_WITHOUT_CUSTOMER', 'CUSTOMER_GONE', 'ARTICLE_GONE'])[1 + i / 7 % 4]";

const SEED: readonly (readonly [string, string])[] = [
  [
    "tenants",
    `insert into integration.tenants (tenant_id, name, status, epoch, administration)
     select 't' || lpad(i::text, 5, '0'), 'Installatiebedrijf ' || i || ' B.V.',
       case when i % 10 = 0 then 'inactive' else 'active' end, 1, 'MVB' || lpad(i::text, 5, '0')
     from generate_series(1, $tenants) i`,
  ],
  [
    "activations, settings, connections, schedules",
    `with one as (select tenant_id, row_number() over () as i from integration.tenants where tenant_id ~ '^t[0-9]{5}$'),
     activated as (
       insert into integration.activations (tenant_id, epoch, activated_at, deactivated_at)
       select tenant_id, 1, now() - interval '100 days', case when i % 10 = 0 then now() - interval '3 days' end from one),
     saved as (
       insert into integration.settings_versions (tenant_id, version, valid_from, settings, saved_by)
       select tenant_id, version, now() - version * interval '9 days', '{"filterWord": "garantie"}', 'anja@example.nl'
       from one cross join generate_series(1, 3) version),
     connected as (
       insert into integration.connections (tenant_id, state, connected_by)
       select tenant_id, case when i % 97 = 0 then 'revoked' else 'connected' end, 'anja@example.nl' from one),
     scheduled as (
       insert into unit4_poller.schedules (tenant_id, epoch, last_turn_at, last_scan_at, next_due_at)
       select tenant_id, 1, now() - (i % 300) * interval '1 second', now() - (i % 300) * interval '1 second',
         now() + (300 - i % 300) * interval '1 second' from one)
     insert into unit4_poller.progress (tenant_id, entity, epoch, done, total, finished_at, latest_changed_on, latest_change_at)
     select tenant_id, entity, 1, 500, 500, now() - interval '99 days', now()::date, now() - (i % 9000) * interval '1 second'
     from one cross join unnest(array['customer', 'article']) entity`,
  ],
  [
    "audit",
    `insert into integration.audit (at, tenant_id, by, act, details)
     select now() - (200000 - i) * interval '1 minute', ${TENANT_OF("i")}, 'user' || i % 5000 || '@example.nl',
       (array['SETTINGS_SAVED', 'CONNECTED', 'WORKORDERS_SENT_AGAIN', 'TENANT_VIEWED'])[1 + i % 4], '{}'
     from generate_series(1, 200000) i`,
  ],
  [
    "customers and articles",
    `with customers as (
       insert into simon.customers (tenant_id, customer_id, epoch, revision, record_offset, origin, state, name, city)
       select ${TENANT_OF("i")}, 'K' || i, 1, 1, i, 'unit4', case when i % 50 = 0 then 'inactive' else 'active' end,
         'Klant ' || i, 'Utrecht' from generate_series(1, $workorders / 4) i)
     insert into simon.articles (tenant_id, article_id, epoch, revision, record_offset, origin, state, description)
     select ${TENANT_OF("i")}, 'A' || i, 1, 1, i, 'unit4', 'active', 'Artikel ' || i
     from generate_series(1, $workorders / 4) i`,
  ],
  [
    "workorders",
    `insert into simon.workorders (tenant_id, workorder_id, number, customer_id, customer_name, description, status,
       created_at, ready_at, archived_at, archived_by, archived_published_at)
     select ${TENANT_OF("i")}, ${WORKORDER}, 'WB-2026-' || lpad(i::text, 7, '0'), 'K' || 1 + i % 1000,
       'Klant ' || 1 + i % 1000, 'Ketel nagekeken en leiding vervangen', case when i % 50 = 0 then 'open' else 'archived' end,
       ${ARCHIVED}, ${ARCHIVED}, ${ARCHIVED}, 'monteur', ${ARCHIVED}
     from generate_series(1, $workorders) i`,
  ],
  [
    "outcomes",
    `insert into simon.workorder_outcomes (tenant_id, workorder_id, outcome, order_id, code, params, archived_at,
       settled_at, record_offset, attempts)
     select tenant_id, workorder_id,
       case when i % 41 = 0 then 'refused' when i % 67 = 0 then 'skipped' else 'written' end,
       case when i % 41 = 0 or i % 67 = 0 then null else '26' || lpad(i::text, 6, '0') end,
       case when i % 41 = 0 then ${CAUSE} when i % 67 = 0 then 'WORKORDER_FILTERED' else '' end,
       jsonb_build_object('number', number), archived_at, archived_at + interval '1 second', i, 1
     from (select *, substr(workorder_id, 2)::int as i from simon.workorders where status = 'archived') w
     where i % 503 <> 0`,
  ],
  [
    "orders and attempts",
    `with ordered as (
       insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, attempts, order_id,
         code, archived_at, settled_at, published_at, due_at)
       select tenant_id, workorder_id, number, customer_id,
         jsonb_build_object('workorderNumber', number, 'epoch', 1,
           'requestedAt', (extract(epoch from archived_at) * 1000)::bigint),
         case when outcome is null then 'waiting' when outcome = 'skipped' then 'refused' else outcome end, 1, order_id,
         coalesce(code, ''), archived_at, settled_at, settled_at, case when outcome is null then now() else 'infinity' end
       from (select w.tenant_id, w.workorder_id, w.number, w.customer_id, w.archived_at, o.outcome, o.order_id, o.code,
               o.settled_at
             from simon.workorders w left join simon.workorder_outcomes o using (tenant_id, workorder_id)
             where w.status = 'archived' and o.outcome is distinct from 'skipped') w
       returning tenant_id, workorder_id, archived_at, state)
     insert into order_writer.attempts (tenant_id, workorder_id, attempt, started_at, finished_at, outcome)
     select tenant_id, workorder_id, 1, archived_at, archived_at + interval '1 second', state from ordered`,
  ],
  [
    "messages",
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at, closed_at, closed_by_code)
     select ${TENANT_OF("i")},
       case i % 10 when 0 then ${CAUSE} when 1 then 'UNIT4_UNAVAILABLE' else 'ORDER_WRITTEN' end,
       case i % 10 when 0 then 'error' when 1 then 'warning' else 'info' end,
       case i % 10 when 1 then 'connection' else 'workorder' end, ${WORKORDER}, 'WB-2026-' || lpad(i::text, 7, '0'),
       jsonb_build_object('number', 'WB-2026-' || lpad(i::text, 7, '0'), 'orderId', '26' || i, 'reason', 'HTTP_503'),
       'order-writer', '', 1 + i % 3, ${ARCHIVED} - interval '1 hour', ${ARCHIVED},
       case when i % 10 < 2 and i % 100 > 4 then ${ARCHIVED} + interval '1 hour' end,
       case when i % 10 < 2 and i % 100 > 4 then 'ORDER_WRITTEN' end
     from generate_series(1, $messages) i`,
  ],
  ["statistics", "vacuum analyze"],
];
