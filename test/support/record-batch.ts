/** Record batches as brokers keep them, also such as no producer of ours would make. */
export type PackedBatch = {
  readonly records: readonly Buffer[];
  readonly firstOffset?: number;
  /** That of its latest record; as that of its first unless told. */
  readonly maxTimestampMs?: number;
  readonly packing?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  readonly pack?: (bytes: Buffer) => Buffer;
  /** The records, packed already. */
  readonly packed?: Buffer;
};

const PACKINGS = ["none", "gzip", "snappy", "lz4", "zstd"];
/** That of the first record of each batch. */
export const TIMESTAMP_MS = 1_795_000_000_000;

/** A batch of magic 2; its checksum, at which consumers do not look, is 0. */
export function batchOf(batch: PackedBatch): Buffer {
  const { records, firstOffset = 0, packing = "none", pack = (bytes) => bytes } = batch;
  const body = batch.packed ?? pack(Buffer.concat([...records]));
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(firstOffset), 0);
  head.writeInt32BE(49 + body.length, 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(PACKINGS.indexOf(packing), 21);
  head.writeInt32BE(records.length - 1, 23);
  head.writeBigInt64BE(BigInt(TIMESTAMP_MS), 27);
  head.writeBigInt64BE(BigInt(batch.maxTimestampMs ?? TIMESTAMP_MS), 35);
  head.writeBigInt64BE(-1n, 43);
  head.writeInt32BE(records.length, 57);
  return Buffer.concat([head, body]);
}

/** A record with its length before it. */
export function recordBytes(record: {
  readonly offsetDelta: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}): Buffer {
  const headers = Object.entries(record.headers ?? {});
  const body = Buffer.concat([
    Buffer.from([0]),
    varInt(0),
    varInt(record.offsetDelta),
    sized(Buffer.from(record.key)),
    sized(record.value),
    varInt(headers.length),
    ...headers.flatMap(([name, value]) => [sized(Buffer.from(name)), sized(Buffer.from(value))]),
  ]);
  return sized(body);
}

const sized = (bytes: Buffer | null): Buffer =>
  bytes === null ? varInt(-1) : Buffer.concat([varInt(bytes.length), bytes]);

/** Zigzag, seven bits a byte. */
function varInt(value: number): Buffer {
  const bytes: number[] = [];
  let left = value < 0 ? -value * 2 - 1 : value * 2;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}
