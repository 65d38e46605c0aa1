-- Emptying goes in slices (O63): how many rows there were at its beginning, when all of them were gone, and which
-- emptying was worked at last, so that a large one holds up no other.
alter table emptyings
  add column rows_due bigint not null default 0,
  add column rows_gone_at timestamptz,
  add column worked_at timestamptz not null default now();
update emptyings set rows_gone_at = at;
