-- Which processes run, and of which release: a deployment takes nothing away that one of them still uses (decision 0051).
create table instances (
  service text not null,
  -- Host and process id.
  instance text not null,
  release text not null,
  seen_at timestamptz not null default now(),
  primary key (service, instance)
);
