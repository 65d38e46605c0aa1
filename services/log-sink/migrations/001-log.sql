-- What people and operators read: messages of the pipeline, and records that were set aside.

create table positions (
  consumer_group text,
  topic text,
  partition integer,
  next_offset bigint not null,
  primary key (consumer_group, topic, partition)
);

-- Every message once, as it came: its id is derived from its cause, so a replay adds nothing.
create table occurrences (
  message_id text primary key,
  tenant_id text not null,
  code text not null,
  kind text not null check (kind in ('info', 'warning', 'error')),
  record_table text not null,
  record_id text not null,
  record_name text not null,
  params jsonb not null,
  service text not null,
  correlation_id text not null,
  -- Codes of messages about the same record that end with this one; null where it ends none.
  closes text[],
  at timestamptz not null
);
create index occurrences_by_age on occurrences (at);
create index occurrences_of_a_record on occurrences (tenant_id, record_table, record_id, at desc);
create index closing_occurrences on occurrences (tenant_id, record_table, record_id, at) where closes is not null;

-- The same message about the same record is one row until something closes it (rule L5); what comes after that begins a
-- new one. An info is never closed.
create table messages (
  id bigint generated always as identity primary key,
  tenant_id text not null,
  code text not null,
  kind text not null check (kind in ('info', 'warning', 'error')),
  record_table text not null,
  record_id text not null,
  -- Name, parameters, service and correlation of the latest occurrence.
  record_name text not null,
  params jsonb not null,
  service text not null,
  correlation_id text not null,
  occurrence_count bigint not null check (occurrence_count > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  closed_at timestamptz,
  closed_by_code text,
  constraint one_open_message_and_one_per_closing
    unique nulls not distinct (tenant_id, record_table, record_id, code, closed_at)
);
create index messages_of_a_tenant on messages (tenant_id, last_at desc, id desc);
create index messages_by_kind_and_table on messages (tenant_id, kind, record_table, last_at desc, id desc);
create index open_messages on messages (tenant_id, kind) where closed_at is null and kind <> 'info';
create index closed_messages_by_age on messages (coalesce(closed_at, last_at))
  where closed_at is not null or kind = 'info';

-- Records that can never be processed, with their original bytes, for operators.
create table dead_letters (
  topic text not null,
  partition integer not null,
  record_offset bigint not null,
  consumer_group text not null,
  -- Tenant that the key names; null where it names none.
  tenant_id text,
  reason text not null,
  detail text not null,
  key bytea,
  value bytea,
  -- The record's own headers.
  headers jsonb not null,
  -- Time stamp of the record on its topic; null where it is not known.
  recorded_at timestamptz,
  failed_at timestamptz not null,
  primary key (topic, partition, record_offset, consumer_group)
);
create index dead_letters_by_age on dead_letters (failed_at);
create index dead_letters_of_a_tenant on dead_letters (tenant_id, failed_at desc);
