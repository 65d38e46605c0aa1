import { type Language, renderMessage } from "../../shared/domain/message-catalogue.ts";
import { shownTime } from "../parts/domain/local-time.ts";
import type { ListedMessage } from "./list-queries.ts";
import { LOG } from "./texts.ts";

/** The names above the cells of `exportCells`. */
export function exportHead(language: Language): readonly string[] {
  const t = LOG[language];
  return [t.time, t.firstTime, t.count, t.table, t.kind, t.message, t.action, t.recordId, t.record, t.state];
}

/** A message as a line of the export: the texts and times of the screen. */
export function exportCells(message: ListedMessage, language: Language): readonly string[] {
  const t = LOG[language];
  const { kind, closedAt } = message;
  const { text, action } = renderMessage(message.code, message.params, language);
  const open = kind === "info" ? "" : t.open;
  return [
    shownTime(message.lastAt, language),
    shownTime(message.firstAt, language),
    String(message.count),
    t.tables[message.table],
    t.kinds[kind],
    text,
    action,
    message.recordId === "*" ? "" : message.recordId,
    message.recordName,
    closedAt === null ? open : t.solved(shownTime(closedAt, language)),
  ];
}
