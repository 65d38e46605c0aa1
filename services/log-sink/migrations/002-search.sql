-- What people search in (rule L2): the words of a message that its code alone does not give, as
-- services/shared/domain/message-search.ts makes them. Messages of before are found by what they are about.
alter table messages add column search_text text not null default '';
-- Words that an index entry has no room for; null for nearly all messages.
alter table messages add column search_more text;
update messages set search_more = regexp_replace(
  lower(normalize(record_id || ' ' || record_name || ' ' || coalesce(
    (select string_agg(value, ' ') from jsonb_each_text(params)), ''), nfkd)), '[\u0300-\u036f]', '', 'g');

-- Counting and finding what a filter leaves reads the index alone: a tenant's rows lie together there, and nowhere else.
drop index messages_of_a_tenant;
create index messages_of_a_tenant on messages (tenant_id, last_at desc, id desc)
  include (kind, record_table, first_at, closed_at, code, search_text);
create index messages_with_more_to_search on messages (tenant_id) where search_more is not null;
