import type { MessageKind, MessageLogged, MessageTable } from "../../../schemas/records.ts";
import { derivedId } from "./derived-id.ts";
import { CONNECTION_MESSAGES } from "./messages/connection.ts";
import { LIST_MESSAGES } from "./messages/list-reading.ts";
import { MASTER_DATA_MESSAGES } from "./messages/master-data.ts";
import { ORDER_MESSAGES } from "./messages/orders.ts";
import { SETTINGS_MESSAGES } from "./messages/settings.ts";
import { WORKORDER_MESSAGES } from "./messages/workorders.ts";

export type Language = "nl" | "en";

/** What is said and what to do; `{name}` stands for a parameter. An info needs no action: an empty text. */
export type MessageText = { readonly text: string; readonly action: string };

export type CatalogueEntry = {
  readonly kind: MessageKind;
  readonly table: MessageTable;
  readonly nl: MessageText;
  readonly en: MessageText;
};

/**
 * Every message there is (rules L1–L3). Messages travel as code and parameters; their texts
 * stand in messages/, by subject, and nowhere else.
 */
export const MESSAGE_CATALOGUE = {
  ...MASTER_DATA_MESSAGES,
  ...LIST_MESSAGES,
  ...WORKORDER_MESSAGES,
  ...ORDER_MESSAGES,
  ...CONNECTION_MESSAGES,
  ...SETTINGS_MESSAGES,
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type MessageCode = keyof typeof MESSAGE_CATALOGUE;

export type NewMessage = {
  readonly tenantId: string;
  readonly code: MessageCode;
  /** Parameters of the text. */
  readonly params?: Readonly<Record<string, string>>;
  /** Record it is about; empty when it is about all of its table. */
  readonly recordId?: string;
  readonly recordName?: string;
  readonly correlationId?: string;
  /** Codes of open messages about the same record that end with this one. */
  readonly closes?: readonly MessageCode[];
  /** When it happened, milliseconds since 1970 UTC. */
  readonly at: number;
  readonly service: string;
  /** What makes it this occurrence and no other, such as a version or an attempt: a repeat has the same. */
  readonly occurrence: string | number;
};

/** The record for the message topic. Its id depends on tenant, code, record and occurrence alone. */
export function messageLogged(message: NewMessage): MessageLogged {
  const entry: CatalogueEntry = MESSAGE_CATALOGUE[message.code];
  const recordId = message.recordId ?? "";
  return {
    tenantId: message.tenantId,
    messageId: derivedId(message.tenantId, message.code, recordId, message.occurrence),
    at: message.at,
    service: message.service,
    kind: entry.kind,
    code: message.code,
    params: message.params ?? {},
    table: entry.table,
    recordId,
    recordName: message.recordName ?? "",
    correlationId: message.correlationId ?? "",
    closes: message.closes === undefined || message.closes.length === 0 ? null : message.closes,
  };
}

/** Text and action of a message in a language, parameters filled in; an unknown code shows itself, never nothing. */
export function renderMessage(
  code: string,
  params: Readonly<Record<string, string>>,
  language: Language,
): MessageText {
  const entry = entryOf(code);
  if (entry === null) return { text: code, action: "" };
  const { text, action } = entry[language];
  return { text: filled(text, params), action: filled(action, params) };
}

/** The text of a message whatever its parameters: `…` stands for each. */
export function messagePattern(code: string, language: Language): string {
  return entryOf(code)?.[language].text.replaceAll(/\{\w+\}/g, "…") ?? code;
}

/** The entry of a code that came from outside; own members only, so that "constructor" is not a code. */
function entryOf(code: string): CatalogueEntry | null {
  const entries: Readonly<Record<string, CatalogueEntry>> = MESSAGE_CATALOGUE;
  return Object.hasOwn(entries, code) ? (entries[code] ?? null) : null;
}

const filled = (text: string, params: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(params, name) ? (params[name] ?? "?") : "?",
  );
