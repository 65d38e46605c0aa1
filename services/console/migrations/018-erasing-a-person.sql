-- Rule A15: acts about a person are found by an index.
create index audit_about_a_person on audit (about) where about is not null;

select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- Erases name and address of a person (rule A15) wherever the registry names who acted.
create or replace function erase_person(for_user bigint) returns void
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
    update audit set details = details || jsonb_build_object('user', id) where about = address;
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
