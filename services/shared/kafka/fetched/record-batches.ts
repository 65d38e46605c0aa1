import { describeError } from "../../domain/failure.ts";
import { RECORD_LIMITS } from "../../domain/record-limits.ts";
import { read, readNumber } from "../../domain/varint.ts";
import { type BatchHead, type FetchedRecord, headOfRecord, recordIn, restOf } from "./packed-record.ts";
import { isUnpackable, PACKINGS, Unpacking, unpackWhole } from "./unpack.ts";

const HEAD_BYTES = 61;
/** In front of what a batch's length counts. */
const BEFORE_LENGTH_BYTES = 12;
const PACKING_BITS = 0x07;
const APPEND_TIME_BIT = 0x08;
const TRANSACTION_BIT = 0x10;
const CONTROL_BIT = 0x20;

/**
 * The records of a fetched stretch of a partition, in order. Batches are unpacked within RECORD_LIMITS: a record that
 * is larger is given as its first bytes, and so is the rest of a batch that cannot be unpacked. What is cut off at
 * the end, or goes beyond what one fetch may hold, is left for the next fetch. Never throws for what the bytes are.
 */
export async function recordsOf(fetched: Buffer): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  let kept = 0;
  for (let at = 0; at + HEAD_BYTES <= fetched.length && kept < RECORD_LIMITS.fetchBytes; ) {
    const end = at + BEFORE_LENGTH_BYTES + fetched.readInt32BE(at + 8);
    if (end > fetched.length || end < at + HEAD_BYTES) break;
    for (const record of await recordsOfBatch(headOf(fetched, at), fetched.subarray(at + HEAD_BYTES, end))) {
      records.push(record);
      kept += (record.value?.length ?? 0) + (record.key?.length ?? 0);
    }
    at = end;
  }
  return records;
}

function headOf(fetched: Buffer, at: number): BatchHead {
  const attributes = fetched.readInt16BE(at + 21);
  const firstOffset = Number(fetched.readBigInt64BE(at));
  const maxTimestampMs = Number(fetched.readBigInt64BE(at + 35));
  return {
    firstOffset,
    lastOffset: firstOffset + fetched.readInt32BE(at + 23),
    firstTimestampMs: Number(fetched.readBigInt64BE(at + 27)),
    maxTimestampMs,
    appendedAtMs: (attributes & APPEND_TIME_BIT) === 0 ? null : maxTimestampMs,
    packing: PACKINGS[attributes & PACKING_BITS] ?? "lz4",
    isControl: (attributes & CONTROL_BIT) !== 0,
    context: {
      producerId: fetched.readBigInt64BE(at + 43).toString(),
      inTransaction: (attributes & TRANSACTION_BIT) !== 0,
    },
    count: fetched.readInt32BE(at + 57),
  };
}

async function recordsOfBatch(head: BatchHead, packed: Buffer): Promise<readonly FetchedRecord[]> {
  if (!isUnpackable(head.packing))
    return [restOf(head, packed, `batches packed with ${head.packing} cannot be unpacked here`)];
  try {
    const whole = await unpackWhole(head.packing, packed);
    return whole === null ? await recordsPieceByPiece(head, packed) : recordsInWhole(head, whole);
  } catch (error) {
    return [restOf(head, packed, `the batch cannot be unpacked: ${describeError(error)}`)];
  }
}

function recordsInWhole(head: BatchHead, bytes: Buffer): readonly FetchedRecord[] {
  const records: FetchedRecord[] = [];
  let at = 0;
  for (let index = 0; index < head.count; index += 1) {
    if (!readNumber(bytes, at) || read.value < 0 || read.next + read.value > bytes.length)
      return [...records, restOf(head, bytes.subarray(at), "the batch is damaged")];
    at = read.next + read.value;
    const body = bytes.subarray(read.next, at);
    records.push(
      body.length > RECORD_LIMITS.recordBytes ? headOfRecord(head, body, body.length) : recordIn(head, body),
    );
  }
  return records;
}

/** For a batch that is too large to be held whole. */
async function recordsPieceByPiece(head: BatchHead, packed: Buffer): Promise<readonly FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  const unpacking = new Unpacking(head.packing, packed);
  try {
    for (let left = head.count, kept = 0; left > 0; left -= 1) {
      const length = await recordLength(unpacking);
      const isKept = length <= RECORD_LIMITS.recordBytes && kept + length <= RECORD_LIMITS.batchBytes;
      const body = await unpacking.take(isKept ? length : Math.min(length, HEAD_OF_RECORD_BYTES));
      records.push(isKept ? recordIn(head, body) : headOfRecord(head, body, length));
      if (isKept) kept += length;
      // What stands behind the last one need not be looked through.
      else if (left > 1) await unpacking.skip(length - body.length);
    }
    return records;
  } catch (error) {
    return [...records, restOf(head, packed, `the batch cannot be unpacked: ${describeError(error)}`)];
  } finally {
    await unpacking.end();
  }
}

const LONGEST_VARINT = 5;
/** Holds the keys of all sensible records, and the first bytes of their values. */
const HEAD_OF_RECORD_BYTES = 16 * 1024;

async function recordLength(unpacking: Unpacking): Promise<number> {
  if (!readNumber(await unpacking.look(LONGEST_VARINT), 0) || read.value < 0)
    throw new Error("a record has no length");
  const length = read.value;
  await unpacking.take(read.next);
  return length;
}
