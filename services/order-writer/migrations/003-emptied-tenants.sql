-- Rule A12: order requests of an epoch before a tenant's workorders were emptied are never sent.
create table emptied_tenants (
  tenant_id text primary key,
  -- The first epoch whose requests count.
  epoch integer not null
);

-- Notes the emptying and withdraws what waits. What is on its way or unknown is left: it is looked up, and found to be
-- written or not; it is not sent again (order-ledger.ts, beginAttempt). Withdrawn orders stay in the ledger as refused, so
-- that the same workorder archived anew takes their place, and are told to nobody: their workorders are gone.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function withdraw_orders(for_tenant text, first_epoch integer) returns bigint
language plpgsql security definer set search_path from current as $$
declare
  withdrawn bigint;
begin
  insert into emptied_tenants as known (tenant_id, epoch) values (for_tenant, first_epoch)
  on conflict (tenant_id) do update set epoch = greatest(known.epoch, excluded.epoch);
  update orders
  set state = 'refused', code = 'ORDER_WITHDRAWN', later_request = null, due_at = 'infinity', settled_at = now(),
    published_at = now(), changed_at = now()
  where tenant_id = for_tenant and state = 'waiting' and (request ->> 'epoch')::integer < first_epoch;
  get diagnostics withdrawn = row_count;
  return withdrawn;
end $$;
revoke execute on function withdraw_orders from public;
