-- Lists of a tenant's workorders by the time of archiving, and by what became of them.
create index workorders_by_archiving on workorders (tenant_id, archived_at desc, workorder_id)
  where status = 'archived';
create index workorder_outcomes_by_kind on workorder_outcomes (tenant_id, outcome, code, archived_at desc);
