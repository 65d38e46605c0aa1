-- What sessions are known by, and what they may do.
alter table sessions
  -- When the person last showed the provider who they are; -infinity where it did not say.
  add column authenticated_at timestamptz not null default now(),
  -- The provider's own name of its session (sid): by it the provider says that the session is over.
  add column provider_session text,
  -- Opens with the cookie's value alone (access/sealed-token.ts). id_token is no longer written.
  add column id_token_sealed bytea,
  -- Browser and system in words, for the person's own list.
  add column browser text not null default '',
  alter column id_token set default '';
update sessions set id_token = '', authenticated_at = created_at;
create index sessions_of_a_provider_session on sessions (provider_session) where provider_session is not null;

-- Whether the person was sent to show anew who they are.
alter table sign_in_attempts add column is_again boolean not null default false;
