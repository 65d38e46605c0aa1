import { RECORD_LIMITS } from "../../domain/record-limits.ts";
import { read, readNumber } from "../../domain/varint.ts";
import type { Packing } from "./unpack.ts";

/** The head of a record batch (magic 2), as it stands in a fetch; KIP-98 has its layout. */
export type BatchHead = {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly firstTimestampMs: number;
  /** That of its latest record. */
  readonly maxTimestampMs: number;
  /** Where the broker's own time counts, that of the append; else null. */
  readonly appendedAtMs: number | null;
  readonly packing: Packing;
  readonly isControl: boolean;
  /** What kafkajs wants to know of a batch. */
  readonly context: { readonly producerId: string; readonly inTransaction: boolean };
  readonly count: number;
};

/** Of a record that is not held whole: how large it is, where that is known, and why. */
type Cut = { readonly bytes: number | null; readonly why: string };

/**
 * A record as kafkajs hands it on, and as it stays to where it is used: one object, since a load makes a million of them. What is not
 * known while it is unpacked is filled in later.
 */
export type FetchedRecord = {
  /** Without the prefix of this installation. */
  topic: string;
  partition: number;
  readonly offset: number;
  /** What orders the records of a partition also beyond a topic that was made anew; the offset where none was. */
  place: number;
  /** Whether its tenant moved to another partition when the topic got more (decision 0050). */
  isStray: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly timestampMs: number;
  /** May be a view of a whole fetch, as `value` may. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The first value of each, as text. */
  readonly headers: Readonly<Record<string, string>>;
  /** All of them byte for byte, as `unpackHeaders` reads them; null where there is none. May be a view as well. */
  readonly headerBytes: Buffer | null;
  /** Set where it was not unpacked whole: key and value are then only first bytes. */
  readonly cut: Cut | undefined;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchHead["context"];
};

type Content = Pick<
  FetchedRecord,
  "offset" | "timestampMs" | "key" | "value" | "headers" | "headerBytes" | "cut"
>;

const newRecord = (head: BatchHead, content: Content): FetchedRecord => ({
  topic: "",
  partition: -1,
  offset: content.offset,
  place: content.offset,
  isStray: false,
  timestampMs: content.timestampMs,
  key: content.key,
  value: content.value,
  headers: content.headers,
  headerBytes: content.headerBytes,
  cut: content.cut,
  isControlRecord: head.isControl,
  batchContext: head.context,
});

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** A whole record; as first bytes when its inside is damaged or has more headers than a record may have. */
export function recordIn(head: BatchHead, body: Buffer): FetchedRecord {
  const begin = beginOf(head, body);
  if (begin === null || !readNumber(body, begin.next) || read.next + read.value > body.length)
    return headOfRecord(head, body, body.length, "the record is damaged");
  const valueBytes = read.value;
  const valueAt = read.next;
  const value = valueBytes < 0 ? null : body.subarray(valueAt, valueAt + valueBytes);
  const headersAt = valueAt + Math.max(0, valueBytes);
  const headers = headersIn(body, headersAt);
  if (typeof headers === "string") return headOfRecord(head, body, body.length, headers);
  const headerBytes = headers === NO_HEADERS ? null : body.subarray(headersAt);
  const { offset, timestampMs, key } = begin;
  return newRecord(head, { offset, timestampMs, key, value, headers, headerBytes, cut: undefined });
}

/** The first bytes of a record that is not held whole. @param bytes of all of it */
export function headOfRecord(
  head: BatchHead,
  body: Buffer,
  bytes: number,
  why = `${bytes} bytes are too many`,
): FetchedRecord {
  const begin = beginOf(head, body);
  return newRecord(head, {
    offset: begin?.offset ?? head.lastOffset,
    timestampMs: begin?.timestampMs ?? head.maxTimestampMs,
    key: firstBytes(begin?.key ?? null),
    value: firstBytes((begin === null ? null : bytesAt(body, begin.next)) ?? body),
    headers: NO_HEADERS,
    headerBytes: null,
    cut: { bytes, why },
  });
}

/** Stands for all records of a batch from the one that could not be reached to its last one. */
export const restOf = (head: BatchHead, bytes: Buffer, why: string): FetchedRecord =>
  newRecord(head, {
    offset: head.lastOffset,
    timestampMs: head.maxTimestampMs,
    key: null,
    value: firstBytes(bytes),
    headers: NO_HEADERS,
    headerBytes: null,
    cut: {
      bytes: null,
      why: `${why}; this stands for what is left of offsets ${head.firstOffset} to ${head.lastOffset}`,
    },
  });

function firstBytes(bytes: Buffer): Buffer;
function firstBytes(bytes: Buffer | null): Buffer | null;
function firstBytes(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.subarray(0, RECORD_LIMITS.firstBytes));
}

/** Offset, time and key, and where the value begins; null when even those cannot be read. */
function beginOf(head: BatchHead, body: Buffer) {
  if (!readNumber(body, 1)) return null;
  const timestampMs = head.appendedAtMs ?? head.firstTimestampMs + read.value;
  if (!readNumber(body, read.next)) return null;
  const offset = head.firstOffset + read.value;
  if (!readNumber(body, read.next)) return null;
  const next = read.next + Math.max(0, read.value);
  return { offset, timestampMs, key: read.value < 0 ? null : body.subarray(read.next, next), next };
}

/** Bytes with their length before them, or what is there of them; null where there are none. */
function bytesAt(body: Buffer, at: number): Buffer | null {
  return !readNumber(body, at) || read.value < 0 ? null : body.subarray(read.next, read.next + read.value);
}

/** The first value of each header, or what is wrong with them. */
function headersIn(body: Buffer, at: number): Readonly<Record<string, string>> | string {
  if (!readNumber(body, at)) return "the record is damaged";
  const count = read.value;
  if (count <= 0) return NO_HEADERS;
  if (count > RECORD_LIMITS.headers) return `${count} headers are too many`;
  const headers: Record<string, string> = {};
  for (let left = 2 * count, next = read.next, name: string | null = null; left > 0; left -= 1) {
    if (!readNumber(body, next)) return "the record is damaged";
    next = read.next + Math.max(0, read.value);
    if (next > body.length) return "the record is damaged";
    const text = body.toString("utf8", read.next, next);
    if (name === null) name = text;
    else {
      headers[name] ??= text;
      name = null;
    }
  }
  return headers;
}
