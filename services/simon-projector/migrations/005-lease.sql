-- The shape that every lease has (infra/decisions/0011-one-lease.md).
update cleaning_schedules set lease_until = '-infinity' where lease_until is null;
alter table cleaning_schedules
  alter column lease_until set default '-infinity', alter column lease_until set not null,
  add column leased_by text not null default '';
