/** Longest description of an order line in UTF-16 units (Multivers API, OrderLine.description). */
export const LINE_LENGTH = 254;

const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
/** Unicode category Cc without what LINE_BREAK and the tab stand for. */
const CONTROL = /\p{Cc}/gu;

/**
 * Text as Unit4 and Postgres take it: line breaks as \n, a tab as a space, other control characters dropped, half
 * surrogate pairs replaced by U+FFFD.
 */
export function cleanText(text: string): string {
  return text
    .split(LINE_BREAK)
    .map((line) => line.replaceAll("\t", " ").replaceAll(CONTROL, "").toWellFormed())
    .join("\n");
}

/** The same on one line: every run of white space is one space, none at either end. */
export function singleLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, " ").trim();
}

/** The beginning of a well-formed text, at most `length` UTF-16 units, never ending inside a surrogate pair. */
export function beginningOf(text: string, length: number): string {
  if (text.length <= length) return text;
  const lastUnit = text.charCodeAt(length - 1);
  const endsInsidePair = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, endsInsidePair ? length - 1 : length);
}

/**
 * Text as order lines of at most 254 UTF-16 units. Each line of the text begins a new order line; a longer one goes on
 * after the last space that fits, which stays where it is, or is cut where there is no space. Joined with nothing, the
 * pieces of a line are that line again. Blank lines inside the text stay, since they part its paragraphs; those before
 * and after it are dropped.
 */
export function textLines(text: string): readonly string[] {
  const lines = cleanText(text).split("\n");
  const first = lines.findIndex(isWritten);
  if (first === -1) return [];
  return lines.slice(first, lines.findLastIndex(isWritten) + 1).flatMap(piecesOf);
}

const isWritten = (line: string): boolean => line.trim() !== "";

function piecesOf(line: string): readonly string[] {
  const pieces: string[] = [];
  let rest = line.trim() === "" ? "" : line;
  while (rest.length > LINE_LENGTH) {
    const piece = firstPiece(rest);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

function firstPiece(line: string): string {
  const whole = beginningOf(line, LINE_LENGTH);
  const border = whole.lastIndexOf(" ") + 1;
  const hasWord = whole.slice(0, border).trim() !== "";
  return hasWord ? whole.slice(0, border) : whole;
}
