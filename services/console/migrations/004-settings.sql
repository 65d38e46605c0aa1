-- Settings being changed: form values, and what "Controleer" found of each (rule A5). One per tenant: people of one office
-- see each other's changes.
create table settings_drafts (
  tenant_id text primary key references tenants,
  values jsonb not null,
  -- By field: {state, at, code, params, found}. Only those that were made for these very values.
  checks jsonb not null default '{}',
  -- Version that the change began with; 0 where there was none.
  based_on integer not null,
  changed_by text not null,
  changed_at timestamptz not null default now()
);

-- What would come over (rule A10): counted from Unit4's lists, page by page, by whichever process has the lease.
create table rehearsals (
  tenant_id text primary key references tenants,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  -- {administration, articleGroups, articleTypes}: of the draft that it is about.
  choices jsonb not null,
  -- {entity, skip, firstId}: where the reading stands.
  cursor jsonb not null,
  -- domain/rehearsal.ts
  counts jsonb not null,
  -- Why it failed; empty otherwise.
  trouble jsonb,
  started_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  lease_until timestamptz not null default '-infinity'
);
create index rehearsals_running on rehearsals (lease_until) where state = 'running';

-- Nightly look whether the settings still fit Unit4.
create table settings_checks (
  tenant_id text primary key references tenants,
  next_due_at timestamptz not null,
  lease_until timestamptz not null default '-infinity',
  last_run_at timestamptz,
  -- Codes said about each setting and not taken back yet: {field: code}.
  told jsonb not null default '{}'
);
create index settings_checks_due on settings_checks (next_due_at);
