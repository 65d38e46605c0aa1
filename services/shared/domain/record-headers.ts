import { read, readNumber } from "./varint.ts";

/** First header of a dead letter: how many of its headers are its own, this one included. All others are those of the record. */
export const OWN_HEADERS = "x-own-headers";

/** A header of a record as it stands there: names may come again, values may be any bytes, or none. */
export type RecordHeader = { readonly name: Buffer; readonly value: Buffer | null };

/**
 * The headers of a record, in their order and with names that come again.
 * @param bytes as `FetchedRecord` has them: their number, then name and value of each with their lengths; null where there is none
 * @returns as many as can be read, as views of `bytes`
 */
export function unpackHeaders(bytes: Buffer | null): readonly RecordHeader[] {
  const headers: RecordHeader[] = [];
  if (bytes === null || !readNumber(bytes, 0)) return headers;
  for (let left = read.value, at = read.next; left > 0; left -= 1) {
    const name = sizedAt(bytes, at);
    const value = name === undefined ? undefined : sizedAt(bytes, read.next);
    if (name === undefined || value === undefined) break;
    at = read.next;
    headers.push({ name: name ?? Buffer.alloc(0), value });
  }
  return headers;
}

/** Bytes with their length before them, `read.next` behind them; null for none, undefined where they are cut off. */
function sizedAt(bytes: Buffer, at: number): Buffer | null | undefined {
  if (!readNumber(bytes, at)) return undefined;
  if (read.value < 0) return null;
  const end = read.next + read.value;
  if (end > bytes.length) return undefined;
  const sized = bytes.subarray(read.next, end);
  read.next = end;
  return sized;
}

/** What `unpackHeaders` reads. */
export const packHeaders = (headers: readonly RecordHeader[]): Buffer =>
  Buffer.concat([
    number(headers.length),
    ...headers.flatMap(({ name, value }) => [
      number(name.length),
      name,
      number(value?.length ?? -1),
      value ?? Buffer.alloc(0),
    ]),
  ]);

/** A header whose value is text, or none. */
export const textHeader = (name: string, value: string | null): RecordHeader => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
});

/** The first value of each, as text. */
export function headerTexts(headers: readonly RecordHeader[]): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { name, value } of headers) texts[name.toString()] ??= value?.toString() ?? "";
  return texts;
}

/** Zigzag, seven bits a byte. */
function number(value: number): Buffer {
  const bytes: number[] = [];
  let left = value < 0 ? -value * 2 - 1 : value * 2;
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) + 0x80);
  return Buffer.from([...bytes, left]);
}
