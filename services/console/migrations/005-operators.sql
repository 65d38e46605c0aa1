-- What operators look through: every act by time, of a tenant, of a person, of one kind.
drop index audit_of_a_tenant;
drop index audit_of_a_person;
create index audit_by_time on audit (at desc, audit_id desc);
create index audit_of_a_tenant on audit (tenant_id, at desc, audit_id desc);
create index audit_of_a_person on audit (by, at desc, audit_id desc);
create index audit_of_an_act on audit (act, at desc, audit_id desc);
-- Whether an operator's look at a tenant was noted already in this session.
create index views_of_operators on audit (tenant_id, by, details) where act = 'TENANT_VIEWED';

create index users_by_address on users (lower(email));

-- Archived workorders that programs sent in: the same one again is not published again, since customer and articles may
-- have changed in the meantime, and a second look at them would say something else of an order that is in Unit4 already.
create table accepted_workorders (
  tenant_id text not null references tenants,
  workorder_id text not null,
  archived_at timestamptz(3) not null,
  -- SHA-256 of the event.
  content_hash bytea not null,
  accepted_at timestamptz not null default now(),
  -- When the broker had it; null: it may not have it.
  published_at timestamptz,
  primary key (tenant_id, workorder_id)
);
create index accepted_workorders_by_age on accepted_workorders (accepted_at);
