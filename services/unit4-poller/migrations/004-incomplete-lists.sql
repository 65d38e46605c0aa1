-- Revision of the first of the scans in a row that did not provably reach the end of the list; null where the last one did.
alter table snapshots add column incomplete_since bigint;
-- Whether a list of this epoch was read to its end: until then it is a first load.
alter table snapshots add column is_loaded boolean not null default true;
