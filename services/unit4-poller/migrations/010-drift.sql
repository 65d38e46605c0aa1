-- How Simon's rows stood to the last complete list of Unit4, by tenant and entity (decision 0082).
create table drift (
  tenant_id text not null,
  entity text not null check (entity in ('customer', 'article')),
  -- Rows of the list that come over, and Simon's rows that stand for one; with a checksum over their ids each.
  listed integer not null,
  standing integer not null,
  listed_checksum text not null,
  standing_checksum text not null,
  -- Rows of the list that Simon does not have, and Simon's rows that the list does not have; with the first ids of each.
  missing integer not null,
  extra integer not null,
  missing_ids text[] not null,
  extra_ids text[] not null,
  -- Whether it was found twice, some minutes apart: what is on its way has come by then.
  is_certain boolean not null,
  listed_at timestamptz not null,
  compared_at timestamptz not null default now(),
  primary key (tenant_id, entity)
);
-- Rule A13: what is said of a list goes with it.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function forget_drift() returns trigger
language plpgsql set search_path from current as $$
begin
  delete from drift where tenant_id = old.tenant_id and entity = old.entity;
  return old;
end $$;
create trigger drift_goes_with_its_list after delete on snapshots for each row execute function forget_drift();
create index drift_found on drift (entity) where is_certain and missing + extra > 0;

-- When a tenant's lists are compared next: first at any time of a day, then by night. Whoever compares moves it ahead first, so that
-- another one takes it up where it dies.
alter table schedules add column compare_due_at timestamptz not null default now() + random() * interval '1 day';
create index schedules_to_compare on schedules (compare_due_at);
