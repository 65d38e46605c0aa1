import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key is in the browser's cookie alone: neither the database nor our own settings open what is stored. */
const keyFrom = (cookie: string): Buffer => Buffer.from(hkdfSync("sha256", cookie, "", "id token", 32));

/** Seals the ID token of a session with its cookie's value: nonce (12 bytes), tag (16), ciphertext. */
export function sealToken(token: string, cookie: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyFrom(cookie), nonce, { authTagLength: TAG_BYTES });
  const ciphertext = Buffer.concat([cipher.update(token, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** The token; null when it was sealed with another cookie, or changed. */
export function openToken(sealed: Buffer, cookie: string): string | null {
  const tagEnd = NONCE_BYTES + TAG_BYTES;
  if (sealed.length < tagEnd) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, keyFrom(cookie), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, tagEnd));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
