import type { MessageKind, MessageLogged } from "../../../schemas/records.ts";
import { LONGEST_PARAM, type PlainText, plainText, plainTexts } from "../../shared/domain/plain-text.ts";
import { recordKey } from "../../shared/domain/record-key.ts";

/** A message as a row of log.occurrences; members are named as its columns. */
export type LogEntry = {
  readonly message_id: PlainText;
  readonly tenant_id: PlainText;
  readonly code: PlainText;
  readonly kind: MessageKind;
  readonly record_table: string;
  readonly record_id: PlainText;
  readonly record_name: PlainText;
  readonly params: Readonly<Record<string, PlainText>>;
  readonly service: PlainText;
  readonly correlation_id: PlainText;
  readonly closes: readonly PlainText[] | null;
  /** ISO 8601 in UTC. */
  readonly at: string;
};

/** Longest of the texts that indexes hold, in UTF-16 units: three of them stay below the 2,704 bytes of a B-tree entry. */
const LONGEST_INDEXED = 200;
const LONGEST_NAME = 500;
/** The first millisecond of the year 10000, which has another notation. */
const END_OF_TIME_MS = Date.UTC(10_000, 0);

/** Why a message cannot be kept or found again; null when it can. @param key `tenantId/messageId` */
export function checkMessage(message: MessageLogged | null, key: string): string | null {
  if (message === null) return "there is no message";
  const { tenantId, messageId, code, recordId, at } = message;
  if (key !== recordKey(tenantId, messageId)) return "the key is not tenantId/messageId of the value";
  if (code === "") return "code is empty";
  for (const [name, text] of Object.entries({ tenantId, messageId, code, recordId }))
    if (text.length > LONGEST_INDEXED) return `${name} is longer than ${LONGEST_INDEXED} characters`;
  if (!(at > 0 && at < END_OF_TIME_MS)) return "at is no moment after 1970";
  return null;
}

const indexed = (text: string): PlainText => plainText(text, LONGEST_INDEXED);

/** The row of a message that passed `checkMessage`. */
export function logEntry(message: MessageLogged): LogEntry {
  return {
    message_id: indexed(message.messageId),
    tenant_id: indexed(message.tenantId),
    code: indexed(message.code),
    kind: message.kind,
    record_table: message.table,
    record_id: indexed(message.recordId),
    record_name: plainText(message.recordName, LONGEST_NAME),
    params: plainTexts(message.params, LONGEST_PARAM),
    service: indexed(message.service),
    correlation_id: indexed(message.correlationId),
    closes: message.closes === null || message.closes.length === 0 ? null : message.closes.map(indexed),
    at: new Date(message.at).toISOString(),
  };
}
