-- A tenant's list of workorders is read from these two indexes alone: which there are, by the time of archiving, and what
-- became of them.
create index workorders_by_archiving on workorders (tenant_id, archived_at desc, workorder_id)
  include (number, customer_name) where status = 'archived';
create index workorder_outcomes_by_kind on workorder_outcomes (tenant_id, outcome, code, archived_at, workorder_id)
  include (order_id);
