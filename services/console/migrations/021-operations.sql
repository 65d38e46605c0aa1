-- What operators have the pipeline do once, whatever it is: a replay of a topic is one (decision 0071). Whoever asks adds a row; the
-- service that does its kind leases it, makes the plan, and goes on from the checkpoint, also after another instance.
create table operations (
  operation_id bigint generated always as identity primary key,
  kind text not null,
  -- What people call it, and why it is done: words, or the address of an incident.
  name text not null check (name <> ''),
  reason text not null check (reason <> ''),
  state text not null default 'planned'
    check (state in ('planned', 'running', 'paused', 'done', 'cancelled', 'failed')),
  -- What is asked for, as its kind understands it; tenants by id, null for all.
  wish jsonb not null,
  tenant_ids text[],
  -- Begins once the plan is there, unless a second person has to confirm it.
  begins_at_once boolean not null default false,
  -- Null until it is made.
  plan jsonb,
  needs_second boolean not null default false,
  checkpoint jsonb,
  progress jsonb,
  result jsonb,
  -- Of one that failed: {code, message}.
  failure jsonb,
  requested_by text not null,
  requested_at timestamptz not null default now(),
  confirmed_by text,
  confirmed_at timestamptz,
  -- What people did to it, in order: {act, by, at}.
  acts jsonb not null default '[]',
  begun_at timestamptz,
  ended_at timestamptz,
  -- Processes that ended without giving it back since it last made progress.
  deaths integer not null default 0,
  lease_token bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  leased_by text not null default '',
  constraint whoever_asks_is_not_the_second_person
    check (not needs_second or confirmed_by is null or confirmed_by <> requested_by)
);
create index operations_at_work on operations (kind, operation_id)
  where state = 'running' or (state = 'planned' and plan is null);
