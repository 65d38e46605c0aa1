-- What became of a tenant's orders by hour and by day, for the office's charts: a week of hours and 400 days of counts, without anything about
-- a single order.
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create table totals (
  tenant_id text not null,
  span text not null check (span in ('hour', 'day')),
  -- When the hour begins, or the day on the Dutch clock.
  begins_at timestamptz not null,
  written integer not null default 0,
  refused integer not null default 0,
  -- Of written orders that nobody had to send again: how many, and from archiving to the order in Unit4 all together and at most.
  timed integer not null default 0,
  seconds double precision not null default 0,
  longest_seconds double precision not null default 0,
  primary key (tenant_id, span, begins_at)
);
create index totals_by_age on totals (span, begins_at);

-- In the transaction that settles the order, so that each counts once; with its owner's rights, since processes of the release before settle
-- orders, too. Unit4 refused only what was sent: orders that were withdrawn, or written and deleted in Unit4 later, are not among them.
create function count_settled_order() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  is_written constant boolean := new.state = 'written';
  is_timed constant boolean := is_written and jsonb_typeof(new.request -> 'retry') is distinct from 'object';
  took constant double precision := case when is_timed then greatest(0, extract(epoch from now() - new.archived_at)) else 0 end;
begin
  insert into totals as known (tenant_id, span, begins_at, written, refused, timed, seconds, longest_seconds)
  select new.tenant_id, span, begins_at, is_written::integer, (not is_written)::integer, is_timed::integer, took, took
  from (values ('hour', date_trunc('hour', now())), ('day', date_trunc('day', now(), 'Europe/Amsterdam'))) spans (span, begins_at)
  on conflict (tenant_id, span, begins_at) do update set
    written = known.written + excluded.written, refused = known.refused + excluded.refused,
    timed = known.timed + excluded.timed, seconds = known.seconds + excluded.seconds,
    longest_seconds = greatest(known.longest_seconds, excluded.longest_seconds);
  return null;
end $$;
create trigger count_settled_order after update of state on orders
  for each row when (new.state = 'written' and old.state <> 'written'
    or new.state = 'refused' and old.state in ('sending', 'unknown'))
  execute function count_settled_order();
