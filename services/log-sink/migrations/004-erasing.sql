-- Rule A13: what was emptied is gone from the log too. Of a message about an emptied table stay its code, its times and the numbers of
-- what it was about; of a dead letter why it was set aside, and where it stands on its topic.
create table emptied_tables (
  tenant_id text not null,
  record_table text not null,
  -- What was said before it is without details, however late it comes.
  until timestamptz not null,
  primary key (tenant_id, record_table)
);

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function without_details(params jsonb) returns jsonb
language sql immutable set search_path from current as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(params)
  where key in ('number', 'customerId', 'orderId', 'orderIds', 'times', 'administration', 'newAdministration', 'count',
    'reason', 'position') and (key <> 'reason' or value #>> '{}' ~ '^[A-Z0-9_]+$')
$$;

-- The one place where a message is erased, whoever writes it, and however late.
create function erase_emptied_occurrence() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (select from emptied_tables e where e.tenant_id = new.tenant_id and e.record_table = new.record_table
      and new.at < e.until) then
    new.record_name := '';
    new.params := without_details(new.params);
  end if;
  return new;
end $$;
create trigger erase_emptied_occurrence before insert or update on occurrences
  for each row execute function erase_emptied_occurrence();

create function erase_emptied_message() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (select from emptied_tables e where e.tenant_id = new.tenant_id and e.record_table = new.record_table
      and new.last_at < e.until) then
    new.record_name := '';
    new.params := without_details(new.params);
    new.search_text := lower(new.record_id);
    new.search_more := null;
  end if;
  return new;
end $$;
create trigger erase_emptied_message before insert or update on messages
  for each row execute function erase_emptied_message();

-- Which table a record of a topic is about; '*': of any. Topics may have a prefix.
create function table_of_topic(topic text) returns text
language sql immutable as $$
  select case
    when topic like '%unit4.customer-changed.%' then 'customer'
    when topic like '%unit4.article-changed.%' then 'article'
    when topic like '%simon.workorder-archived.%' or topic like '%unit4.order-requested.%'
      or topic like '%simon.order-settled.%' then 'workorder'
    else '*' end
$$;

create function erase_emptied_letter() returns trigger
language plpgsql set search_path from current as $$
begin
  if exists (select from emptied_tables e where e.tenant_id = new.tenant_id
      and table_of_topic(new.topic) in (e.record_table, '*') and coalesce(new.recorded_at, new.failed_at) < e.until) then
    new.detail := '';
    new.value := null;
    new.headers := '{}';
  end if;
  return new;
end $$;
create trigger erase_emptied_letter before insert or update on dead_letters
  for each row execute function erase_emptied_letter();

-- Notes that a table was emptied, and erases what was said before of the records behind `after`, so many of them at most. Gives what
-- it looked at, by table, and the last record; null where there are no more. Dead letters go with the first slice: they are few. Runs
-- with the rights of its owner, for the tenant of the caller's transaction alone.
create function erase_slice(for_tenant text, of_table text, until timestamptz, after text, most integer)
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
    update dead_letters set detail = ''
    where tenant_id = for_tenant and table_of_topic(topic) in (of_table, '*') and coalesce(recorded_at, failed_at) < since;
    get diagnostics letters_erased = row_count;
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
revoke execute on function erase_slice from public;

-- Erases who acted from what was said of their acts at these tenants (rule A15). Runs with the rights of its owner, for all of them at once.
create function erase_actor(of_tenants text[], address text) returns void
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('role') = 'console_tenant' then
    raise exception 'a tenant erases nobody' using errcode = 'insufficient_privilege';
  end if;
  update occurrences set params = params || '{"by": "?"}'
  where tenant_id = any(of_tenants) and kind = 'info' and params ->> 'by' = address;
  update messages set params = params || '{"by": "?"}', search_text = lower(record_id), search_more = null
  where tenant_id = any(of_tenants) and kind = 'info' and params ->> 'by' = address;
end $$;
revoke execute on function erase_actor from public;
