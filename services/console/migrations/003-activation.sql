-- Emptying Simon's data (rules A2, A12): what went, and the tombstones that have to follow on the compacted topics.

create table emptyings (
  tenant_id text not null references tenants,
  -- The epoch that began with it.
  epoch integer not null,
  -- Of customers, workAddresses, articles, workorders.
  parts text[] not null,
  -- Rows that went, by part.
  counts jsonb not null,
  by text not null,
  at timestamptz not null default now(),
  -- Keys on the compacted topics that have to be wiped.
  tombstones integer not null,
  -- When the brokers had all tombstones. No activation begins before: a tombstone behind an event of the new epoch would
  -- make compaction lose that event.
  finished_at timestamptz,
  primary key (tenant_id, epoch)
);
create index emptyings_open on emptyings (at) where finished_at is null;

create table tombstones_due (
  tenant_id text not null,
  epoch integer not null,
  entity text not null check (entity in ('customer', 'article')),
  entity_id text not null,
  primary key (tenant_id, epoch, entity, entity_id),
  foreign key (tenant_id, epoch) references emptyings
);

-- Where a tenant's people are in the activation; a round ends when the integration is on.
create table activation_rounds (
  tenant_id text primary key references tenants,
  terms_accepted_at timestamptz not null default now(),
  terms_accepted_by text not null,
  -- When a person chose what to empty in this round, or to empty nothing.
  emptied_at timestamptz
);
