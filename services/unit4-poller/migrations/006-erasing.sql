-- Rule A13: what was emptied is gone from what the poller saw too. A turn that is still under way writes nothing back: it is of an earlier
-- epoch than its tenant. Runs with the rights of its owner, for the tenant of the caller's transaction alone.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function erase_lists(for_tenant text, first_epoch integer, entities text[])
returns table (snapshots_erased integer, scans_erased integer, brakes_erased integer)
language plpgsql security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  delete from snapshots where tenant_id = for_tenant and entity = any(entities) and epoch < first_epoch;
  get diagnostics snapshots_erased = row_count;
  delete from scans where tenant_id = for_tenant and entity = any(entities) and epoch < first_epoch;
  get diagnostics scans_erased = row_count;
  delete from brakes where tenant_id = for_tenant and entity = any(entities) and epoch < first_epoch;
  get diagnostics brakes_erased = row_count;
  return next;
end $$;
revoke execute on function erase_lists from public;
