import type { MessageKind } from "../../schemas/records.ts";
import type { Connection } from "../shared/postgres.ts";
import type { LogEntry } from "./domain/log-entry.ts";
import { type SearchText, searchText } from "./domain/search-text.ts";

export type FreshMessage = { readonly messageId: string; readonly kind: MessageKind };

/**
 * Stores messages, closes what they close and folds repeats (rule L5), with one statement each. A message that arrives
 * late counts where it belongs in time; a closing one that arrives late never ends what was said after it.
 * @returns the messages that were not there yet; for a replay none, and then nothing is changed
 */
export async function storeMessages(
  tx: Connection,
  entries: readonly LogEntry[],
): Promise<readonly FreshMessage[]> {
  if (entries.length === 0) return [];
  const fresh = await insertOccurrences(tx, entries);
  if (fresh.length === 0) return fresh;
  const messageIds = fresh.map(({ messageId }) => messageId);
  await closeMessages(tx, messageIds);
  await foldOccurrences(tx, messageIds, entries);
  return fresh;
}

async function insertOccurrences(
  tx: Connection,
  entries: readonly LogEntry[],
): Promise<readonly FreshMessage[]> {
  const { rows } = await tx.query<FreshMessage>(
    `insert into log.occurrences (message_id, tenant_id, code, kind, record_table, record_id, record_name, params,
       service, correlation_id, closes, at)
     select message_id, tenant_id, code, kind, record_table, record_id, record_name, params,
       service, correlation_id, closes, at
     from json_to_recordset($1::json) as entry (message_id text, tenant_id text, code text, kind text,
       record_table text, record_id text, record_name text, params jsonb, service text, correlation_id text,
       closes text[], at timestamptz)
     on conflict (message_id) do nothing
     returning message_id as "messageId", kind`,
    [JSON.stringify(entries)],
  );
  return rows;
}

/** Closed by one statement: few enough that it has its answer long before a connection that is silent counts as dead. */
const MOST_CLOSED = 10_000;

/**
 * Open messages end at the first of these occurrences that closes them and is not older than their last one. One about
 * record `*` closes those of every record of its table, the table having been emptied: a million of them, in slices.
 */
async function closeMessages(tx: Connection, messageIds: readonly string[]): Promise<void> {
  let closed: number;
  do closed = await closeSlice(tx, messageIds);
  while (closed > 0);
}

/** @returns how many were closed; 0 where none is left */
async function closeSlice(tx: Connection, messageIds: readonly string[]): Promise<number> {
  const { rowCount } = await tx.query(
    `with closer as materialized (
       select message_id, tenant_id, record_table, record_id, code, closes, at from log.occurrences
       where message_id = any($1) and closes is not null),
     chosen as materialized (
       select open.id from closer
       cross join unnest(closer.closes) as closed (code)
       cross join lateral (
         select id from log.messages as message
         where closer.record_id <> '*' and message.tenant_id = closer.tenant_id
           and message.record_table = closer.record_table and message.record_id = closer.record_id
           and message.code = closed.code and message.closed_at is null and message.last_at <= closer.at
         union all
         select id from log.messages as message
         where closer.record_id = '*' and message.tenant_id = closer.tenant_id
           and message.record_table = closer.record_table and message.code = closed.code
           and message.closed_at is null and message.kind <> 'info' and message.last_at <= closer.at
       ) as open
       limit $2)
     update log.messages as message
     set closed_at = ending.at, closed_by_code = ending.closed_by_code
     from (
       select distinct on (open.id) open.id, closer.at, closer.code as closed_by_code
       from log.messages as open
       join closer on closer.tenant_id = open.tenant_id and closer.record_table = open.record_table
         and (closer.record_id <> '*' and closer.record_id = open.record_id or closer.record_id = '*' and open.kind <> 'info')
         and open.code = any(closer.closes) and open.last_at <= closer.at
       where open.id = any(array(select id from chosen))
       order by open.id, closer.at, closer.message_id
     ) as ending
     where message.id = ending.id`,
    [messageIds, MOST_CLOSED],
  );
  return rowCount ?? 0;
}

/** Each occurrence counts in the message that ends with the first closing one after it, or in the open message. */
async function foldOccurrences(
  tx: Connection,
  messageIds: readonly string[],
  entries: readonly LogEntry[],
): Promise<void> {
  const searched = searchTexts(messageIds, entries);
  await tx.query(
    `insert into log.messages as message (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at, closed_at, closed_by_code, search_text, search_more)
     select tenant_id, code, (array_agg(kind order by at desc, message_id))[1], record_table, record_id,
       (array_agg(record_name order by at desc, message_id))[1],
       (array_agg(params order by at desc, message_id))[1],
       (array_agg(service order by at desc, message_id))[1],
       (array_agg(correlation_id order by at desc, message_id))[1],
       count(*), min(at), max(at), closed_at, min(closed_by_code),
       (array_agg(search_text order by at desc, message_id))[1],
       (array_agg(search_more order by at desc, message_id))[1]
     from (
       select fresh.*, said.search_text, said.search_more, closer.at as closed_at, closer.code as closed_by_code
       from log.occurrences as fresh
       join unnest($1::text[], $2::text[], $3::text[]) as said (message_id, search_text, search_more)
         using (message_id)
       left join lateral (
         select later.at, later.code from log.occurrences as later
         where later.tenant_id = fresh.tenant_id and later.record_table = fresh.record_table
           and later.record_id in (fresh.record_id, '*') and later.at >= fresh.at and later.closes is not null
           and later.closes @> array[fresh.code] and later.message_id <> fresh.message_id
         order by later.at, later.message_id limit 1
       ) as closer on true
     ) as placed
     group by tenant_id, record_table, record_id, code, closed_at
     order by tenant_id, record_table, record_id, code, closed_at
     on conflict on constraint one_open_message_and_one_per_closing do update set
       occurrence_count = message.occurrence_count + excluded.occurrence_count,
       first_at = least(message.first_at, excluded.first_at),
       last_at = greatest(message.last_at, excluded.last_at),
       kind = case when excluded.last_at >= message.last_at then excluded.kind else message.kind end,
       record_name = case when excluded.last_at >= message.last_at then excluded.record_name
         else message.record_name end,
       params = case when excluded.last_at >= message.last_at then excluded.params else message.params end,
       service = case when excluded.last_at >= message.last_at then excluded.service else message.service end,
       correlation_id = case when excluded.last_at >= message.last_at then excluded.correlation_id
         else message.correlation_id end,
       search_text = case when excluded.last_at >= message.last_at then excluded.search_text
         else message.search_text end,
       search_more = case when excluded.last_at >= message.last_at then excluded.search_more
         else message.search_more end`,
    [messageIds, searched.map(({ text }) => text), searched.map(({ more }) => more)],
  );
}

/** What each of these messages is found by, in their order. */
function searchTexts(messageIds: readonly string[], entries: readonly LogEntry[]): readonly SearchText[] {
  const byId = new Map<string, LogEntry>(entries.map((entry) => [entry.message_id, entry]));
  return messageIds.flatMap((id) => byId.get(id) ?? []).map(searchText);
}
