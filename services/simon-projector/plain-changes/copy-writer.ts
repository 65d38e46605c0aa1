import { isUtf8 } from "node:buffer";
import { read, readNumber } from "../../shared/domain/varint.ts";

const TAB = 0x09;
const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
/** The letter behind the backslash for each byte that COPY's text format wants escaped. Source: PostgreSQL 18, COPY. */
const ESCAPED = new Uint8Array(256);
for (const [byte, letter] of [
  [0x08, "b"],
  [TAB, "t"],
  [NEWLINE, "n"],
  [0x0b, "v"],
  [0x0c, "f"],
  [0x0d, "r"],
  [BACKSLASH, "\\"],
] as const)
  ESCAPED[byte] = letter.charCodeAt(0);

/** Digits of a number that is below 2^53, its sign, and what stands between columns. */
const LONGEST_NUMBER = 18;

/**
 * Rows in COPY's text format, written byte by byte from Avro's: no text in between. What writes says whether it could; only texts
 * may be refused.
 */
export class CopyWriter {
  #bytes: Buffer;
  #at = 0;

  /** @param bytes that it will roughly take */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  /** What has been written. */
  data(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Ends a column. */
  tab(): void {
    this.#room(1);
    this.#bytes[this.#at++] = TAB;
  }

  /** Ends a row, in place of the last tab. */
  endRow(): void {
    this.#bytes[this.#at - 1] = NEWLINE;
  }

  none(): true {
    this.#room(2);
    this.#bytes[this.#at++] = BACKSLASH;
    this.#bytes[this.#at++] = 0x4e;
    return true;
  }

  /** Text that needs no escaping. */
  ascii(text: string): true {
    this.#room(text.length);
    this.#at += this.#bytes.write(text, this.#at, "latin1");
    return true;
  }

  number(value: number): true {
    if (value < 0 || value >= 1e15) this.ascii(String(value));
    else this.#digits(value);
    return true;
  }

  #digits(value: number): void {
    this.#room(LONGEST_NUMBER);
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits += 1;
    let left = value;
    for (let place = this.#at + digits - 1; place >= this.#at; place -= 1) {
      const rest = Math.floor(left / 10);
      this.#bytes[place] = 0x30 + (left - rest * 10);
      left = rest;
    }
    this.#at += digits;
  }

  /** The number at a place of a value. */
  numberAt(bytes: Buffer, at: number): true {
    readNumber(bytes, at);
    return this.number(read.value);
  }

  /** The text at a place of a value. @returns false where it is no UTF-8 or has a character that Postgres refuses */
  textAt(bytes: Buffer, at: number): boolean {
    readNumber(bytes, at);
    return this.#text(bytes, read.next, read.next + read.value);
  }

  /** A text of ours. */
  text(text: string): boolean {
    const bytes = Buffer.from(text);
    return this.#text(bytes, 0, bytes.length);
  }

  #text(bytes: Buffer, from: number, to: number): boolean {
    this.#room(2 * (to - from));
    const out = this.#bytes;
    const begin = this.#at;
    let at = begin;
    let bits = 0;
    for (let next = from; next < to; next += 1) {
      const byte = bytes[next] as number;
      const letter = ESCAPED[byte] as number;
      if (letter !== 0) {
        out[at++] = BACKSLASH;
        out[at++] = letter;
      } else {
        if (byte === 0) return false;
        bits |= byte;
        out[at++] = byte;
      }
    }
    this.#at = at;
    return bits < 0x80 || isUtf8(out.subarray(begin, at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
