-- beside live work
-- What changed lately is found by an index, so that nobody reads all tenants each second (decision 0068).
create index concurrently if not exists tenants_by_change on tenants (changed_at);
create index concurrently if not exists connections_by_age on connections (connected_at);
-- Few of many.
create index concurrently if not exists tenants_removed on tenants (tenant_id) where removed_at is not null;
create index concurrently if not exists connections_revoked on connections (tenant_id) where state = 'revoked';
