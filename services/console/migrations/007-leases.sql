-- The shape that every lease has (infra/decisions/0011-one-lease.md): a process that was frozen must not overwrite what
-- its successor found.
alter table rehearsals
  add column lease_token bigint not null default 0, add column leased_by text not null default '';
alter table settings_checks
  add column lease_token bigint not null default 0, add column leased_by text not null default '';
