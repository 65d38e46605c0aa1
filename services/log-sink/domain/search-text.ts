import { ownSearchWords } from "../../shared/domain/message-search.ts";
import type { LogEntry } from "./log-entry.ts";

/** Words that a message is found by, besides those that all of its code have (rule L2). */
export type SearchText = {
  /** Stands in an index. */
  readonly text: string;
  /** What did not fit there; null for nearly all messages. */
  readonly more: string | null;
};

/** With the other columns of its index the text stays below the 2,704 bytes of a B-tree entry. */
const LONGEST_TEXT_BYTES = 600;

/** What is stored to search in: as many words as an index takes, and the others apart. */
export function searchText({ code, params, record_id, record_name }: LogEntry): SearchText {
  const fitting: string[] = [];
  const others: string[] = [];
  let bytes = 0;
  for (const word of ownSearchWords({ code, params, recordId: record_id, recordName: record_name })) {
    const size = Buffer.byteLength(word) + 1;
    const fits = bytes + size <= LONGEST_TEXT_BYTES;
    if (fits) bytes += size;
    (fits ? fitting : others).push(word);
  }
  return { text: fitting.join(" "), more: others.length === 0 ? null : others.join(" ") };
}
