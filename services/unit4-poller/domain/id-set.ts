import { hash } from "node:crypto";

/**
 * A set of ids that keeps 8 bytes of a hash for each, so that a million of them take 16 MB instead of 80. Two ids of one
 * list are taken for the same once in some 10^7 lists of a million rows.
 */
export class IdSet {
  #slots = new BigUint64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns whether the id was not in the set before */
  add(id: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const isNew = place(this.#slots, keyOf(id));
    if (isNew) this.#size += 1;
    return isNew;
  }

  #grow(): void {
    const larger = new BigUint64Array(this.#slots.length * 2);
    for (const key of this.#slots) if (key !== EMPTY) place(larger, key);
    this.#slots = larger;
  }
}

const EMPTY = 0n;

function keyOf(id: string): bigint {
  const key = hash("sha1", id, "buffer").readBigUInt64LE(0);
  return key === EMPTY ? 1n : key;
}

/** The number of slots is a power of two, and at least one of them is empty. */
function place(slots: BigUint64Array, key: bigint): boolean {
  const mask = slots.length - 1;
  for (let at = Number(BigInt.asUintN(32, key)) & mask; ; at = (at + 1) & mask) {
    const found = slots[at];
    if (found === key) return false;
    if (found === EMPTY) {
      slots[at] = key;
      return true;
    }
  }
}
