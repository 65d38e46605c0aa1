-- beside live work
create index concurrently if not exists operations_of_a_tenant on operations using gin (tenant_ids);
