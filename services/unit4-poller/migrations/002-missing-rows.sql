-- The rows that a person is asked about: ids of the first 1,000 that the list lacked.
alter table brakes add column missing_ids text[] not null default '{}';
