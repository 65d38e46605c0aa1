import type { MessageLogged } from "../../schemas/records.ts";
import { TOPICS } from "../../schemas/topics.ts";
import type { RecordDecoder } from "../shared/avro.ts";
import { type PostgresRoute, rawRoute, route } from "../shared/kafka/postgres-route.ts";
import { storeDeadLetters } from "./dead-letter-store.ts";
import { deadLetterEntry, setAsideEntry } from "./domain/dead-letter-entry.ts";
import { checkMessage, logEntry } from "./domain/log-entry.ts";
import { storeMessages } from "./message-store.ts";
import { settleProcessed } from "./processed-letters.ts";
import type { LogTelemetry } from "./telemetry.ts";

/** Messages become rows that people read; what repeats is counted and what is mended is closed. */
export function loggedMessages(
  decoder: RecordDecoder<MessageLogged>,
  telemetry: LogTelemetry,
): PostgresRoute {
  return route<MessageLogged>({
    topic: TOPICS.messageLogged.name,
    decoder,
    tombstones: false,
    check: ({ value, key }) => checkMessage(value, key),
    apply: async (tx, records) => {
      const said = records.flatMap(({ value }) => (value === null ? [] : [logEntry(value)]));
      const { entries, processed } = await settleProcessed(tx, said);
      telemetry.lettersMoved("processed", processed);
      telemetry.messagesStored(await storeMessages(tx, entries), entries.length);
      return [];
    },
  });
}

/**
 * Anything on the dead-letter topic becomes a row for operators and, where its key names a tenant, a message. That
 * message is stored here and not published, so that a letter about a message cannot make another one.
 * @param mostPutBacks one that was put back so often and fails again is quarantined
 */
export function deadLetters(telemetry: LogTelemetry, mostPutBacks: number): PostgresRoute {
  return rawRoute({
    topic: TOPICS.deadLetter.name,
    apply: async (tx, records) => {
      const letters = records.map(deadLetterEntry);
      const told = letters.map(setAsideEntry).filter((entry) => entry !== null);
      const { count, quarantined } = await storeDeadLetters(tx, letters, mostPutBacks);
      telemetry.deadLettersStored(count);
      telemetry.lettersMoved("quarantined", quarantined);
      telemetry.messagesStored(await storeMessages(tx, told), told.length);
      return [];
    },
  });
}
