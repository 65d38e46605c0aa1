-- A key has the rights of the person who answers for it, no more of them than its scopes, and no longer than it lasts.
alter table api_tokens
  -- Null for a key of before whose maker is not known by id: it goes on, as it did.
  add column held_by bigint references users on delete set null,
  add column holder text,
  add column scopes text[] not null default '{read,archive,operate}',
  -- Null for a key of before: it has no end.
  add column expires_at timestamptz,
  -- Its holder was blocked, removed, or has left the tenant: it stands still until somebody takes it over.
  add column paused_at timestamptz,
  add constraint a_key_may_do_something
    check (scopes <> '{}' and scopes <@ array['read', 'archive', 'operate']);
create index api_tokens_of_a_holder on api_tokens (held_by) where revoked_at is null;
update api_tokens k set held_by = (
  select min(u.user_id) from users u
  where u.email = k.created_by and (u.role = 'operator' or u.tenant_id = k.tenant_id));

-- Whatever changes a person, their keys follow in the same transaction.
create function pause_keys_of_their_holder() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    update integration.api_tokens set paused_at = coalesce(paused_at, now())
    where held_by = old.user_id and revoked_at is null;
    return old;
  end if;
  update integration.api_tokens k
  set paused_at = case
    when new.blocked_at is not null or (new.role = 'user' and new.tenant_id <> k.tenant_id)
      then coalesce(k.paused_at, now()) end
  where k.held_by = new.user_id and k.revoked_at is null;
  return new;
end $$;
create trigger keys_follow_their_holder after update of role, tenant_id, blocked_at on users
  for each row when ((old.role, old.tenant_id, old.blocked_at) is distinct from (new.role, new.tenant_id, new.blocked_at))
  execute function pause_keys_of_their_holder();
create trigger keys_stop_with_their_holder before delete on users
  for each row execute function pause_keys_of_their_holder();
update api_tokens k set paused_at = now() from users u
where u.user_id = k.held_by and u.blocked_at is not null and k.revoked_at is null;

-- Each first operator of the configuration is invited once: who was made something else since then stays that.
create table first_operators (
  -- SHA-256 of the address in lower case: a person who is removed leaves no address behind.
  address_hash bytea primary key,
  invited_at timestamptz not null default now()
);
insert into first_operators (address_hash)
select distinct sha256(convert_to(lower(email), 'UTF8')) from users where role = 'operator' and managed_by = 'operator' on conflict do nothing;
