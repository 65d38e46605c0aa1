const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/**
 * How large what comes from Kafka may be; whatever is larger is set aside, and costs only itself (case O55). How large
 * a packed batch may be says schemas/topics.ts for each topic, and the broker holds it; what is written there is held
 * against the same number before it is sent.
 */
export const RECORD_LIMITS = {
  /** Of a value that is decoded: ours are below 100 KiB, so a larger one is somebody's mistake. */
  valueBytes: MEBIBYTE,
  /** Rows of one list or map in a value: a body of ten bytes can claim 2^53 of them. No workorder has so many lines. */
  listItems: 10_000,
  /** Of a record that is kept with its bytes: with its key and headers it still fits on the dead-letter topic. */
  recordBytes: 4 * MEBIBYTE,
  /** Headers of a record; ours have ten. */
  headers: 1_000,
  /** Kept of one unpacked batch: ours hold 256 KiB, or a single record. Twelve partitions may have one at a time. */
  batchBytes: 8 * MEBIBYTE,
  /** Looked through in one unpacked batch for records behind one that is too large: some tenths of a second. */
  unpackedBytes: 256 * MEBIBYTE,
  /** Kept of one fetch of one partition; whole batches behind it are fetched again. */
  fetchBytes: 8 * MEBIBYTE,
  /** Kept of what is set aside by reference, for people to see what it is. */
  firstBytes: KIBIBYTE,
  /** Of a zstd window, as a power of two: what one frame can make the unpacking allocate. */
  zstdWindowLog: 24,
} as const;
