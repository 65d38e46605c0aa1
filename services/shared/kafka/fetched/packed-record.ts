import { RECORD_LIMITS } from "../../domain/record-limits.ts";
import type { Packing } from "./unpack.ts";

/** The head of a record batch (magic 2), as it stands in a fetch; KIP-98 has its layout. */
export type BatchHead = {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly firstTimestampMs: number;
  /** Where the broker's own time counts, that of the append; else null. */
  readonly appendedAtMs: number | null;
  readonly packing: Packing;
  readonly isControl: boolean;
  readonly isInTransaction: boolean;
  readonly producerId: string;
  readonly count: number;
};

/** Of a record that is not held whole: how large it is, where that is known, and why. */
export type Cut = { readonly bytes: number | null; readonly why: string };

/** A record as kafkajs hands it on; with `cut` its key and value are only first bytes. */
export type FetchedRecord = ReturnType<typeof contextOf> & {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  readonly cut?: Cut;
};

/** What kafkajs wants to know of a record's batch. */
export const contextOf = (head: BatchHead) => ({
  magicByte: 2,
  attributes: 0,
  isControlRecord: head.isControl,
  batchContext: { producerId: head.producerId, inTransaction: head.isInTransaction },
});

type Read<T> = { readonly value: T; readonly next: number };

/** A zigzag varint at a place; null where the bytes end in it or it does not end within 2^53. */
export function readVarInt(bytes: Buffer, at: number): Read<number> | null {
  let raw = 0;
  let factor = 1;
  for (let next = at; next < bytes.length; ) {
    const byte = bytes[next] ?? 0;
    next += 1;
    raw += (byte & 0x7f) * factor;
    if (raw > Number.MAX_SAFE_INTEGER) return null;
    if (byte < 0x80) return { value: raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2, next };
    factor *= 128;
  }
  return null;
}

/** Bytes with their length before them; null as a value is length -1. Gives what is there when they end before. */
function readBytes(body: Buffer, at: number): (Read<Buffer | null> & { readonly length: number }) | null {
  const length = readVarInt(body, at);
  if (length === null) return null;
  if (length.value < 0) return { value: null, next: length.next, length: 0 };
  const next = length.next + length.value;
  return { value: body.subarray(length.next, next), next, length: length.value };
}

/** A whole record; as first bytes when its inside is damaged or has more headers than a record may have. */
export function recordIn(head: BatchHead, body: Buffer): FetchedRecord {
  const begin = beginOf(head, body);
  const value = begin === null ? null : readBytes(body, begin.next);
  if (begin === null || value === null || value.next > body.length)
    return headOfRecord(head, body, body.length, "the record is damaged");
  const headers = headersIn(body, value.next);
  if (typeof headers === "string") return headOfRecord(head, body, body.length, headers);
  const { offset, timestamp, key } = begin;
  return { ...contextOf(head), offset, timestamp, key, value: value.value, headers };
}

/** The first bytes of a record that is not held whole. @param bytes of all of it */
export function headOfRecord(
  head: BatchHead,
  body: Buffer,
  bytes: number,
  why = `${bytes} bytes are too many`,
): FetchedRecord {
  const begin = beginOf(head, body);
  const value = begin === null ? null : readBytes(body, begin.next);
  return {
    ...contextOf(head),
    offset: begin?.offset ?? String(head.lastOffset),
    timestamp: begin?.timestamp ?? String(head.firstTimestampMs),
    key: firstBytes(begin?.key ?? null),
    value: firstBytes(value?.value ?? body),
    headers: {},
    cut: { bytes, why },
  };
}

const firstBytes = (bytes: Buffer | null): Buffer | null =>
  bytes === null ? null : Buffer.from(bytes.subarray(0, RECORD_LIMITS.firstBytes));

/** Offset, time and key, and where the value begins; null when even those cannot be read. */
function beginOf(head: BatchHead, body: Buffer) {
  const elapsedMs = readVarInt(body, 1);
  const offset = elapsedMs === null ? null : readVarInt(body, elapsedMs.next);
  const key = offset === null ? null : readBytes(body, offset.next);
  if (elapsedMs === null || offset === null || key === null) return null;
  return {
    offset: String(head.firstOffset + offset.value),
    timestamp: String(head.appendedAtMs ?? head.firstTimestampMs + elapsedMs.value),
    key: key.value,
    next: key.next,
  };
}

/** The first value of each header, or what is wrong with them. */
function headersIn(body: Buffer, at: number): Readonly<Record<string, Buffer>> | string {
  const count = readVarInt(body, at);
  if (count === null) return "the record is damaged";
  if (count.value > RECORD_LIMITS.headers) return `${count.value} headers are too many`;
  const headers: Record<string, Buffer> = {};
  for (let index = 0, next = count.next; index < count.value; index += 1) {
    const name = readBytes(body, next);
    const value = name === null ? null : readBytes(body, name.next);
    if (name === null || value === null || value.next > body.length) return "the record is damaged";
    headers[name.value?.toString() ?? ""] ??= value.value ?? Buffer.alloc(0);
    next = value.next;
  }
  return headers;
}
