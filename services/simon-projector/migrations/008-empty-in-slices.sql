-- Rules A2 and A12 for tenants of any size (O63): the fence first, then the rows in slices, each of which may be a transaction
-- of its own. Both run with the rights of their owner: whoever may call them needs none on the tables; their temporary
-- tables must not stand in for ours.
drop function empty_tenant(text, integer, text[]);
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- Raises the tenant's epoch, so that no event of an earlier one brings anything back.
create function begin_emptying(for_tenant text, new_epoch integer, parts text[]) returns void
language plpgsql security definer set search_path from current as $$
begin
  if not parts <@ array['customers', 'workAddresses', 'articles', 'workorders'] then
    raise exception 'unknown part among %', parts using errcode = 'invalid_parameter_value';
  end if;
  insert into tenant_epochs as known (tenant_id, epoch) values (for_tenant, new_epoch)
  on conflict (tenant_id) do update set epoch = excluded.epoch where known.epoch < excluded.epoch;
  if not found then
    raise exception 'epoch % of tenant % is not above its present one', new_epoch, for_tenant
      using errcode = 'invalid_parameter_value';
  end if;
  if 'workorders' = any(parts) then
    update tenant_epochs set workorders_emptied_at = clock_timestamp() where tenant_id = for_tenant;
  end if;
end $$;
revoke execute on function begin_emptying from public;

-- Removes so many rows of the parts named at most, never one of the new epoch. Gives every row that it touched: its part, or
-- 'outcomes' and 'firstAddresses' for what goes along with one; none when there are no more.
create function empty_slice(for_tenant text, new_epoch integer, parts text[], most integer)
returns table (part text, record_id text, is_from_unit4 boolean)
language plpgsql security definer set search_path from current as $$
declare
  room integer := most;
  touched integer;
begin
  if not exists (select from tenant_epochs where tenant_id = for_tenant and epoch >= new_epoch) then
    raise exception 'emptying % of tenant % has not begun', new_epoch, for_tenant
      using errcode = 'invalid_parameter_value';
  end if;
  if 'customers' = any(parts) then
    return query
    with gone as (
      delete from customers where ctid = any(array(
        select ctid from customers where tenant_id = for_tenant and epoch < new_epoch limit room))
      returning customer_id, origin)
    select 'customers', customer_id, origin = 'unit4' from gone;
    get diagnostics touched = row_count;
    room := room - touched;
  end if;
  if 'workAddresses' = any(parts) and room > 0 then
    return query
    with gone as (
      delete from work_addresses where ctid = any(array(
        select ctid from work_addresses where tenant_id = for_tenant limit room))
      returning work_address_id)
    select 'workAddresses', work_address_id, false from gone;
    get diagnostics touched = row_count;
    room := room - touched;
  end if;
  -- The first work address of a customer that stays is its standard address again, until Unit4 tells otherwise.
  if 'workAddresses' = any(parts) and room > 0 then
    return query
    with changed as (
      update customers set invoice_address = null where ctid = any(array(
        select ctid from customers
        where tenant_id = for_tenant and epoch < new_epoch and invoice_address is not null limit room))
      returning customer_id)
    select 'firstAddresses', customer_id, false from changed;
    get diagnostics touched = row_count;
    room := room - touched;
  end if;
  if 'articles' = any(parts) and room > 0 then
    return query
    with gone as (
      delete from articles where ctid = any(array(
        select ctid from articles where tenant_id = for_tenant and epoch < new_epoch limit room))
      returning article_id, origin)
    select 'articles', article_id, origin = 'unit4' from gone;
    get diagnostics touched = row_count;
    room := room - touched;
  end if;
  if 'workorders' = any(parts) and room > 0 then
    return query
    with gone as (
      delete from workorder_outcomes where ctid = any(array(
        select o.ctid from workorder_outcomes o join tenant_epochs e using (tenant_id)
        where o.tenant_id = for_tenant and o.archived_at <= e.workorders_emptied_at limit room))
      returning workorder_id)
    select 'outcomes', workorder_id, false from gone;
    get diagnostics touched = row_count;
    room := room - touched;
  end if;
  if 'workorders' = any(parts) and room > 0 then
    return query
    with gone as (
      delete from workorders where ctid = any(array(
        select ctid from workorders where tenant_id = for_tenant limit room))
      returning workorder_id)
    select 'workorders', workorder_id, false from gone;
  end if;
end $$;
revoke execute on function empty_slice from public;
