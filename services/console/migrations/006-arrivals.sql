-- What programs sent in lately and nothing was made of yet stands in their tenant's list of workorders.
create index accepted_workorders_of_a_tenant on accepted_workorders (tenant_id, accepted_at desc)
  include (workorder_id, archived_at, published_at);
