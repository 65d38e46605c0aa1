-- beside live work
-- Letters of which something can still become: few of all that are kept.
create index concurrently if not exists open_letters on dead_letters (failed_at)
  where state in ('waiting', 'sending', 'put-back', 'quarantined');
-- Whether another letter of a record is open; keys may be longer than an index takes.
create index concurrently if not exists open_letters_of_a_record on dead_letters (tenant_id, md5(key))
  where state in ('waiting', 'sending', 'put-back', 'quarantined');
create index concurrently if not exists letters_being_sent on dead_letters (operation_id) where state = 'sending';
