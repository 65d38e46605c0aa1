import { type PlainText, plainText } from "../../domain/plain-text.ts";
import type { Unit4Message } from "./errors.ts";
import { readJson } from "./json-answer.ts";

const LONGEST_TEXT = 500;
const MOST_MESSAGES = 100;
/** Control characters but U+0000, which shows, and the two that end a line although they are none. */
const UNPRINTABLE = /[[\p{Cc}\u2028\u2029]--\0]+/gv;

const KINDS: Readonly<Record<string, Unit4Message["kind"]>> = {
  error: "error",
  warning: "warning",
  info: "info",
};

/**
 * What an answer says in either of the two shapes: `{"messages": […]}` of the business rules, also those of its children,
 * and `{"Message": …}` of the web framework. Keys in any case. Source: Multivers Web API, guide to business logic.
 * @returns nothing for a body that is neither, an HTML page for instance
 */
export function messagesOfBody(body: Buffer): readonly Unit4Message[] {
  const json = readJson(body);
  return json.kind === "json" ? messagesOf(json.value) : [];
}

/** The same of a value that was read. */
export function messagesOf(value: unknown): readonly Unit4Message[] {
  return [...ruleMessages(value), ...frameworkMessages(value)].slice(0, MOST_MESSAGES);
}

/** What the business rules say, without the web framework: it speaks of addresses, not of what they hold. */
export function ruleMessagesOfBody(body: Buffer): readonly Unit4Message[] {
  const json = readJson(body);
  return json.kind === "json" ? ruleMessages(json.value).slice(0, MOST_MESSAGES) : [];
}

/** Member of an object whatever the case of its name; undefined where `value` is not an object or has none. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const wanted = name.toLowerCase();
  for (const [key, inner] of Object.entries(value)) if (key.toLowerCase() === wanted) return inner;
  return undefined;
}

const ruleMessages = (value: unknown): readonly Unit4Message[] => [
  ...listed(value, ""),
  ...lineMessages(value),
];

function listed(value: unknown, parent: string): readonly Unit4Message[] {
  const messages = member(value, "messages");
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message) => {
    const text = textOf(member(message, "message"));
    if (text === "") return [];
    const kind = KINDS[textOf(member(message, "messageType")).toLowerCase()] ?? "error";
    const path = textOf(member(message, "path"));
    return [{ kind, text, path: path === "" || path === "/" ? parent || "/" : parent + path }];
  });
}

function lineMessages(value: unknown): readonly Unit4Message[] {
  const lines = member(value, "orderLines");
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line, index) => listed(line, `/orderLines/${index}`));
}

function frameworkMessages(value: unknown): readonly Unit4Message[] {
  const texts = [textOf(member(value, "message")), textOf(member(value, "messageDetail"))];
  const state = member(value, "modelState");
  const details =
    typeof state === "object" && state !== null
      ? Object.values(state).flatMap((entries) => (Array.isArray(entries) ? entries.map(textOf) : []))
      : [];
  return [...texts, ...details]
    .filter((text) => text !== "")
    .map((text) => ({ kind: "error", text, path: "/" }));
}

const textOf = (value: unknown): PlainText =>
  plainText(typeof value === "string" ? value.replaceAll(UNPRINTABLE, " ").trim() : "", LONGEST_TEXT);
