-- People, their sessions, and what they did.

create table users (
  user_id bigint generated always as identity primary key,
  -- Who the provider of OpenID Connect says it is; null until an invited person first signs in.
  issuer text,
  subject text,
  email text not null,
  name text not null,
  role text not null check (role in ('user', 'operator')),
  tenant_id text references tenants,
  -- Whether the provider's claims or an operator of ours says which role and tenant it is.
  managed_by text not null check (managed_by in ('provider', 'operator')),
  created_at timestamptz not null default now(),
  last_signed_in_at timestamptz,
  blocked_at timestamptz,
  constraint one_user_per_identity unique (issuer, subject),
  constraint a_user_has_a_tenant_and_an_operator_none check ((role = 'user') = (tenant_id is not null))
);
create unique index one_open_invitation_per_address on users (lower(email)) where subject is null;

-- Server-side sessions; the cookie's value is stored as its SHA-256 only.
create table sessions (
  id_hash bytea primary key,
  user_id bigint not null references users on delete cascade,
  -- Comes back with every form of this session.
  csrf_token text not null,
  -- Ends the session at the provider too.
  id_token text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create index sessions_of_a_user on sessions (user_id);
create index sessions_by_age on sessions (last_seen_at);

-- Sign-ins on their way: one-time, each bound to a cookie of the browser that began it.
create table sign_in_attempts (
  id_hash bytea primary key,
  state text not null,
  nonce text not null,
  code_verifier text not null,
  return_to text not null,
  begun_at timestamptz not null default now()
);
create index sign_in_attempts_by_age on sign_in_attempts (begun_at);

-- Logins at Unit4 on their way: one-time, each bound to the session and tenant that began it.
create table connect_attempts (
  state_hash bytea primary key,
  session_hash bytea not null references sessions on delete cascade,
  tenant_id text not null references tenants,
  begun_at timestamptz not null default now()
);

-- Keys for programs; stored as SHA-256 only.
create table api_tokens (
  token_id bigint generated always as identity primary key,
  tenant_id text not null references tenants,
  name text not null,
  token_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);
create index api_tokens_of_a_tenant on api_tokens (tenant_id, created_at desc);

-- Every act of a person. Rows are only ever added.
create table audit (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Null where it is about no tenant.
  tenant_id text,
  by text not null,
  act text not null,
  details jsonb not null default '{}'
);
create index audit_of_a_tenant on audit (tenant_id, audit_id desc);
create index audit_of_a_person on audit (by, audit_id desc);

create function refuse_changes() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log only grows' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_only_grows before update or delete on audit
  for each row execute function refuse_changes();
create trigger audit_is_never_emptied before truncate on audit
  for each statement execute function refuse_changes();
