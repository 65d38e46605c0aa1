-- The tenant registry: who is connected to which administration, since when and how. Written by the console alone;
-- unit4-poller and order-writer may change token columns of connections, since they refresh tokens.

create table tenants (
  tenant_id text primary key check (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  status text not null default 'inactive' check (status in ('active', 'inactive')),
  epoch integer not null default 0 check (epoch >= 0),
  administration text,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  constraint an_active_tenant_has_an_administration check (status = 'inactive' or administration is not null)
);

-- Rule A11: two tenants cannot be connected to one administration.
create unique index one_active_tenant_per_administration on tenants (administration) where status = 'active';

-- When the integration was on: a workorder archived outside these times is not sent by itself (rule A9).
create table activations (
  tenant_id text not null references tenants,
  epoch integer not null,
  activated_at timestamptz not null,
  deactivated_at timestamptz,
  primary key (tenant_id, epoch, activated_at),
  check (deactivated_at is null or deactivated_at >= activated_at)
);

-- Rule W18: a workorder is mapped with the version in force at its archiving moment.
create table settings_versions (
  tenant_id text not null references tenants,
  version integer not null check (version > 0),
  valid_from timestamptz not null,
  settings jsonb not null,
  saved_by text not null,
  primary key (tenant_id, version)
);
create index settings_versions_in_force on settings_versions (tenant_id, valid_from desc);

-- Tokens are AES-256-GCM ciphertexts; the key id names the key of the environment that opens them.
create table connections (
  tenant_id text primary key references tenants,
  access_token bytea,
  refresh_token bytea,
  previous_refresh_token bytea,
  expires_at timestamptz,
  refreshed_at timestamptz,
  state text not null default 'connected' check (state in ('connected', 'revoked', 'client_refused')),
  -- No call to this tenant's Unit4 before this time: 429 and Retry-After.
  parked_until timestamptz,
  connected_at timestamptz not null default now(),
  connected_by text not null
);
