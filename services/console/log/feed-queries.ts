import type { MessageKind, MessageTable } from "../../../schemas/records.ts";
import type { Queryable } from "../../shared/postgres.ts";
import type { ListedMessage } from "./list-queries.ts";

/** Which messages are asked for; an empty text chooses all. */
export type FeedChoice = {
  readonly kind: MessageKind | "";
  readonly table: MessageTable | "";
  readonly state: "open" | "closed" | "";
  readonly recordId: string;
  /** Where the page before ended; null for the first one. */
  readonly after: FeedPlace | null;
};

/** A place in the feed: microseconds since 1970 UTC, since Postgres keeps those, and the message's id. */
export type FeedPlace = { readonly lastUs: number; readonly id: number };

type FeedMessage = FeedPlace & ListedMessage;

const PAGE_ROWS = 100;

/**
 * Messages of a tenant for programs, the latest first. One that is said again while somebody reads page by page moves to
 * the front, behind whom reads: it is seen when the first page is asked for again.
 */
export async function messageFeed(
  db: Queryable,
  tenantId: string,
  { kind, table, state, recordId, after }: FeedChoice,
): Promise<{ readonly messages: readonly FeedMessage[]; readonly next: FeedPlace | null }> {
  const { rows } = await db.query<FeedMessage>(
    `select id, (extract(epoch from last_at) * 1000000)::bigint as "lastUs", code, kind, record_table as table,
       record_id as "recordId", record_name as "recordName", params, occurrence_count as count,
       first_at as "firstAt", last_at as "lastAt", closed_at as "closedAt"
     from log.messages
     where tenant_id = $1 and ($2 = '' or kind = $2) and ($3 = '' or record_table = $3)
       and ($4 = '' or (closed_at is null) = ($4 = 'open')) and ($5 = '' or record_id = $5)
       and ($6::bigint is null
         or (last_at, id) < (timestamptz 'epoch' + $6::bigint * interval '1 microsecond', $7::bigint))
     order by last_at desc, id desc limit ${PAGE_ROWS + 1}`,
    [tenantId, kind, table, state, recordId, after?.lastUs ?? null, after?.id ?? null],
  );
  const messages = rows.slice(0, PAGE_ROWS);
  return { messages, next: rows.length > PAGE_ROWS ? (messages.at(-1) ?? null) : null };
}
