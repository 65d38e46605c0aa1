/** Text without what Postgres refuses in text and jsonb: NUL characters and halves of surrogate pairs. */
export const storableText = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/** A map of texts with storable names and values. */
export const storableTexts = (texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [storableText(name), storableText(text)]));
