import { parsePlainDecimal, toPlainText } from "../../domain/decimal.ts";

/** More decimals than any price or quantity has; a double that needs an exponent is written out with so many. */
const MOST_DECIMALS = 20;

/** A JSON number, or plain decimal text, as plain decimal text ("12.5", "0.0000001"); null for anything else. */
export function plainNumber(value: unknown): string | null {
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  if (typeof value !== "number" && typeof value !== "string") return null;
  const decimal = parsePlainDecimal(String(value)) ?? parsePlainDecimal(writtenOut(value));
  return decimal === null ? null : toPlainText(decimal);
}

const writtenOut = (value: number | string): string =>
  typeof value === "number" && Math.abs(value) < 1 ? value.toFixed(MOST_DECIMALS) : "";
