-- Rule A16: the office has its own lists fetched again. An operation has no tenant of its own in its row, so that the office asks, and looks,
-- through functions with the rights of their owner, for the tenant of the caller's transaction alone.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- One at a time of a tenant: null where one is not over yet.
create function ask_resync(for_tenant text, everything boolean, asked_by text) returns bigint
language plpgsql security definer set search_path from current as $$
declare
  asked bigint;
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  -- Two that ask at the same moment come one after the other.
  perform from tenants where tenant_id = for_tenant and status = 'active' for no key update;
  if not found or exists (
    select from operations
    where kind = 'resync' and tenant_ids = array[for_tenant] and state in ('planned', 'running', 'paused')) then
    return null;
  end if;
  insert into operations (kind, name, reason, wish, tenant_ids, begins_at_once, requested_by)
  values ('resync', case when everything then 'full resync of ' else 'resync of ' end || for_tenant, 'asked for by the office',
    jsonb_build_object('tenantIds', array[for_tenant], 'entities', array['customer', 'article'], 'isFull', everything),
    array[for_tenant], true, asked_by)
  returning operation_id into asked;
  return asked;
end $$;
revoke execute on function ask_resync from public;

-- The latest resync of a tenant, with its own lists alone.
create function latest_resync(for_tenant text)
returns table (is_full boolean, state text, requested_at timestamptz, ended_at timestamptz, lists jsonb)
language plpgsql stable security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  return query
    select (o.wish ->> 'isFull')::boolean, o.state, o.requested_at, o.ended_at,
      (select coalesce(jsonb_agg(list), '[]') from jsonb_array_elements(coalesce(o.result, o.progress) -> 'lists') list
       where list ->> 'tenantId' = for_tenant)
    from operations o
    where o.kind = 'resync' and o.tenant_ids @> array[for_tenant]
    order by o.operation_id desc limit 1;
end $$;
revoke execute on function latest_resync from public;
