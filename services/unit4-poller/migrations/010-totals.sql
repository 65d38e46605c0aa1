-- How many changes of a tenant's lists were published, by hour and by day, for the office's charts: a week of hours and 400 days.
create table totals (
  tenant_id text not null,
  span text not null check (span in ('hour', 'day')),
  -- When the hour begins, or the day on the Dutch clock.
  begins_at timestamptz not null,
  changes integer not null,
  primary key (tenant_id, span, begins_at)
);
create index totals_by_age on totals (span, begins_at);
