import { type CatalogueEntry, MESSAGE_CATALOGUE, renderMessage } from "./message-catalogue.ts";
import { searchWords } from "./search-words.ts";

/**
 * The words of what people read of a message, in either language, that its code alone does not give: what is stored to
 * search in. The others are the same in all messages of a code, so that they are looked for in the catalogue
 * (`codesFoundBy`).
 */
export function ownSearchWords(message: {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly recordId: string;
  readonly recordName: string;
}): readonly string[] {
  const { code, params, recordId, recordName } = message;
  const read = (["nl", "en"] as const).map((language) => renderMessage(code, params, language));
  const texts = [...read.flatMap(({ text, action }) => [text, action]), ...Object.values(params)];
  const common = new Set(COMMON_WORDS.get(code));
  return searchWords([...texts, recordId, recordName, code].join("\n")).filter((word) => !common.has(word));
}

/** Codes whose messages all have this word of a search, whatever their parameters. */
export const codesFoundBy = (word: string): readonly string[] =>
  [...COMMON_WORDS].filter(([, words]) => words.some((one) => one.includes(word))).map(([code]) => code);

/** For each code its words without a parameter; its own name is one of them. */
const COMMON_WORDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<CatalogueEntry>(MESSAGE_CATALOGUE).map(([code, { nl, en }]) => [
    code,
    searchWords([nl.text, nl.action, en.text, en.action, code].join("\n")).filter(
      (word) => !word.includes("{"),
    ),
  ]),
);
