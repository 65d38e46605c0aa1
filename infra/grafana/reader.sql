-- A role for Grafana's PostgreSQL data source: it reads figures, states and numbers, and no names, texts, tokens or content. Run it once
-- after `npm run deploy`, as who may create roles, and give it a password: \password simon_reader
create role simon_reader login connection limit 5;
alter role simon_reader set default_transaction_read_only = on;
alter role simon_reader set statement_timeout = '10s';
grant usage on schema integration, order_writer, unit4_poller, log to simon_reader;
grant select (tenant_id, status, administration, changed_at, removed_at) on integration.tenants to simon_reader;
grant select (tenant_id, state, connected_at, refreshed_at, expires_at, parked_until) on integration.connections to simon_reader;
grant select (tenant_id, workorder_id, state, attempts, unclear_sendings, absent_lookups, doubted, due_at, order_id, code, archived_at,
  settled_at, published_at) on order_writer.orders to simon_reader;
grant select (tenant_id, workorder_id, attempt, started_at, finished_at, outcome) on order_writer.attempts to simon_reader;
grant select (tenant_id, failures, last_outcome, last_scan_at, last_turn_at, next_due_at) on unit4_poller.schedules to simon_reader;
grant select (tenant_id, entity, missing, known, halted_at, decision) on unit4_poller.brakes to simon_reader;
grant select (tenant_id, code, kind, record_table, first_at, last_at, closed_at) on log.messages to simon_reader;
grant select (tenant_id, topic, partition, record_offset, consumer_group, reason, state, failed_at) on log.dead_letters to simon_reader;
