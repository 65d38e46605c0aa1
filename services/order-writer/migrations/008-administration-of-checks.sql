-- A written order is looked for where it was written, which is the administration that it was made for (case O28).
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create or replace function check_written_order() returns trigger
language plpgsql set search_path from current as $$
declare
  first_check_at constant timestamptz := now() + interval '1 minute';
begin
  insert into order_checks (tenant_id, workorder_id, administration, customer_id, written_at, next_check_at)
  select new.tenant_id, new.workorder_id, coalesce(nullif(new.request ->> 'administration', ''), administration),
    new.customer_id, now(), first_check_at
  from integration.tenants where tenant_id = new.tenant_id and administration is not null
  on conflict (tenant_id, workorder_id) do update set
    administration = excluded.administration, customer_id = excluded.customer_id, written_at = excluded.written_at,
    next_check_at = excluded.next_check_at, checks = 0, finding = null;
  insert into check_turns as turn (tenant_id, due_at) values (new.tenant_id, first_check_at)
  on conflict (tenant_id) do update set due_at = excluded.due_at where turn.due_at > excluded.due_at;
  return null;
end $$;
