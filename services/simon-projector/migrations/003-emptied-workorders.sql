-- Rule A12 for workorders: what became of one that was archived before the emptying does not come back by a replay.
alter table tenant_epochs add column workorders_emptied_at timestamptz;

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create or replace function empty_tenant(for_tenant text, new_epoch integer, parts text[])
returns table (part text, removed bigint)
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

  part := 'customers';
  if part = any(parts) then
    delete from customers where tenant_id = for_tenant;
    get diagnostics removed = row_count;
    return next;
  end if;
  part := 'workAddresses';
  if part = any(parts) then
    delete from work_addresses where tenant_id = for_tenant;
    get diagnostics removed = row_count;
    -- The first work address of a customer that stays is its standard address again, until Unit4 tells otherwise.
    update customers set invoice_address = null where tenant_id = for_tenant and invoice_address is not null;
    return next;
  end if;
  part := 'articles';
  if part = any(parts) then
    delete from articles where tenant_id = for_tenant;
    get diagnostics removed = row_count;
    return next;
  end if;
  part := 'workorders';
  if part = any(parts) then
    update tenant_epochs set workorders_emptied_at = clock_timestamp() where tenant_id = for_tenant;
    delete from workorder_outcomes where tenant_id = for_tenant;
    delete from workorders where tenant_id = for_tenant;
    get diagnostics removed = row_count;
    return next;
  end if;
end $$;
