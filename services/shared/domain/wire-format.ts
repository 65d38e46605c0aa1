import { RECORD_LIMITS } from "./record-limits.ts";

/** Why a record will never be processed; the bounded set of reasons on metrics and dead letters. */
export type UnreadableReason =
  | "TOO_SHORT"
  | "TOO_LARGE"
  | "NOT_UNPACKED"
  | "WRONG_MAGIC"
  | "SCHEMA_ID_UNKNOWN"
  | "BODY_UNREADABLE"
  | "EMPTY"
  | "KEY_UNREADABLE"
  | "MEANINGLESS"
  | "REFUSED_BY_POSTGRES";

/** A record that will never be processed, however often it is tried: poison. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const HEADER_BYTES = 5;
const MAGIC = 0;

/** Confluent's wire format: a zero byte, the schema id as a big-endian int32, the Avro body. */
export function frame(schemaId: number, body: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  framed.writeUInt8(MAGIC, 0);
  framed.writeInt32BE(schemaId, 1);
  body.copy(framed, HEADER_BYTES);
  return framed;
}

/**
 * The schema id of a framed value and where its body starts.
 * @throws Unreadable TOO_SHORT, TOO_LARGE, WRONG_MAGIC, SCHEMA_ID_UNKNOWN
 */
export function readFrame(value: Buffer): { readonly schemaId: number; readonly start: number } {
  if (value.length < HEADER_BYTES)
    throw new Unreadable("TOO_SHORT", `${value.length} bytes are too few for a header`);
  if (value.length > RECORD_LIMITS.valueBytes)
    throw new Unreadable("TOO_LARGE", `${value.length} bytes are too many`);
  if (value[0] !== MAGIC) throw new Unreadable("WRONG_MAGIC", `first byte is ${value[0]}, not ${MAGIC}`);
  const schemaId = value.readInt32BE(1);
  if (schemaId <= 0) throw new Unreadable("SCHEMA_ID_UNKNOWN", `${schemaId} is no schema id`);
  return { schemaId, start: HEADER_BYTES };
}
