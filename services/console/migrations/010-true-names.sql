-- Who acted is known by an id; the name beside it (by) is what they were called then, and proves nothing: people name
-- their keys, and themselves at the provider. Rows of before have the name alone.
alter table audit
  add column actor_kind text,
  -- user_id or token_id.
  add column actor_id bigint,
  add constraint an_actor_has_a_kind check (actor_kind in ('user', 'operator', 'key', 'service')),
  add constraint only_services_have_no_id check ((coalesce(actor_kind, 'service') = 'service') = (actor_id is null));
create index audit_of_an_actor on audit (actor_id, at desc, audit_id desc) where actor_id is not null;

-- An operator's look at a page of a tenant stands there once a quarter of an hour, also when two requests come at once.
create unique index one_look_per_page_and_quarter on audit (tenant_id, actor_kind, actor_id, details)
  where act = 'TENANT_VIEWED' and details ? 'quarter';
drop index views_of_operators;
