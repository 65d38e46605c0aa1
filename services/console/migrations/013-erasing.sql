-- Rule A13: an emptying erases what other services keep too, step by step (emptying/domain/erasing-plan.ts), and ends with a report.
-- Those of before are made good: they have no time of erasing.
alter table emptyings
  -- Where the erasing stands: the step of the plan, the last record that it looked at, and what went by now, by table.
  add column erase_step integer not null default 0,
  add column erase_after text,
  add column erased jsonb not null default '{}',
  add column erased_at timestamptz,
  -- [{place, what, count, goneBy}] (emptying/domain/erasing-report.ts); null as long as it is not finished.
  add column report jsonb,
  -- When the compacted topics were made to let go of what was wiped: a partition on which nothing is written is never compacted.
  add column settled_at timestamptz;
drop index emptyings_open;
create index emptyings_open on emptyings (worked_at)
  where finished_at is null or erased_at is null or settled_at is null;
