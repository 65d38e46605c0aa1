-- Dead letters are put back or discarded (decision 0079).
alter table dead_letters
  -- All headers of the record byte for byte: their number, then name and value of each with their lengths; null where there is none.
  add column header_bytes bytea,
  -- sending: marked by an operation, perhaps on its topic already. put-back: on its topic; processed once its consumer says so.
  -- quarantined: failed again too often to be put back unless it is named. erased: its tenant was emptied.
  add column state text not null default 'waiting'
    check (state in ('waiting', 'sending', 'put-back', 'processed', 'quarantined', 'discarded', 'erased')),
  -- Times that it was put back, and which of them failed last; 0 is the first time of all.
  add column put_backs integer not null default 0,
  add column last_attempt integer not null default 0,
  -- The operation that put it back or discarded it last.
  add column operation_id bigint,
  -- When the row was written last, by the clock of the database.
  add column stored_at timestamptz not null default now(),
  -- What became of it, in order: {act, at, attempt} with cause and place, or operation.
  add column history jsonb not null default '[]';

update dead_letters set state = 'erased' where detail = '' and value is null and headers = '{}';

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- What is erased cannot be put back: without a value it would be a tombstone.
create or replace function erase_emptied_letter() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (select from emptied_tables e where e.tenant_id = new.tenant_id
      and table_of_topic(new.topic) in (e.record_table, '*') and coalesce(new.recorded_at, new.failed_at) < e.until) then
    new.detail := '';
    new.value := null;
    new.headers := '{}';
    new.header_bytes := null;
    if new.state not in ('processed', 'discarded') then new.state := 'erased'; end if;
  end if;
  return new;
end $$;

create or replace function erase_letters(for_tenant text, of_table text, until timestamptz, most integer)
returns table (letters_erased integer, has_more boolean)
language plpgsql security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  update dead_letters set detail = '', value = null, headers = '{}', header_bytes = null,
    state = case when state in ('processed', 'discarded') then state else 'erased' end
  where (topic, partition, record_offset, consumer_group) in (
    select topic, partition, record_offset, consumer_group from dead_letters
    where tenant_id = for_tenant and (detail <> '' or value is not null or headers <> '{}')
      and table_of_topic(topic) in (of_table, '*') and coalesce(recorded_at, failed_at) < until
    limit most for update);
  get diagnostics letters_erased = row_count;
  has_more := letters_erased = most;
  return next;
end $$;
