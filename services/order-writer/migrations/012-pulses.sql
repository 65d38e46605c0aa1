-- Whether the database still has what it confirmed (case O27): each process counts up in a row of its own and remembers how far
-- it was. A count that is back tells of a failover or a backup without the last transactions.
create table pulses (
  instance text primary key,
  beat bigint not null,
  beaten_at timestamptz not null default now()
);

-- Up to where requests are read again after that: for them Unit4 is asked before anything is sent.
create table rechecks (
  topic text,
  partition integer,
  until_offset bigint not null,
  -- Not before: what was sent in the lost stretch may still be stored.
  asked_from timestamptz not null,
  noticed_at timestamptz not null default now(),
  primary key (topic, partition)
);

-- Something was lost since it was taken in: whatever its content is, Unit4 is asked for it before it is sent.
alter table orders add column doubted boolean not null default false;
