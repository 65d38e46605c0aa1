declare const plain: unique symbol;

/**
 * Text from outside (Unit4, a topic) that every table, JSON and page takes: whole characters, no U+0000, of limited length.
 * Only `plainText` makes it, at the door; whatever stores such text asks for this type.
 */
export type PlainText = string & { readonly [plain]: true };

/** U+0000, which Postgres refuses, and halves of surrogate pairs, which are no characters. */
const UNUSABLE = /\0|\p{Surrogate}/gu;

/**
 * The text with U+FFFD for each code unit that cannot be kept. What is longer than `most` is cut between characters and ends
 * in `… [700]`, where 700 is how long it was, in UTF-16 units. @param most longest result, in UTF-16 units; at least 20
 */
export function plainText(text: string, most: number): PlainText {
  const whole = text.replaceAll(UNUSABLE, "\u{FFFD}");
  if (whole.length <= most) return whole as PlainText;
  const mark = `… [${text.length}]`;
  // A pair that the cut would split is left out whole.
  const head = whole.slice(0, most - mark.length).replace(/\p{Surrogate}$/u, "");
  return `${head}${mark}` as PlainText;
}

/** A map of texts, its names as well as its values. @param most as for `plainText` */
export const plainTexts = (
  texts: Readonly<Record<string, string>>,
  most: number,
): Readonly<Record<string, PlainText>> =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [plainText(name, LONGEST_NAME), plainText(text, most)]),
  );

const LONGEST_NAME = 200;

/** Longest parameter of a message that is kept: more than a person reads. In UTF-16 units. */
export const LONGEST_PARAM = 10_000;
