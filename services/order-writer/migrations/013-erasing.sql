-- Rule A13: what was emptied is gone from the ledger too. Of an order of an emptied epoch stays what exactly-once needs: numbers,
-- sequence, order number, the reference's key, and a hash of the content, by which an archiving that comes back is compared.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- Of what a person compares two archivings by (domain/archived-again.ts): customer, lines in any order, remarks.
create function content_hash(request jsonb) returns text
language sql immutable set search_path from current as $$
  select encode(sha256(convert_to(jsonb_build_array(
    request ->> 'customerId',
    (select coalesce(jsonb_agg(text order by text collate "C"), '[]') from (
      select jsonb_build_array(line -> 'kind', line -> 'articleId', line -> 'quantity', line -> 'text')::text
      from jsonb_array_elements(request -> 'lines') line) lines (text)),
    coalesce(request ->> 'remarks', ''))::text, 'UTF8')), 'hex')
$$;

-- A reference is a key, a space and a description (domain/stored-reference.ts): the key and the space stay.
create function erased_request(request jsonb) returns jsonb
language sql immutable set search_path from current as $$
  select case when request ? 'contentHash' then request else request || jsonb_build_object(
    'contentHash', content_hash(request), 'customerName', '', 'lines', '[]'::jsonb, 'remarks', '',
    'reference', regexp_replace(coalesce(request ->> 'reference', ''), ' .*$', ' '),
    'retry', case jsonb_typeof(request -> 'retry') when 'object' then (request -> 'retry') || '{"by": ""}' else 'null' end) end
$$;

create function without_details(params jsonb) returns jsonb
language sql immutable set search_path from current as $$
  select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(params)
  where key in ('number', 'customerId', 'orderId', 'orderIds', 'times', 'administration', 'newAdministration')
$$;

-- The one place where content is erased, whoever writes it, and however late.
create function erase_what_was_emptied() returns trigger
language plpgsql set search_path from current as $$
declare
  first_epoch constant integer := (select epoch from emptied_tenants where tenant_id = new.tenant_id);
begin
  if (new.later_request ->> 'epoch')::integer < first_epoch then
    new.later_request := erased_request(new.later_request);
  end if;
  -- Again with each change: an older service beside this schema writes what it read before.
  if (new.request ->> 'epoch')::integer < first_epoch then
    new.request := erased_request(new.request);
    new.reference := new.request ->> 'reference';
    new.params := without_details(new.params);
    new.reasons := '[]';
  end if;
  return new;
end $$;
create trigger erase_what_was_emptied before insert or update on orders
  for each row execute function erase_what_was_emptied();

-- Erases the orders behind `after` of a tenant whose workorders were emptied, so many at most, with what Unit4 answered to their
-- attempts. Gives what it erased, by table, and the last workorder that it looked at; null where there are no more. Runs with the rights
-- of its owner, for the tenant of the caller's transaction alone.
create function erase_slice(for_tenant text, after text, most integer)
returns table (orders_erased integer, attempts_erased integer, last_id text)
language plpgsql security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true) then
    raise exception 'tenant % is not the one of this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  select max(workorder_id) into last_id from (
    select workorder_id from orders where tenant_id = for_tenant and workorder_id > after
    order by workorder_id limit most) slice;
  -- The trigger erases.
  update orders o set changed_at = o.changed_at from emptied_tenants e
  where o.tenant_id = for_tenant and e.tenant_id = for_tenant and workorder_id > after and workorder_id <= last_id
    and ((o.request ->> 'epoch')::integer < e.epoch and not o.request ? 'contentHash'
      or (o.later_request ->> 'epoch')::integer < e.epoch and not o.later_request ? 'contentHash');
  get diagnostics orders_erased = row_count;
  update attempts a set detail = '' from orders o
  where a.tenant_id = for_tenant and a.workorder_id > after and a.workorder_id <= last_id and a.detail <> ''
    and o.tenant_id = for_tenant and o.workorder_id = a.workorder_id and o.request ? 'contentHash';
  get diagnostics attempts_erased = row_count;
  return next;
end $$;
revoke execute on function erase_slice from public;
