/**
 * How a text begins that a spreadsheet takes for a formula: full-width forms too, and behind characters that it skips or
 * does not show.
 */
const FORMULA = /^(?:[\t\r\n]|[\s\p{Cc}\p{Cf}]*[=+\-@|%＝＋－＠])/u;

/**
 * A cell for a Dutch spreadsheet: in quotes, doubled inside. Text that a spreadsheet would take for a formula gets an
 * apostrophe in front. Source: OWASP, CSV injection.
 */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** A line; cells are separated by semicolons, as Dutch spreadsheets expect. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(";")}\r\n`;

/** Tells spreadsheets that the file is UTF-8. */
export const CSV_BEGIN = "\ufeff";
