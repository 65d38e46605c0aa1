-- What a preview of a replay found to differ, as texts: up to twenty rows of each field (decision 0073). Kept for a week, and not beyond an
-- emptying of the tenant: they hold names.
create table preview_samples (
  operation_id bigint not null,
  tenant_id text not null,
  entity_id text not null,
  field text not null,
  before text,
  after text,
  made_at timestamptz not null default now(),
  primary key (operation_id, field, tenant_id, entity_id)
);
create index preview_samples_of_a_tenant on preview_samples (tenant_id);
create index preview_samples_by_age on preview_samples (made_at);

-- The epoch rises with each emptying, and each removal is one.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function forget_preview_samples() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  delete from preview_samples where tenant_id = new.tenant_id;
  return null;
end $$;
create trigger forget_preview_samples after update of epoch on tenant_epochs
  for each row when (new.epoch > old.epoch) execute function forget_preview_samples();
