-- The ledger: one row per archived workorder that became an order request. The row is there before anything is sent to
-- Unit4, so that no crash can forget an order or send it twice (rule W13).
create table orders (
  tenant_id text not null,
  workorder_id text not null,
  reference text not null,
  customer_id text not null,
  request jsonb not null,
  -- A newer archiving of the same workorder that came while the outcome of this one was open.
  later_request jsonb,
  state text not null check (state in ('waiting', 'sending', 'unknown', 'written', 'refused')),
  -- Times the order was sent to Unit4.
  attempts integer not null default 0,
  -- Look-ups in a row that did not find an order whose outcome is unknown.
  absent_lookups integer not null default 0,
  -- Times it was sent without a clear answer.
  unclear_sendings integer not null default 0,
  -- What Unit4 said against it in the last unclear answer: [{text, path}].
  reasons jsonb not null default '[]',
  -- When it is looked at again; settled orders are never due.
  due_at timestamptz not null default 'infinity',
  order_id text,
  code text not null default '',
  params jsonb not null default '{}',
  archived_at timestamptz not null,
  settled_at timestamptz,
  -- Outbox: the outcome is published after it was stored, and marked here when Kafka has it.
  published_at timestamptz,
  changed_at timestamptz not null default now(),
  primary key (tenant_id, workorder_id),
  constraint a_written_order_has_its_number check (state <> 'written' or order_id is not null),
  constraint a_settled_order_is_never_due check (state not in ('written', 'refused') or due_at = 'infinity')
);
create index orders_due on orders (tenant_id, due_at) where state in ('waiting', 'sending', 'unknown');
create index orders_to_publish on orders (settled_at) where settled_at is not null and published_at is null;

-- Every time an order was sent, written down before the first byte.
create table attempts (
  tenant_id text not null,
  workorder_id text not null,
  attempt integer not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  outcome text not null default 'open',
  detail text not null default '',
  primary key (tenant_id, workorder_id, attempt)
);

-- One lane per tenant: at most one order of a tenant is on its way, tenants are served in turn.
create table lanes (
  tenant_id text primary key,
  -- When the tenant has something to do next.
  due_at timestamptz not null,
  lease_until timestamptz not null default '-infinity',
  -- Grows with each lease: whoever holds an older one writes nothing.
  lease_token bigint not null default 0,
  leased_by text not null default '',
  served_at timestamptz not null default '-infinity',
  -- Rest after trouble with the tenant's Unit4, whatever is due.
  not_before timestamptz not null default '-infinity',
  -- Failures in a row that were the connection's, not the order's.
  failures integer not null default 0
);
create index lanes_due on lanes (due_at);

create table positions (
  consumer_group text,
  topic text,
  partition integer,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
);
