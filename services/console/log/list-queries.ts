import type { MessageKind, MessageTable } from "../../../schemas/records.ts";
import { codesFoundBy } from "../../shared/domain/message-search.ts";
import { searchWords } from "../../shared/domain/search-words.ts";
import { patient, type Queryable } from "../../shared/postgres.ts";
import { type MessageFilter, pageWithin } from "./domain/message-filter.ts";

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
const LAST_PAGE = 1_000_000;
/** Of an export at one time: made into text within a millisecond or two, so that no page waits for it. */
const PIECE_ROWS = 50;

/** Columns of `log.messages as m`. */
const COLUMNS = `m.id, m.code, m.kind, m.record_table as table, m.record_id as "recordId",
  m.record_name as "recordName", m.params, m.occurrence_count as count, m.first_at as "firstAt",
  m.last_at as "lastAt", m.closed_at as "closedAt"`;

/** A page of the filtered messages, the latest first, with their exact number: both as of one moment (case O24). */
export async function listMessages(
  db: Queryable,
  tenantId: string,
  filter: MessageFilter,
  wanted: number,
): Promise<MessageList> {
  const { statement, values } = found(tenantId, filter);
  const { rows } = await db.query<ListedMessage & { total: number }>(
    `with found as materialized (${statement}),
     counted as (select count(*) as total from found),
     shown as (
       select id from found order by last_at desc, id desc limit ${PAGE_ROWS}
       offset (select greatest(least($${values.length + 1}, (total + ${PAGE_ROWS - 1}) / ${PAGE_ROWS}) - 1, 0) * ${PAGE_ROWS} from counted))
     select counted.total, ${COLUMNS} from counted
     left join (shown join log.messages as m on m.id = shown.id and m.tenant_id = $1) on true
     order by m.last_at desc, m.id desc`,
    [...values, pageWithin(wanted, LAST_PAGE, 1).page],
  );
  const total = rows[0]?.total ?? 0;
  return { total, rows: total === 0 ? [] : rows, ...pageWithin(wanted, total, PAGE_ROWS) };
}

/** One message as people see it; null when it is not this tenant's. */
export async function messageById(
  db: Queryable,
  tenantId: string,
  id: number,
): Promise<ListedMessage | null> {
  const { rows } = await db.query<ListedMessage>(
    `select ${COLUMNS} from log.messages as m where tenant_id = $1 and id = $2`,
    [tenantId, id],
  );
  return rows[0] ?? null;
}

/**
 * All filtered messages, the latest first, as they were at one moment: from one cursor, piece by piece, so that neither side
 * keeps more than a piece. For a transaction that does nothing else.
 */
export async function* eachMessage(
  tx: Queryable,
  tenantId: string,
  filter: MessageFilter,
): AsyncGenerator<readonly ListedMessage[]> {
  const { condition, values } = foundIn(tenantId, filter);
  await tx.query(
    patient(
      `declare found no scroll cursor for select ${COLUMNS} from log.messages as m where ${condition}
       order by last_at desc, id desc`,
      values,
    ),
  );
  for (;;) {
    const { rows } = await tx.query<ListedMessage>(patient(`fetch ${PIECE_ROWS} from found`));
    if (rows.length === 0) return;
    yield rows;
  }
}

/**
 * The statement that finds a filter's messages, and its values. All that it reads stands in one index, except
 * of messages with more words than an index takes.
 */
function found(tenantId: string, filter: MessageFilter): { statement: string; values: readonly unknown[] } {
  const { words, inIndex, beside, values } = foundIn(tenantId, filter);
  return {
    statement: `select id, last_at from log.messages where ${inIndex}
      ${words.length === 0 ? "" : `union select id, last_at from log.messages where ${beside}`}`,
    values,
  };
}

/** What holds of a filter's messages: as the index alone tells it, of those with more words beside it, and of both. */
function foundIn(tenantId: string, filter: MessageFilter) {
  const { kind, table, state, from, to, search } = filter;
  const words = searchWords(search);
  const inWords = (text: string): string =>
    words.map((_, i) => `and (strpos(${text}, $${7 + 2 * i}) > 0 or code = any($${8 + 2 * i}))`).join(" ");
  const [some, all] = [inWords("search_text"), inWords("(search_text || ' ' || search_more)")];
  return {
    words,
    inIndex: `${CHOSEN} ${some}`,
    beside: `${CHOSEN} and search_more is not null ${all}`,
    condition: `${CHOSEN} and (true ${some} or search_more is not null ${all})`,
    values: [
      ...[tenantId, kind, table, state, from || null, to || null],
      ...words.flatMap((word) => [word, codesFoundBy(word)]),
    ],
  };
}

/** Days are those of the Dutch clock. */
const CHOSEN = `tenant_id = $1 and ($2 = '' or kind = $2) and ($3 = '' or record_table = $3)
  and ($4 = 'all' or $4 = 'closed' and closed_at is not null or $4 = 'open' and closed_at is null and kind <> 'info')
  and ($5::date is null or last_at >= $5::date::timestamp at time zone 'Europe/Amsterdam')
  and ($6::date is null or first_at < ($6::date + 1)::timestamp at time zone 'Europe/Amsterdam')`;
