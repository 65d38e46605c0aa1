-- The reconciler: each written order is looked at again in Unit4 for a day, so that what went wrong behind our back is
-- found: a second order with its reference, or none at all (see reconciler.ts).
create table order_checks (
  tenant_id text not null,
  workorder_id text not null,
  -- Where the order was written: a tenant that moved to another administration is not looked for in the new one.
  administration text not null,
  customer_id text not null,
  written_at timestamptz not null,
  next_check_at timestamptz not null,
  -- Checks so far.
  checks integer not null default 0,
  -- What is wrong as long as it is: {kind, orderIds}; null where nothing is.
  finding jsonb,
  primary key (tenant_id, workorder_id)
);
create index order_checks_due on order_checks (tenant_id, next_check_at);

-- One turn of checks per tenant at a time, leased like a lane, beside it.
create table check_turns (
  tenant_id text primary key,
  -- When the tenant has a check due.
  due_at timestamptz not null,
  lease_until timestamptz not null default '-infinity',
  lease_token bigint not null default 0,
  leased_by text not null default '',
  -- Rest between calls, and after trouble with the tenant's Unit4.
  not_before timestamptz not null default '-infinity',
  failures integer not null default 0
);
create index check_turns_due on check_turns (due_at);

-- In the transaction that notes an order as written, so that no crash lets one go unchecked. The first check comes when
-- a process that was frozen in the middle of a sending has thawed, and Unit4's own lists are up to date.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create function check_written_order() returns trigger
language plpgsql set search_path from current as $$
declare
  first_check_at constant timestamptz := now() + interval '1 minute';
begin
  insert into order_checks (tenant_id, workorder_id, administration, customer_id, written_at, next_check_at)
  select new.tenant_id, new.workorder_id, administration, new.customer_id, now(), first_check_at
  from integration.tenants where tenant_id = new.tenant_id and administration is not null
  on conflict (tenant_id, workorder_id) do update set
    administration = excluded.administration, customer_id = excluded.customer_id, written_at = excluded.written_at,
    next_check_at = excluded.next_check_at, checks = 0, finding = null;
  insert into check_turns as turn (tenant_id, due_at) values (new.tenant_id, first_check_at)
  on conflict (tenant_id) do update set due_at = excluded.due_at where turn.due_at > excluded.due_at;
  return null;
end $$;
create trigger check_written_order after update of state on orders
  for each row when (new.state = 'written' and old.state <> 'written') execute function check_written_order();
