import type { MessageKind, MessageTable } from "../../../schemas/records.ts";
import type { Queryable } from "../../shared/postgres.ts";
import { type MessageFilter, pageWithin, searchWords } from "../domain/message-filter.ts";

/** A message as people see it. */
export type ListedMessage = {
  readonly id: number;
  readonly code: string;
  readonly kind: MessageKind;
  readonly table: MessageTable;
  readonly recordId: string;
  readonly recordName: string;
  readonly params: Readonly<Record<string, string>>;
  /** Times it was said. */
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly closedAt: Date | null;
};

export type MessageList = {
  readonly rows: readonly ListedMessage[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
};

const PAGE_ROWS = 50;

const COLUMNS = `id, code, kind, record_table as table, record_id as "recordId", record_name as "recordName", params,
  occurrence_count as count, first_at as "firstAt", last_at as "lastAt", closed_at as "closedAt"`;

/** Days are those of the Dutch clock; words are looked for in what people read, character for character. */
const CHOSEN = `tenant_id = $1 and ($2 = '' or kind = $2) and ($3 = '' or record_table = $3)
  and ($4 = 'all' or (closed_at is null) = ($4 = 'open'))
  and ($5 = '' or last_at >= (nullif($5, '')::date)::timestamp at time zone 'Europe/Amsterdam')
  and ($6 = '' or last_at < (nullif($6, '')::date + 1)::timestamp at time zone 'Europe/Amsterdam')
  and not exists (select from unnest($7::text[]) word where position(word in
    case when search_text <> '' then search_text
      else lower(record_id || ' ' || record_name || ' ' || code || ' ' || params::text) end) = 0)`;

const values = (tenantId: string, filter: MessageFilter): unknown[] => [
  tenantId,
  filter.kind,
  filter.table,
  filter.state,
  filter.from,
  filter.to,
  searchWords(filter),
];

/** A page of the filtered messages, the latest first, with their exact number (case O24). */
export async function listMessages(
  db: Queryable,
  tenantId: string,
  filter: MessageFilter,
  wanted: number,
): Promise<MessageList> {
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*) as total from log.messages where ${CHOSEN}`,
    values(tenantId, filter),
  );
  const total = counted[0]?.total ?? 0;
  const { page, pages } = pageWithin(wanted, total, PAGE_ROWS);
  const { rows } = await db.query<ListedMessage>(
    `select ${COLUMNS} from log.messages where ${CHOSEN}
     order by last_at desc, id desc limit ${PAGE_ROWS} offset $8`,
    [...values(tenantId, filter), (page - 1) * PAGE_ROWS],
  );
  return { rows, total, page, pages };
}

/** The filtered messages after a place, the latest first: for an export that reads all of them piece by piece. */
export async function messagesAfter(
  db: Queryable,
  tenantId: string,
  filter: MessageFilter,
  after: { readonly lastUs: number; readonly id: number } | null,
): Promise<readonly (ListedMessage & { readonly lastUs: number })[]> {
  const { rows } = await db.query<ListedMessage & { lastUs: number }>(
    `select ${COLUMNS}, (extract(epoch from last_at) * 1000000)::bigint as "lastUs"
     from log.messages where ${CHOSEN}
       and ($8::bigint is null or (last_at, id) < (timestamptz 'epoch' + $8::bigint * interval '1 microsecond', $9::bigint))
     order by last_at desc, id desc limit 2000`,
    [...values(tenantId, filter), after?.lastUs ?? null, after?.id ?? null],
  );
  return rows;
}

/** One message with every time it was said, the latest first; null when it is not this tenant's. */
export async function findMessage(
  db: Queryable,
  tenantId: string,
  id: number,
): Promise<{ readonly message: ListedMessage; readonly said: readonly Said[] } | null> {
  const { rows } = await db.query<ListedMessage>(
    `select ${COLUMNS} from log.messages where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  const [message] = rows;
  if (message === undefined) return null;
  const { rows: said } = await db.query<Said>(
    `select at, service, correlation_id as "correlationId", params from log.occurrences
     where tenant_id = $1 and record_table = $2 and record_id = $3 and code = $4 and at between $5 and $6
     order by at desc limit 100`,
    [
      tenantId,
      message.table,
      message.recordId,
      message.code,
      message.firstAt,
      new Date(message.lastAt.getTime() + 1),
    ],
  );
  return { message, said };
}

/** One time that a message was said. */
export type Said = {
  readonly at: Date;
  readonly service: string;
  readonly correlationId: string;
  readonly params: Readonly<Record<string, string>>;
};

/** A record that was set aside, for operators. */
export type DeadLetter = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  readonly reason: string;
  readonly detail: string;
  readonly failedAt: Date;
};

/** Records of a tenant that could not be processed, the latest first. */
export async function deadLettersOf(db: Queryable, tenantId: string): Promise<readonly DeadLetter[]> {
  const { rows } = await db.query<DeadLetter>(
    `select topic, partition, record_offset as offset, consumer_group as group, reason, detail, failed_at as "failedAt"
     from log.dead_letters where tenant_id = $1 order by failed_at desc limit 100`,
    [tenantId],
  );
  return rows;
}
