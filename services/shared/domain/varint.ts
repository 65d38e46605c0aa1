/** The number that was read last, and the place behind it. One object, so that reading makes no garbage. */
export const read = { value: 0, next: 0 };

/** Seven bits each: what 2^53 takes. */
const LONGEST = 8;

/**
 * Reads a zigzag varint, as Kafka's records and Avro have them, into `read`.
 * @param end where the bytes end that it may be read from
 * @returns false where it is cut off, or no number that JavaScript holds exactly
 */
export function readNumber(bytes: Uint8Array, at: number, end: number = bytes.length): boolean {
  let raw = 0;
  let factor = 1;
  for (let next = at; next < end && next < at + LONGEST; next += 1) {
    const byte = bytes[next] as number;
    raw += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      if (raw > Number.MAX_SAFE_INTEGER) return false;
      read.value = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
      read.next = next + 1;
      return true;
    }
    factor *= 128;
  }
  return false;
}
