import { logEntry } from "../../services/log-sink/domain/log-entry.ts";
import { storeMessages } from "../../services/log-sink/message-store.ts";
import { messageLogged, type NewMessage } from "../../services/shared/domain/message-catalogue.ts";
import { inTransaction } from "../../services/shared/postgres.ts";
import type { World } from "./world.ts";

/** A message about workorder WB-173 of tenant bos, with what a test says otherwise. */
export type SaidMessage = Partial<Omit<NewMessage, "code">> & Pick<NewMessage, "code">;

/** Puts messages into the log as the log-sink does. */
export async function say(world: World, ...messages: readonly SaidMessage[]): Promise<void> {
  const entries = messages.map((message) => {
    const { at = Date.parse("2026-11-24T10:00:00Z"), recordId = "173", recordName = "WB-173" } = message;
    return logEntry(
      messageLogged({
        tenantId: "bos",
        params: { number: recordName },
        service: "test",
        occurrence: at,
        ...message,
        at,
        recordId,
        recordName,
      }),
    );
  });
  await inTransaction(world.pool, (tx) => storeMessages(tx, entries));
}

/** Lines of a log whose export is more than the sockets of both ends hold. */
export const LARGE_LOG = 60_000;

/** Fills the log of tenant bos. */
export async function fillLog({ pool }: World, rows: number): Promise<void> {
  for (let from = 1; from <= rows; from += SLICE)
    await fillSlice(pool, from, Math.min(rows, from + SLICE - 1));
}

/** So few that a busy machine takes them well before a statement counts as lost. */
const SLICE = 5_000;

async function fillSlice(pool: World["pool"], from: number, to: number): Promise<void> {
  await pool.query(
    `insert into log.messages (tenant_id, code, kind, record_table, record_id, record_name, params, service,
       correlation_id, occurrence_count, first_at, last_at)
     select 'bos', 'ORDER_WRITTEN', 'info', 'workorder', 'w' || i, 'WB-' || i,
       jsonb_build_object('number', 'WB-' || i, 'orderId', '26' || i), 'test', '', 1,
       now() - i * interval '1 second', now() - i * interval '1 second' from generate_series($1::int, $2::int) i`,
    [from, to],
  );
}
