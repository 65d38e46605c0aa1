-- Nights in a row in which a cleaning was due and never begun: after so many it waits for no night any more.
alter table cleaning_schedules add column missed integer not null default 0;
