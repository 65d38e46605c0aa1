-- The cluster in which a position is, and the latest time stamp of the records read from `latest_since` up to `latest_until`, in
-- milliseconds since 1970: a log that has later ones there is another one. A release that knows of none of this moves the
-- position alone; `latest_until` is then another offset than the position, and nothing is said of what it read.
alter table positions add column cluster_id text, add column latest_record_ms bigint, add column latest_since bigint,
  add column latest_until bigint;
