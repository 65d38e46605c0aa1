import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { Failure } from "../shared/domain/failure.ts";
import { decodeRows, type PackedRows } from "./domain/packed-rows.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Ids and page numbers shrink at any level; hashes, most of the bytes, at none. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The stored form of rows, compressed off the main thread. */
export const storedRows = (rows: PackedRows): Promise<Buffer> => compress(rows.bytes, COMPRESSION);

/** Rows from their stored form. @throws Failure SNAPSHOT_UNREADABLE */
export async function rowsFromStored(stored: Buffer): Promise<PackedRows> {
  const rows = await decompress(stored).then(decodeRows, (error: unknown) => {
    throw snapshotUnreadable("it cannot be unpacked", error);
  });
  if (rows === null) throw snapshotUnreadable("its layout is torn or unknown");
  return rows;
}

const snapshotUnreadable = (reason: string, cause?: unknown): Failure =>
  new Failure(
    "SNAPSHOT_UNREADABLE",
    `What is stored of a list cannot be read (${reason}); it is given up, and the list is read anew in full.`,
    cause,
  );
