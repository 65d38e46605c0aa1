-- beside live work
-- Cleanings that were begun and not finished: few.
create index concurrently if not exists cleanings_begun on cleaning_schedules (lease_until) where lease_until > '-infinity';
