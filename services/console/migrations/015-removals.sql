-- Rules A14 and A15: tenants and people can be removed. What exactly-once needs stays, and the audit log keeps who did what by an id.
alter table tenants add column removed_at timestamptz;
alter table users add column removed_at timestamptz;
-- An emptying that removes its tenant.
alter table emptyings add column removes boolean not null default false;

-- One operator asks, another one confirms.
create table removals (
  tenant_id text primary key references tenants,
  asked_by bigint not null references users,
  asked_at timestamptz not null default now(),
  confirmed_by bigint references users,
  confirmed_at timestamptz,
  -- The epoch of the emptying that it began; null before it was confirmed.
  epoch integer,
  constraint a_removal_takes_two_persons check (confirmed_by <> asked_by),
  constraint a_confirmed_removal_has_begun check ((confirmed_at is null) = (epoch is null))
);

-- The audit log only grows, but for the functions below and its retention: they run with the rights of the owner, whom nobody who
-- may add rows can become.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);
create or replace function refuse_changes() returns trigger language plpgsql as $$
begin
  if tg_op in ('UPDATE', 'DELETE') and current_user <> session_user
    and current_user = (select relowner::regrole::text from pg_class where oid = tg_relid) then
    return case tg_op when 'UPDATE' then new else old end;
  end if;
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;

-- Whoever acted, by an id: a person, a key, or somebody who is not known any more.
create function actor_id(of_tenant text, actor text) returns text
language sql stable set search_path from current as $$
  select coalesce(
    (select 'user:' || user_id from users where lower(email) = lower(actor) and email <> '' order by user_id limit 1),
    (select 'key:' || token_id from api_tokens where tenant_id = of_tenant and api_tokens.name = actor order by token_id limit 1),
    '?')
$$;

-- Erases names and details from the acts about a tenant that is being removed, those behind `after`, so many at most.
create function erase_acts(for_tenant text, after bigint, most integer)
returns table (acts_erased integer, last_id bigint)
language plpgsql security definer set search_path from current as $$
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true)
    or not exists (select from emptyings where tenant_id = for_tenant and removes) then
    raise exception 'tenant % is not being removed in this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  select max(audit_id) into last_id from (
    select audit_id from audit where tenant_id = for_tenant and audit_id > after order by audit_id limit most) slice;
  update audit set details = '{}', by = case
    when actor_kind is null then actor_id(for_tenant, by)
    when actor_kind = 'service' then by
    else case actor_kind when 'key' then 'key:' else 'user:' end || audit.actor_id end
  where tenant_id = for_tenant and audit_id > after and audit_id <= last_id;
  get diagnostics acts_erased = row_count;
  return next;
end $$;
revoke execute on function erase_acts from public;

-- What the registry has of a tenant that is being removed: people, keys, connection, settings. Its row stays, without a name.
create function erase_registry(for_tenant text) returns integer
language plpgsql security definer set search_path from current as $$
declare
  people integer;
begin
  if for_tenant is distinct from current_setting('console.tenant_id', true)
    or not exists (select from emptyings where tenant_id = for_tenant and removes) then
    raise exception 'tenant % is not being removed in this transaction', for_tenant using errcode = 'insufficient_privilege';
  end if;
  delete from connect_attempts where tenant_id = for_tenant;
  delete from connections where tenant_id = for_tenant;
  delete from tenant_keys where tenant_id = for_tenant;
  delete from api_tokens where tenant_id = for_tenant;
  delete from settings_versions where tenant_id = for_tenant;
  delete from settings_drafts where tenant_id = for_tenant;
  delete from settings_checks where tenant_id = for_tenant;
  delete from rehearsals where tenant_id = for_tenant;
  delete from activation_rounds where tenant_id = for_tenant;
  update emptyings set by = actor_id(for_tenant, by) where tenant_id = for_tenant;
  delete from sessions where user_id in (select user_id from users where tenant_id = for_tenant);
  update users set email = '', name = '', issuer = null, subject = 'removed:' || user_id, removed_at = now(),
    blocked_at = coalesce(blocked_at, now())
  where tenant_id = for_tenant and removed_at is null;
  get diagnostics people = row_count;
  update tenants set name = '', administration = null, status = 'inactive', removed_at = now(), changed_at = now()
  where tenant_id = for_tenant;
  return people;
end $$;
revoke execute on function erase_registry from public;

-- Erases name and address of a person (rule A15) wherever the registry names who acted.
create function erase_person(for_user bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  address text;
  id constant text := 'user:' || for_user;
begin
  if current_setting('role') = 'console_tenant' then
    raise exception 'a tenant erases nobody' using errcode = 'insufficient_privilege';
  end if;
  select email into address from users where user_id = for_user and removed_at is null for update;
  if address is null then return; end if;
  update audit set by = id where actor_id = for_user and actor_kind in ('user', 'operator') and by <> id;
  update api_tokens set holder = id where held_by = for_user and holder <> '';
  if address <> '' then
    update audit set by = id where by = address and actor_kind is null;
    update audit set details = details || jsonb_build_object('user', id) where details ->> 'user' = address;
    update settings_versions set saved_by = id where saved_by = address;
    update settings_drafts set changed_by = id where changed_by = address;
    update connections set connected_by = id where connected_by = address;
    update emptyings set by = id where by = address;
    update activation_rounds set terms_accepted_by = id where terms_accepted_by = address;
    update api_tokens set created_by = id where created_by = address;
    update api_tokens set revoked_by = id where revoked_by = address;
  end if;
  delete from sessions where user_id = for_user;
  update users set email = '', name = '', issuer = null, subject = 'removed:' || for_user, removed_at = now(),
    blocked_at = coalesce(blocked_at, now())
  where user_id = for_user;
end $$;
revoke execute on function erase_person from public;

-- Removes acts older than so many days, at least a year, so many at most: the retention of the audit log.
create function forget_acts(days integer, most integer) returns bigint
language plpgsql security definer set search_path from current as $$
declare
  forgotten bigint;
begin
  if current_setting('role') = 'console_tenant' or days < 365 then
    raise exception 'acts are kept for a year at least' using errcode = 'insufficient_privilege';
  end if;
  delete from audit where audit_id = any(array(
    select audit_id from audit where at < now() - make_interval(days => days) order by at limit most));
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;
revoke execute on function forget_acts from public;
