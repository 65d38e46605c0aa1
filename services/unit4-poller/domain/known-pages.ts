/** A page of the last complete list, to recognise it by. */
export type KnownPage = {
  /** SHA-256 of its bytes; null where they do not stand for its rows, so that it is always read. */
  readonly hash: Buffer | null;
  /** Rows in the answer. */
  readonly rows: number;
};

const HASH_BYTES = 32;
const PAGE_BYTES = HASH_BYTES + 4;
const NO_HASH = Buffer.alloc(HASH_BYTES);

/** The stored form: 36 bytes for each page. */
export function encodePages(pages: readonly KnownPage[]): Buffer {
  const bytes = Buffer.alloc(pages.length * PAGE_BYTES);
  pages.forEach((page, index) => {
    (page.hash ?? NO_HASH).copy(bytes, index * PAGE_BYTES);
    bytes.writeUInt32LE(page.rows, index * PAGE_BYTES + HASH_BYTES);
  });
  return bytes;
}

export function decodePages(bytes: Buffer): readonly KnownPage[] {
  return Array.from({ length: Math.floor(bytes.length / PAGE_BYTES) }, (_, index) => {
    const start = index * PAGE_BYTES;
    const hash = bytes.subarray(start, start + HASH_BYTES);
    return { hash: hash.equals(NO_HASH) ? null : hash, rows: bytes.readUInt32LE(start + HASH_BYTES) };
  });
}
