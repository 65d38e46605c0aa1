import { NO_CONTENT } from "./content-hash.ts";

/** What the poller knows of one row of a list. */
export type Row = {
  readonly id: string;
  /** Content hash of what was published last; NO_CONTENT where nothing was. */
  hash: bigint;
  /** Content hash of the invoice address that was published last; NO_CONTENT where there is none. */
  addressHash: bigint;
  /** Key of the addresses in Unit4; 0 for articles. */
  organizationId: number;
  /** Page of the last list on which the row stood, counted from 0; NOWHERE where that list lacked it. */
  page: number;
  /** Complete lists in a row that lacked it, at most 255. */
  misses: number;
  /** Sum of the flags below. */
  flags: number;
};

/** Page of a row that is known and was not on the last list. */
export const NOWHERE = 0xffff_ffff;

/** The row does not pass the tenant's filter: nobody downstream has it. */
export const FILTERED_OUT = 1;
/** Its invoice address has not been looked up since the row changed. */
export const ADDRESS_PENDING = 2;
/** With ADDRESS_PENDING: readers have an older form of the row, so they must be told even that there is no address. */
export const ADDRESS_TO_TELL = 4;

/** Rows as columns: 30 bytes and the id for each, so that a million of them take some 40 MB and no garbage. */
export type PackedRows = {
  readonly count: number;
  /** The memory under all columns; also their stored form. */
  readonly bytes: Buffer;
  /** UTF-8 ids, one after the other; row i begins at `offsets[i]`. */
  readonly ids: Buffer;
  readonly offsets: Uint32Array;
  readonly hashes: BigUint64Array;
  readonly addressHashes: BigUint64Array;
  readonly organizationIds: Uint32Array;
  readonly pages: Uint32Array;
  readonly misses: Uint8Array;
  readonly flags: Uint8Array;
};

const LAYOUT = 1;
const HEADER_BYTES = 16;

const storedBytes = (count: number, idBytes: number): number => HEADER_BYTES + count * 30 + 4 + idBytes;

/** Columns for `count` rows whose ids take `idBytes` bytes. */
function allocate(count: number, idBytes: number): PackedRows {
  const bytes = Buffer.alloc(storedBytes(count, idBytes));
  bytes.writeUInt32LE(LAYOUT, 0);
  bytes.writeUInt32LE(count, 4);
  bytes.writeUInt32LE(idBytes, 8);
  return columnsOf(bytes);
}

function columnsOf(bytes: Buffer): PackedRows {
  const count = bytes.readUInt32LE(4);
  const idBytes = bytes.readUInt32LE(8);
  let at = bytes.byteOffset + HEADER_BYTES;
  const take = (size: number): number => {
    const start = at;
    at += size;
    return start;
  };
  const { buffer } = bytes;
  return {
    count,
    bytes,
    hashes: new BigUint64Array(buffer, take(8 * count), count),
    addressHashes: new BigUint64Array(buffer, take(8 * count), count),
    offsets: new Uint32Array(buffer, take(4 * (count + 1)), count + 1),
    organizationIds: new Uint32Array(buffer, take(4 * count), count),
    pages: new Uint32Array(buffer, take(4 * count), count),
    misses: new Uint8Array(buffer, take(count), count),
    flags: new Uint8Array(buffer, take(count), count),
    ids: Buffer.from(buffer, take(idBytes), idBytes),
  };
}

/** Rows from their stored form; null where it is torn, or a release wrote it whose layout this one does not know. */
export function decodeRows(stored: Buffer): PackedRows | null {
  if (stored.length < HEADER_BYTES || stored.readUInt32LE(0) !== LAYOUT) return null;
  if (stored.length !== storedBytes(stored.readUInt32LE(4), stored.readUInt32LE(8))) return null;
  // Columns of 8 bytes need an address that 8 divides; memory from a pool may not have one.
  return columnsOf(stored.byteOffset % 8 === 0 ? stored : Buffer.from(Uint8Array.from(stored).buffer));
}

/** The same rows as if nothing had been told of them yet and no list had lacked them. Takes the columns over. */
export function untoldRows(rows: PackedRows): PackedRows {
  rows.hashes.fill(NO_CONTENT);
  rows.pages.fill(NOWHERE);
  rows.misses.fill(0);
  return rows;
}

/** Rows in the order given. */
export function packRows(rows: readonly Row[]): PackedRows {
  const ids = rows.map((row) => Buffer.from(row.id, "utf8"));
  const packed = allocate(
    rows.length,
    ids.reduce((sum, id) => sum + id.length, 0),
  );
  let end = 0;
  rows.forEach((row, index) => {
    end += ids[index]?.copy(packed.ids, end) ?? 0;
    packed.offsets[index + 1] = end;
    packed.hashes[index] = row.hash;
    packed.addressHashes[index] = row.addressHash;
    packed.organizationIds[index] = row.organizationId;
    packed.pages[index] = row.page;
    packed.misses[index] = row.misses;
    packed.flags[index] = row.flags;
  });
  return packed;
}

/** Row number `index`. @throws RangeError outside 0 … count - 1 */
export function rowAt(rows: PackedRows, index: number): Row {
  const start = rows.offsets[index];
  const end = rows.offsets[index + 1];
  if (start === undefined || end === undefined) throw new RangeError(`row ${index} of ${rows.count}`);
  return {
    id: rows.ids.toString("utf8", start, end),
    hash: rows.hashes[index] ?? 0n,
    addressHash: rows.addressHashes[index] ?? 0n,
    organizationId: rows.organizationIds[index] ?? 0,
    page: rows.pages[index] ?? 0,
    misses: rows.misses[index] ?? 0,
    flags: rows.flags[index] ?? 0,
  };
}

/** Place of an id among rows that are sorted by id; -1 where it is not there. */
export function indexOfId(rows: PackedRows, id: string): number {
  const wanted = Buffer.from(id, "utf8");
  const at = firstNotBelow(rows, wanted);
  return at < rows.count && compareId(rows, at, wanted) === 0 ? at : -1;
}

/** Place of the first row whose id is greater than `id`, in rows sorted by id; `count` where there is none. */
export function indexAfterId(rows: PackedRows, id: string): number {
  const wanted = Buffer.from(id, "utf8");
  const at = firstNotBelow(rows, wanted);
  return at < rows.count && compareId(rows, at, wanted) === 0 ? at + 1 : at;
}

function firstNotBelow(rows: PackedRows, wanted: Buffer): number {
  let low = 0;
  let high = rows.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareId(rows, middle, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const compareId = (rows: PackedRows, index: number, wanted: Buffer): number =>
  rows.ids.compare(wanted, 0, wanted.length, rows.offsets[index], rows.offsets[index + 1]);

/** The rows of `rows` that `take` accepts. */
export type Selection = {
  readonly rows: PackedRows;
  readonly take: (index: number) => boolean;
  /** The new count of a row that the list lacked; null for one that the list has. */
  readonly missesOf?: (index: number) => number | null;
};

/** The selected rows together, sorted by the bytes of their ids, as `indexOfId` needs them. */
export function mergeRows(selections: readonly Selection[]): PackedRows {
  let count = 0;
  let idBytes = 0;
  for (const { rows, take } of selections)
    for (let index = 0; index < rows.count; index += 1)
      if (take(index)) {
        count += 1;
        idBytes += idLength(rows, index);
      }
  const merged = allocate(count, idBytes);
  let next = 0;
  for (const { rows, take, missesOf } of selections)
    for (let index = 0; index < rows.count; index += 1)
      if (take(index)) {
        copyRow(rows, index, merged, next);
        markAbsent(merged, next, missesOf?.(index) ?? null);
        next += 1;
      }
  return sortedById(merged);
}

function markAbsent(rows: PackedRows, index: number, misses: number | null): void {
  if (misses === null) return;
  rows.pages[index] = NOWHERE;
  rows.misses[index] = misses;
}

const idLength = (rows: PackedRows, index: number): number =>
  (rows.offsets[index + 1] ?? 0) - (rows.offsets[index] ?? 0);

function copyRow(from: PackedRows, index: number, to: PackedRows, target: number): void {
  const start = to.offsets[target] ?? 0;
  const length = from.ids.copy(to.ids, start, from.offsets[index], from.offsets[index + 1]);
  to.offsets[target + 1] = start + length;
  to.hashes[target] = from.hashes[index] ?? 0n;
  to.addressHashes[target] = from.addressHashes[index] ?? 0n;
  to.organizationIds[target] = from.organizationIds[index] ?? 0;
  to.pages[target] = from.pages[index] ?? 0;
  to.misses[target] = from.misses[index] ?? 0;
  to.flags[target] = from.flags[index] ?? 0;
}

function sortedById(rows: PackedRows): PackedRows {
  const compare = (a: number, b: number): number =>
    rows.ids.compare(rows.ids, rows.offsets[b], rows.offsets[b + 1], rows.offsets[a], rows.offsets[a + 1]);
  const order = Uint32Array.from({ length: rows.count }, (_, index) => index);
  if (order.every((index) => index === 0 || compare(index - 1, index) < 0)) return rows;
  order.sort(compare);
  const sorted = allocate(rows.count, rows.ids.length);
  order.forEach((index, target) => {
    copyRow(rows, index, sorted, target);
  });
  return sorted;
}
