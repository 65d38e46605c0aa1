import { createHash } from "node:crypto";

/**
 * An id of 32 hexadecimal characters that depends on nothing but `parts`: what happens twice gets the same id.
 * The parts are length-prefixed, so ("a", "bc") and ("ab", "c") differ.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const text = String(part);
    hash.update(`${text.length}:${text}`);
  }
  return hash.digest("hex").slice(0, 32);
}
