import { isUtf8 } from "node:buffer";
import { read, readNumber } from "../../shared/domain/varint.ts";
import type { Field, Layout } from "./layout.ts";

/** Places of fields in the values of a chunk: a row of the table for each value, a column for each field. */
export class FieldPlaces {
  readonly fields: number;
  #table: Int32Array;

  constructor(fields: number, values: number) {
    this.fields = fields;
    this.#table = new Int32Array(fields * values);
  }

  set(value: number, field: number, place: number): void {
    this.#table[value * this.fields + field] = place;
  }

  /** Where a field begins in its value; ABSENT where it is none. */
  of(value: number, field: number): number {
    return this.#table[value * this.fields + field] ?? ABSENT;
  }
}

export const ABSENT = -1;

/**
 * Walks through a value and notes where its fields begin.
 * @param start behind the wire format's header @param row of `places` that it fills
 * @returns false where the bytes are no whole value of that layout with a body, or hold what the usual way has to look at
 */
export function readPlaces(
  bytes: Uint8Array,
  start: number,
  layout: Layout,
  places: FieldPlaces,
  row: number,
): boolean {
  let at = start;
  const { fields } = layout;
  for (let index = 0; index < fields.length && at !== ABSENT; index += 1) {
    const { value, isOptional } = fields[index] as Field;
    const branch = isOptional ? bytes[at++] : SECOND_BRANCH;
    const isThere = branch === SECOND_BRANCH;
    if (!isThere && (branch !== FIRST_BRANCH || value === null)) return false;
    places.set(row, index, isThere ? at : ABSENT);
    if (isThere && value !== null) at = behind(bytes, at, value);
  }
  return at === bytes.length;
}

/** The place behind a value; ABSENT where it is none of its kind. */
function behind(bytes: Uint8Array, at: number, value: NonNullable<Field["value"]>): number {
  switch (value.kind) {
    case "text":
      return behindText(bytes, at);
    case "flag":
      return (bytes[at] ?? 2) > 1 ? ABSENT : at + 1;
    case "number":
      return readNumber(bytes, at) && Math.abs(read.value) <= value.most ? read.next : ABSENT;
    case "enum":
      return readNumber(bytes, at) && value.symbols[read.value] !== undefined ? read.next : ABSENT;
    case "texts": {
      let next = at;
      for (let texts = value.names.length; texts > 0 && next !== ABSENT; texts -= 1)
        next = behindText(bytes, next);
      return next;
    }
  }
}

/** Unions have their branch as a varint: 0 is 0, 1 is 2. */
const FIRST_BRANCH = 0;
const SECOND_BRANCH = 2;

/** The place behind a text; ABSENT where it is cut off. */
function behindText(bytes: Uint8Array, at: number): number {
  if (!readNumber(bytes, at) || read.value < 0) return ABSENT;
  const end = read.next + read.value;
  return end > bytes.length ? ABSENT : end;
}

/** Whether a text at a place is, byte for byte, this stretch of other bytes. */
export function isSameText(
  bytes: Uint8Array,
  at: number,
  other: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (!readNumber(bytes, at) || read.value !== to - from) return false;
  for (let index = 0; index < read.value; index += 1)
    if (bytes[read.next + index] !== other[from + index]) return false;
  return true;
}

/** Whether two texts of a value are the same. */
export function areSameTexts(bytes: Uint8Array, one: number, other: number): boolean {
  if (!readNumber(bytes, other)) return false;
  return isSameText(bytes, one, bytes, read.next, read.next + read.value);
}

/** A text at a place; null where it is no UTF-8 or has a character that Postgres refuses. */
export function textAt(bytes: Buffer, at: number): string | null {
  if (!readNumber(bytes, at)) return null;
  const text = bytes.subarray(read.next, read.next + read.value);
  return !isUtf8(text) || text.includes(0) ? null : text.toString();
}
