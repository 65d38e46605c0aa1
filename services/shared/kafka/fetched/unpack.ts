import { promisify } from "node:util";
import { constants, createGunzip, createZstdDecompress, gunzip, zstdDecompress } from "node:zlib";
import { RECORD_LIMITS } from "../../domain/record-limits.ts";

/** How a batch is packed; what the protocol calls attributes bits 0–2. */
export const PACKINGS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
export type Packing = (typeof PACKINGS)[number];

const ZSTD = { params: { [constants.ZSTD_d_windowLogMax]: RECORD_LIMITS.zstdWindowLog } };
const MAX = { maxOutputLength: RECORD_LIMITS.batchBytes };
const CHUNK = { chunkSize: 256 * 1024 };
const unzip = promisify<Buffer, object, Buffer>(gunzip);
const unzstd = promisify<Buffer, object, Buffer>(zstdDecompress);

/**
 * Whether we can unpack it. Our producers pack with zstd, tools of others with gzip; Node has neither snappy nor lz4.
 */
export const isUnpackable = (packing: Packing): boolean => packing !== "snappy" && packing !== "lz4";

/**
 * All that was packed, or null when it is larger than a batch of ours can be.
 * @throws what zlib says of damaged bytes
 */
export async function unpackWhole(packing: Packing, packed: Buffer): Promise<Buffer | null> {
  if (packing === "none") return packed;
  try {
    return await (packing === "gzip" ? unzip(packed, MAX) : unzstd(packed, { ...ZSTD, ...MAX }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return null;
    throw error;
  }
}

/** What is packed, piece by piece: never more than some hundred KiB beyond what is taken. All throw what zlib says. */
export class Unpacking {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #seen = 0;

  constructor(packing: Packing, packed: Buffer) {
    const stream = packing === "gzip" ? createGunzip(CHUNK) : createZstdDecompress({ ...ZSTD, ...CHUNK });
    stream.end(packed);
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** The next bytes without taking them; fewer at the end. @throws Error when too much has been looked through */
  async look(bytes: number): Promise<Buffer> {
    const pieces = [this.#rest];
    let length = this.#rest.length;
    for (let piece = this.#rest; length < bytes; length += piece.length) {
      piece = await this.#next();
      if (piece.length === 0) break;
      pieces.push(piece);
    }
    this.#rest = Buffer.concat(pieces, length);
    return this.#rest.subarray(0, bytes);
  }

  /** The next bytes. @throws Error when they end before, or too much has been looked through */
  async take(bytes: number): Promise<Buffer> {
    const taken = await this.look(bytes);
    if (taken.length < bytes) throw new Error("it ends too early");
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  /** Leaves bytes out. @throws Error as `take` does */
  async skip(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.look(1);
      if (piece.length === 0) throw new Error("it ends too early");
      const skipped = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(skipped);
      left -= skipped;
    }
  }

  async end(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(): Promise<Buffer> {
    if (this.#seen > RECORD_LIMITS.unpackedBytes)
      throw new Error(`it unpacks to more than ${RECORD_LIMITS.unpackedBytes} bytes`);
    const { value, done } = await this.#pieces.next();
    if (done) return Buffer.alloc(0);
    this.#seen += value.length;
    return value;
  }
}
