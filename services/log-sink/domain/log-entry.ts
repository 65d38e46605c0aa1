import type { MessageKind, MessageLogged } from "../../../schemas/records.ts";
import { recordKey } from "../../shared/domain/record-key.ts";
import { storableText, storableTexts } from "./storable-text.ts";

/** A message as a row of log.occurrences; members are named as its columns. */
export type LogEntry = {
  readonly message_id: string;
  readonly tenant_id: string;
  readonly code: string;
  readonly kind: MessageKind;
  readonly record_table: string;
  readonly record_id: string;
  readonly record_name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly service: string;
  readonly correlation_id: string;
  readonly closes: readonly string[] | null;
  /** ISO 8601 in UTC. */
  readonly at: string;
};

/** Longest of the texts that indexes hold, in UTF-16 units: three of them stay below the 2,704 bytes of a B-tree entry. */
const LONGEST_INDEXED = 200;
/** The first millisecond of the year 10000, which has another notation. */
const END_OF_TIME_MS = Date.UTC(10_000, 0);

/** Why a message cannot be kept or found again; null when it can. @param key `tenantId/messageId` */
export function checkMessage(message: MessageLogged | null, key: string): string | null {
  if (message === null) return "there is no message";
  const { tenantId, messageId, code, recordId, at } = message;
  if (key !== recordKey(tenantId, messageId)) return "the key is not tenantId/messageId of the value";
  if (storableText(code) === "") return "code is empty";
  for (const [name, text] of Object.entries({ tenantId, messageId, code, recordId }))
    if (text.length > LONGEST_INDEXED) return `${name} is longer than ${LONGEST_INDEXED} characters`;
  if (!(at > 0 && at < END_OF_TIME_MS)) return "at is no moment after 1970";
  return null;
}

/** The row of a message that passed `checkMessage`, without what Postgres refuses. */
export function logEntry(message: MessageLogged): LogEntry {
  return {
    message_id: storableText(message.messageId),
    tenant_id: storableText(message.tenantId),
    code: storableText(message.code),
    kind: message.kind,
    record_table: message.table,
    record_id: storableText(message.recordId),
    record_name: storableText(message.recordName),
    params: storableTexts(message.params),
    service: storableText(message.service),
    correlation_id: storableText(message.correlationId),
    closes: message.closes === null || message.closes.length === 0 ? null : message.closes.map(storableText),
    at: new Date(message.at).toISOString(),
  };
}
