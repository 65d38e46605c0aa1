import type { Queryable } from "../../shared/postgres.ts";
import { type ListedMessage, messageById } from "./list-queries.ts";

/** One time that a message was said. */
export type Said = {
  readonly at: Date;
  readonly service: string;
  readonly correlationId: string;
  readonly params: Readonly<Record<string, string>>;
};

/** More times than a person looks through. */
const MOST_SAID = 100;

/** One message with the latest times that it was said; null when it is not this tenant's. */
export async function findMessage(
  db: Queryable,
  tenantId: string,
  id: number,
): Promise<{ readonly message: ListedMessage; readonly said: readonly Said[] } | null> {
  const message = await messageById(db, tenantId, id);
  if (message === null) return null;
  const { rows: said } = await db.query<Said>(
    `select o.at, o.service, o.correlation_id as "correlationId", o.params
     from log.messages m join log.occurrences o on o.tenant_id = m.tenant_id and o.record_table = m.record_table
       and o.record_id = m.record_id and o.code = m.code and o.at between m.first_at and m.last_at
     where m.tenant_id = $1 and m.id = $2
     order by o.at desc, o.message_id limit ${MOST_SAID}`,
    [tenantId, id],
  );
  return { message, said };
}
