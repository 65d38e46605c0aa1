import { type Pool, patient } from "../../services/shared/postgres.ts";

/** So many settled orders has each tenant. */
export const ORDERS_A_TENANT = 10;
/** Every so manieth tenant is inactive, or has a connection that Unit4 ended; of these each has orders that wait. */
const INACTIVE = 50;
const REVOKED = 100;
const LONGEST_SEED_MS = 900_000;

const TENANT = "'g' || lpad(i::text, 6, '0')";
const NEW_TENANTS = "generate_series($from + 1, $to) i";
const OLD = "now() - (1 + (i * 10 + n) % 500000) * interval '1 minute'";

/**
 * A fleet in its quiet hours: every tenant was polled, cleaned and served, and nothing but a few is due. What is wrong with some of
 * them grows as the fleet does.
 */
const SEED: readonly string[] = [
  `insert into integration.tenants (tenant_id, name, status, epoch, administration, created_at, changed_at)
   select ${TENANT}, 'Installatiebedrijf ' || i, case when i % ${INACTIVE} = 1 then 'inactive' else 'active' end, 1,
     'MVG' || lpad(i::text, 6, '0'), now() - interval '1 year', now() - interval '1 year' from ${NEW_TENANTS}`,
  `insert into integration.activations (tenant_id, epoch, activated_at)
   select ${TENANT}, 1, now() - interval '1 year' from ${NEW_TENANTS}`,
  `insert into integration.settings_versions (tenant_id, version, valid_from, settings, saved_by)
   select ${TENANT}, 1, now() - interval '1 year', '{}', 'test' from ${NEW_TENANTS}`,
  `insert into integration.connections (tenant_id, state, connected_at, connected_by)
   select ${TENANT}, case when i % ${REVOKED} = 2 then 'revoked' else 'connected' end, now() - interval '1 year', 'test'
   from ${NEW_TENANTS}`,
  `insert into integration.settings_checks (tenant_id, next_due_at) select ${TENANT}, now() + interval '20 hours' from ${NEW_TENANTS}`,
  // Those that are inactive or not connected were due long ago, as they always are.
  `insert into unit4_poller.schedules (tenant_id, epoch, next_due_at, last_turn_at, last_scan_at, failures, told)
   select ${TENANT}, 1, case when i % ${INACTIVE} = 1 or i % ${REVOKED} = 2 then now() - interval '30 days'
       else now() + interval '2 hours' + i % 300 * interval '1 second' end,
     now() - interval '30 days', now() - interval '30 days', case when i % 40 = 3 then 4 else 0 end,
     case when i % ${REVOKED} = 2 then array['CONNECTION_REVOKED'] else '{}' end from ${NEW_TENANTS}`,
  `insert into simon.tenant_epochs (tenant_id, epoch) select ${TENANT}, 1 from ${NEW_TENANTS}`,
  `insert into simon.cleaning_schedules (tenant_id, next_due_at)
   select ${TENANT}, case when i % ${INACTIVE} = 1 then now() - interval '30 days' else now() + interval '20 hours' end
   from ${NEW_TENANTS}`,
  `insert into order_writer.lanes (tenant_id, due_at, served_at)
   select ${TENANT}, case when i % ${INACTIVE} = 1 or i % ${REVOKED} = 2 then now() - interval '3 days' else 'infinity' end,
     now() - interval '3 days' from ${NEW_TENANTS}`,
  `insert into order_writer.check_turns (tenant_id, due_at) select ${TENANT}, 'infinity' from ${NEW_TENANTS}`,
  `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, attempts, order_id, code,
     archived_at, settled_at, published_at, due_at)
   select ${TENANT}, 'w' || n, 'WB-' || n, 'K1',
     jsonb_build_object('workorderNumber', 'WB-' || n, 'epoch', 1, 'administration', 'MVG' || lpad(i::text, 6, '0')),
     'written', 1, '26' || n, '', ${OLD}, ${OLD}, ${OLD}, 'infinity'
   from ${NEW_TENANTS}, generate_series(1, ${ORDERS_A_TENANT}) n`,
  `insert into order_writer.attempts (tenant_id, workorder_id, attempt, started_at, finished_at, outcome)
   select ${TENANT}, 'w' || n, 1, ${OLD}, ${OLD}, 'written' from ${NEW_TENANTS}, generate_series(1, ${ORDERS_A_TENANT}) n`,
  // Told already, or of a tenant that is inactive: they wait for a person.
  `insert into order_writer.orders (tenant_id, workorder_id, reference, customer_id, request, state, code, archived_at, due_at)
   select ${TENANT}, 'v' || n, 'WB-' || n, 'K1', jsonb_build_object('workorderNumber', 'WV-' || n, 'epoch', 1), 'waiting',
     'ORDER_NEEDS_CONNECTION', now() - interval '3 days', now() - interval '3 days'
   from ${NEW_TENANTS}, generate_series(1, 2) n where i % ${INACTIVE} = 1 or i % ${REVOKED} = 2`,
  `insert into simon.workorder_outcomes (tenant_id, workorder_id, outcome, order_id, code, params, archived_at, settled_at,
     record_offset, attempts)
   select ${TENANT}, 'w' || n, 'written', '26' || n, '', jsonb_build_object('number', 'WB-' || n), ${OLD}, ${OLD}, i * 10 + n, 1
   from ${NEW_TENANTS}, generate_series(1, ${ORDERS_A_TENANT}) n`,
  `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service, correlation_id,
     occurrence_count, first_at, last_at)
   select ${TENANT}, 'ORDER_WRITTEN', 'info', 'workorder', 'w' || n, 'WB-' || n, '{}', 'order-writer', '', 1,
     now() - (i + n) % 365 * interval '1 day', now() - (i + n) % 365 * interval '1 day'
   from ${NEW_TENANTS}, generate_series(1, ${ORDERS_A_TENANT}) n`,
  `insert into log.occurrences (message_id, tenant_id, code, kind, record_table, record_id, record_name, params, service,
     correlation_id, at)
   select ${TENANT} || n, ${TENANT}, 'ORDER_WRITTEN', 'info', 'workorder', 'w' || n, 'WB-' || n, '{}', 'order-writer', '',
     now() - (i + n) % 365 * interval '1 day'
   from ${NEW_TENANTS}, generate_series(1, ${ORDERS_A_TENANT}) n`,
  `insert into integration.audit (at, tenant_id, by, act, details)
   select now() - i % 300 * interval '1 day', ${TENANT}, 'test', 'SETTINGS_SAVED', '{}' from ${NEW_TENANTS}`,
];

/** Lets the fleet grow from so many tenants to so many, with what they have had done in a year. */
export async function growFleet(
  pool: Pool,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query("set statement_timeout = 0");
    // The rules for people, and what is noted with each change, are not what is looked at.
    await tx.query("set session_replication_role = replica");
    for (const text of SEED)
      await tx.query(
        patient(text.replaceAll("$from", String(from)).replaceAll("$to", String(to)), [], LONGEST_SEED_MS),
      );
    await tx.query("reset all");
    await tx.query(patient("vacuum analyze", [], LONGEST_SEED_MS));
  } finally {
    tx.release();
  }
}
