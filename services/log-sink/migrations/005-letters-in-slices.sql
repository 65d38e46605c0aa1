-- Rule A13: dead letters are erased in slices, as all else is; those that still have something are found by an index that they leave.
create index dead_letters_with_content on dead_letters (tenant_id)
  where detail <> '' or value is not null or headers <> '{}';

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- Erases what dead letters of an emptied table's topics hold, so many of them at most. Runs with the rights of its owner, for the
-- tenant of the caller's transaction alone.
create function erase_letters(for_tenant text, of_table text, until timestamptz, most integer)
returns table (letters_erased integer, has_more boolean)
language plpgsql security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  update dead_letters set detail = '', value = null, headers = '{}'
  where (topic, partition, record_offset, consumer_group) in (
    select topic, partition, record_offset, consumer_group from dead_letters
    where tenant_id = for_tenant and (detail <> '' or value is not null or headers <> '{}')
      and table_of_topic(topic) in (of_table, '*') and coalesce(recorded_at, failed_at) < until
    limit most for update);
  get diagnostics letters_erased = row_count;
  has_more := letters_erased = most;
  return next;
end $$;
revoke execute on function erase_letters from public;

-- Notes that a table was emptied, and erases what was said before of the records behind `after`, so many of them at most. Gives what
-- it looked at, by table, and the last record; null where there are no more. A slice of dead letters goes with the first one. Runs
-- with the rights of its owner, for the tenant of the caller's transaction alone.
create or replace function erase_slice(for_tenant text, of_table text, until timestamptz, after text, most integer)
returns table (messages_erased integer, occurrences_erased integer, letters_erased integer, last_id text)
language plpgsql security definer set search_path from current as $$
declare
  since constant timestamptz := erase_slice.until;
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  insert into emptied_tables as known (tenant_id, record_table, until) values (for_tenant, of_table, since)
  on conflict (tenant_id, record_table) do update set until = excluded.until where known.until < excluded.until;
  letters_erased := 0;
  if after is null then
    select slice.letters_erased into letters_erased from erase_letters(for_tenant, of_table, since, most) slice;
  end if;
  -- Messages live longer than their occurrences.
  select max(record_id) into last_id from (
    select record_id from (
      (select record_id from occurrences where tenant_id = for_tenant and record_table = of_table
        and record_id >= coalesce(after, '') and record_id is distinct from after order by record_id limit most)
      union all
      (select record_id from messages where tenant_id = for_tenant and record_table = of_table
        and record_id >= coalesce(after, '') and record_id is distinct from after order by record_id limit most)) found
    order by record_id limit most) slice;
  update occurrences set params = params
  where tenant_id = for_tenant and record_table = of_table and record_id >= coalesce(after, '')
    and record_id is distinct from after and record_id <= last_id and at < since;
  get diagnostics occurrences_erased = row_count;
  update messages set params = params
  where tenant_id = for_tenant and record_table = of_table and record_id >= coalesce(after, '')
    and record_id is distinct from after and record_id <= last_id and last_at < since;
  get diagnostics messages_erased = row_count;
  return next;
end $$;
