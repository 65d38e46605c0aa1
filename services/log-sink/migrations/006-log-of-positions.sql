-- The cluster in which a position is, and the latest time stamp of the records read before it, in milliseconds since 1970: a log
-- that has later ones there is another one.
alter table positions add column cluster_id text, add column latest_record_ms bigint;
