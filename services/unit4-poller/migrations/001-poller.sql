-- What the poller knows of each tenant: when its turn is, what was published of its lists, and what waits for a person.

-- Revision of a scan: with the tenant's epoch it is the version of a change, so it only ever grows.
create sequence revisions as bigint;

-- One row per tenant that was ever active. A turn holds a lease; `lease_token` grows with every lease and every release,
-- and every write of a turn compares it, so that a process that lost its lease changes nothing.
create table schedules (
  tenant_id text primary key,
  epoch integer not null,
  next_due_at timestamptz not null default now(),
  lease_token bigint not null default 0,
  lease_until timestamptz,
  leased_by text,
  -- A round over all lists may take several turns: time spent waiting for the ERP and lists read in an unfinished one.
  busy_ms bigint not null default 0,
  lists_done text[] not null default '{}',
  last_turn_at timestamptz,
  -- When all lists were last read to their end.
  last_scan_at timestamptz,
  last_outcome text,
  -- Failed turns in a row, since when, and the codes of the messages that are open because of them.
  failures integer not null default 0,
  failing_since timestamptz,
  told text[] not null default '{}'
);
create index schedules_by_turn on schedules (next_due_at);

-- The last complete list of a tenant: what was published of each row. `rows` is compressed (domain/packed-rows.ts),
-- `pages` has hash and length of each page (domain/known-pages.ts).
create table snapshots (
  tenant_id text not null,
  entity text not null check (entity in ('customer', 'article')),
  epoch integer not null,
  -- Unit4's database that the list was read from.
  administration text not null,
  revision bigint not null,
  filter_hash text not null,
  filter jsonb,
  row_count integer not null,
  -- Rows that the last list lacked.
  absent_count integer not null,
  -- Rows whose invoice address is still to be looked up.
  pending_count integer not null,
  pages bytea not null,
  rows bytea not null,
  -- What is known of the list's end (domain/list-end.ts).
  page_cap integer,
  proved_rows integer,
  proved_at timestamptz,
  -- Where the weekly round over the invoice addresses stands.
  addresses_checked_at timestamptz,
  addresses_checked_to text not null default '',
  saved_at timestamptz not null default now(),
  primary key (tenant_id, entity)
);
-- Compressed already.
alter table snapshots alter column rows set storage external;

-- A scan that gave its lease back, or whose process died, before the end of the list; it is resumed where it stopped.
create table scans (
  tenant_id text not null,
  entity text not null,
  epoch integer not null,
  revision bigint not null,
  filter_hash text not null,
  started_at timestamptz not null default now(),
  -- When a page was added last.
  touched_at timestamptz not null default now(),
  primary key (tenant_id, entity)
);
create table scan_pages (
  tenant_id text not null,
  entity text not null,
  page integer not null,
  -- Null: the bytes do not stand for the rows (domain/known-pages.ts).
  body_hash bytea,
  listed_rows integer not null,
  fresh_rows integer not null,
  -- Null: the bytes of last time.
  rows bytea,
  primary key (tenant_id, entity, page),
  foreign key (tenant_id, entity) references scans on delete cascade
);

-- What people see of a tenant's lists (rules M11, L4).
create table progress (
  tenant_id text not null,
  entity text not null,
  epoch integer not null,
  -- First load: rows done, of how many (null until known), from when to when.
  done integer not null,
  total integer,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  -- Highest change date that Unit4 gave, and when the last change was published.
  latest_changed_on date,
  latest_change_at timestamptz,
  primary key (tenant_id, entity)
);

-- Deletions that wait for a person (rule M12).
create table brakes (
  tenant_id text not null,
  entity text not null,
  epoch integer not null,
  -- Revision of the scan that halted them.
  revision bigint not null,
  missing integer not null,
  known integer not null,
  halted_at timestamptz not null default now(),
  decision text check (decision in ('confirmed', 'dismissed')),
  decided_at timestamptz,
  decided_by text,
  -- Rows that a confirmation still lets go.
  most integer not null default 0,
  primary key (tenant_id, entity),
  constraint a_decision_has_a_person check (decision is null or (decided_at is not null and decided_by is not null))
);
