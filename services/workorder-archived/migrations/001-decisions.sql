-- What was decided stays decided, whichever topic is read again and however: which archived events of a workorder were seen.
-- Never emptied: a workorder's events come back with any replay.
create table workorders (
  tenant_id text not null,
  workorder_id text not null,
  -- Ids of the events that were decided, in the order of the topic: the place in it, from 1, is the decision's sequence.
  events uuid[] not null,
  -- The latest archiving among them; a retry is of that one or of none.
  latest_archiving uuid not null,
  primary key (tenant_id, workorder_id)
);

create table positions (
  consumer_group text,
  topic text,
  partition integer,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
);
