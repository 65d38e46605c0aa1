-- beside live work
-- A workorder is sent again by the number that people see.
create index concurrently if not exists outcomes_by_number on workorder_outcomes (tenant_id, (params ->> 'number'));
