-- How the fleet stands, counted by one process for all (decision 0069). One row.
create table fleet_view (
  is_the_only_row boolean primary key default true check (is_the_only_row),
  polled integer not null default 0,
  failing integer not null default 0,
  disconnected integer not null default 0,
  -- When the active, connected tenant that waits longest was read in full.
  oldest_at timestamptz,
  -- When it is counted again.
  due_at timestamptz not null default now()
);
insert into fleet_view default values;
