import { hash } from "node:crypto";

/** Hash of nothing: what a row has whose content was never published. */
export const NO_CONTENT = 0n;

/**
 * 64 bits that stand for a value: the same content gives the same number in every process and release. Two different
 * contents of one row agree once in 2^64 changes; never NO_CONTENT.
 * @param content plain data in a fixed order of keys
 */
export function contentHash(content: unknown): bigint {
  const bits = hash("sha256", JSON.stringify(content), "buffer").readBigUInt64LE(0);
  return bits === NO_CONTENT ? 1n : bits;
}

/** A number in [0, 1) that depends on the text alone and spreads similar texts. */
export function textFraction(text: string): number {
  return hash("sha256", text, "buffer").readUInt32LE(0) / 2 ** 32;
}
