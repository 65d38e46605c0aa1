-- Lists that an operation wants read again (decision 0080). A row counts while its operation runs; whoever reads the list to its end ends it.
create table resyncs (
  operation_id bigint not null,
  tenant_id text not null,
  entity text not null check (entity in ('customer', 'article')),
  -- Every row is told anew, whether it changed or not.
  is_full boolean not null,
  asked_at timestamptz not null default now(),
  -- Rows read and told by the reading that is under way, and when it kept its last page; null before the first one.
  read_rows integer not null default 0,
  told_rows integer not null default 0,
  read_at timestamptz,
  ended_at timestamptz,
  outcome text check (outcome in ('done', 'incomplete', 'left-out')),
  -- Of one that was left out.
  why text,
  primary key (operation_id, tenant_id, entity),
  constraint an_end_has_an_outcome check ((ended_at is null) = (outcome is null))
);
create index resyncs_open on resyncs (tenant_id, entity) where ended_at is null;

-- From then on one turn more than planned keeps to the part of the time that may be spent inside a tenant's Unit4.
alter table schedules add column polite_at timestamptz not null default '-infinity';
