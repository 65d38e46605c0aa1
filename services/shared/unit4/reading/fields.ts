import { plainNumber } from "./plain-number.ts";

/** Reads one field; undefined where the value does not fit. */
export type Field<T> = (value: unknown) => T | undefined;

/** An id: text, never a number, since a number has lost its leading zeros. */
export const idField: Field<string> = (value) =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A code of a lookup, such as a payment condition: text; "" where there is none. */
export const codeField: Field<string> = (value) => {
  if (typeof value === "string") return value;
  return isAbsent(value) ? "" : undefined;
};

/** Text that people read; a number or a boolean in its place is written out, "" where there is none. */
export const textField: Field<string> = (value) => {
  if (typeof value === "string") return value;
  if (isAbsent(value)) return "";
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
};

/** A whole number, also as text; there is no sensible guess where it is missing. */
export const wholeField: Field<number> = (value) => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && /^-?\d{1,9}$/.test(value) ? Number(value) : undefined;
};

/** A whole number, `other` where Unit4 gives none. */
export const wholeFieldOr =
  <T extends number | null>(other: T): Field<number | T> =>
  (value) =>
    isAbsent(value) ? other : wholeField(value);

/** A decimal number as plain decimal text; "0" where Unit4 gives none. */
export const decimalField: Field<string> = (value) => plainNumber(value ?? 0) ?? undefined;

const isAbsent = (value: unknown): boolean => value === null || value === undefined;
