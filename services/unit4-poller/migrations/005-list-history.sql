-- What the list came to in the last day, [{at, known, gone}] (domain/list-history.ts): deletions are judged over a day.
alter table snapshots add column history jsonb not null default '[]';
