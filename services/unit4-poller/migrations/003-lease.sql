-- The shape that every lease has (infra/decisions/0011-one-lease.md).
update schedules set lease_until = '-infinity' where lease_until is null;
update schedules set leased_by = '' where leased_by is null;
alter table schedules
  alter column lease_until set default '-infinity', alter column lease_until set not null,
  alter column leased_by set default '', alter column leased_by set not null;
