import type { MessageCode } from "../../shared/domain/message-catalogue.ts";
import { beginningOf, singleLine } from "./text-lines.ts";

/** Something to say about a workorder; `number` is added to its parameters later. */
export type Finding = { readonly code: MessageCode; readonly params: Readonly<Record<string, string>> };

const LONGEST_NAME = 100;
const MOST_NAMED = 20;

/** A name or text from a workorder as a message shows it: one line, at most 100 UTF-16 units. */
export const shown = (text: string): string => beginningOf(singleLine(text), LONGEST_NAME);

/** Names separated by commas; of more than twenty the rest is counted. */
export function listed(names: readonly string[]): string {
  const left = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (left > 0 ? `, … (+${left})` : "");
}
