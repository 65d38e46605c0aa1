const QUOTES: readonly (readonly [RegExp, string])[] = [
  [/[“”„«»]/g, '"'],
  [/[‘’‚]/g, "'"],
];

/**
 * The different words of a text as they are searched: without capitals, accents and invisible characters, with straight
 * quotes. Written and looked for by this one function, each word of any piece of a text is part of a word of the text.
 */
export function searchWords(text: string): readonly string[] {
  const straight = QUOTES.reduce(
    (part, [curly, quote]) => part.replaceAll(curly, quote),
    text.toWellFormed(),
  );
  const plain = straight
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Cf}]/gu, "")
    // A sigma has another form at the end of a word, and a piece of a text ends words elsewhere.
    .replaceAll("ς", "σ");
  return [...new Set(plain.split(/[\s\p{Cc}]+/u))].filter((word) => word !== "");
}
