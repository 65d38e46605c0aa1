import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Failure } from "../../domain/failure.ts";

/** A key of AES-256 and what names it. */
export type Key = { readonly id: string; readonly bytes: Buffer };

/** What a sealed form is about, for whoever reads that it does not open: "The access_token of tenant bos". */
export type About = string;

const ALGORITHM = "aes-256-gcm";
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a random 96-bit nonce for each. Sealed form: version (1 byte), length of the key id (1 byte), key id, nonce (12), tag
 * (16), ciphertext. @param place what it belongs to and nothing else: part of what is authenticated, with version and key id
 */
export function sealBytes(key: Key, version: number, plain: Buffer, place: readonly string[]): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(version, place, key.id));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const keyId = Buffer.from(key.id);
  return Buffer.concat([Buffer.from([version, keyId.length]), keyId, nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws Failure TOKEN_UNREADABLE when it was changed, moved, or sealed with another key of the same id */
export function openBytes(key: Key, sealed: Buffer, place: readonly string[], about: About): Buffer {
  const { version, nonce, tag, ciphertext } = partsOf(sealed, about);
  const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticated(version, place, key.id));
  decipher.setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch (error) {
    throw new Failure(
      "TOKEN_UNREADABLE",
      `${about} does not open: it was changed, moved, or sealed with another key of the same id. Let the tenant connect again.`,
      error,
    );
  }
}

/** Version and key id of a sealed form. @throws Failure TOKEN_UNREADABLE when it has none */
export const headOf = (sealed: Buffer, about: About): { readonly version: number; readonly keyId: string } =>
  partsOf(sealed, about);

function partsOf(sealed: Buffer, about: About) {
  const keyIdEnd = 2 + (sealed[1] ?? 0);
  const nonceEnd = keyIdEnd + NONCE_BYTES;
  const tagEnd = nonceEnd + TAG_BYTES;
  if (sealed.length < tagEnd)
    throw new Failure("TOKEN_UNREADABLE", `${about} has an unknown form; let the tenant connect again.`);
  return {
    version: sealed.readUInt8(0),
    keyId: sealed.toString("utf8", 2, keyIdEnd),
    nonce: sealed.subarray(keyIdEnd, nonceEnd),
    tag: sealed.subarray(nonceEnd, tagEnd),
    ciphertext: sealed.subarray(tagEnd),
  };
}

const authenticated = (version: number, place: readonly string[], keyId: string): Buffer =>
  Buffer.from(JSON.stringify([version, ...place, keyId]));
