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
