-- Case O43: a debtor that got another number keeps its organisation. Rows of one organisation are found by it.
create index customers_by_organisation on customers (tenant_id, organization_id) where organization_id <> 0;

-- Ties the work addresses made in Simon of a customer that is gone or inactive in Unit4 to the customer of the same organisation
-- that a person chose; nothing else. Runs with the rights of its owner: whoever may call it needs none on the tables; their
-- temporary tables must not stand in for ours. The shared lock keeps the cleaning out.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function move_work_addresses(for_tenant text, from_customer text, to_customer text) returns integer
language plpgsql security definer set search_path from current as $$
declare
  moved integer;
begin
  perform from tenant_epochs where tenant_id = for_tenant for share;
  update work_addresses set customer_id = to_customer
  where tenant_id = for_tenant and customer_id = from_customer and exists (
    select from customers was join customers lives using (tenant_id, organization_id)
    where tenant_id = for_tenant and organization_id <> 0 and was.customer_id = from_customer
      and lives.customer_id = to_customer and was.state in ('gone', 'inactive') and lives.state = 'active');
  get diagnostics moved = row_count;
  return moved;
end $$;
revoke execute on function move_work_addresses from public;
