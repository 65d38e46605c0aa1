import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Failure } from "../domain/failure.ts";
import { Secret } from "./tokens/secret.ts";

/** Where a token is stored; part of what is authenticated, so that a ciphertext opens in its own place only. */
export type TokenPlace = {
  readonly tenantId: string;
  readonly column: "access_token" | "refresh_token" | "previous_refresh_token";
};

export type TokenCipher = {
  seal(secret: Secret, place: TokenPlace): Buffer;
  /** @throws Failure TOKEN_KEY_UNKNOWN, TOKEN_UNREADABLE */
  open(sealed: Buffer, place: TokenPlace): Secret;
};

const ALGORITHM = "aes-256-gcm";
const VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Key = { readonly id: string; readonly bytes: Buffer };

/**
 * AES-256-GCM with a random 96-bit nonce for each token. Sealed form: version (1 byte), length of the key id (1 byte),
 * key id, nonce (12), tag (16), ciphertext.
 * @param setting `id:base64 of 32 bytes`, comma-separated; the first key seals, all of them open
 * @throws Failure TOKEN_KEY_UNKNOWN when there is no usable key
 */
export function createTokenCipher(setting: string): TokenCipher {
  const keys = new Map(parseKeys(setting).map((key) => [key.id, key]));
  const [sealing] = keys.values();
  if (sealing === undefined)
    throw new Failure("TOKEN_KEY_UNKNOWN", "There is no key for stored tokens; set TOKEN_KEYS.");
  return {
    seal: (secret, place) => seal(sealing, secret, place),
    open: (sealed, place) => open(keys, sealed, place),
  };
}

function seal(key: Key, secret: Secret, place: TokenPlace): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(key.id, place));
  const ciphertext = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  const keyId = Buffer.from(key.id);
  return Buffer.concat([Buffer.from([VERSION, keyId.length]), keyId, nonce, cipher.getAuthTag(), ciphertext]);
}

function open(keys: ReadonlyMap<string, Key>, sealed: Buffer, place: TokenPlace): Secret {
  const { keyId, nonce, tag, ciphertext } = parts(sealed);
  const key = keys.get(keyId);
  if (key === undefined)
    throw new Failure(
      "TOKEN_KEY_UNKNOWN",
      `The ${place.column} of tenant ${place.tenantId} needs key ${JSON.stringify(keyId)}; add it to TOKEN_KEYS.`,
    );
  const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticated(keyId, place));
  decipher.setAuthTag(tag);
  try {
    return new Secret(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8"));
  } catch (error) {
    throw new Failure(
      "TOKEN_UNREADABLE",
      `The ${place.column} of tenant ${place.tenantId} does not open: it was changed, moved, or sealed with another key of the same id. Let the tenant connect again.`,
      error,
    );
  }
}

function parts(sealed: Buffer) {
  const keyIdEnd = 2 + (sealed[1] ?? 0);
  const nonceEnd = keyIdEnd + NONCE_BYTES;
  const tagEnd = nonceEnd + TAG_BYTES;
  if (sealed[0] !== VERSION || sealed.length < tagEnd)
    throw new Failure(
      "TOKEN_UNREADABLE",
      "A stored token has an unknown form; let the tenant connect again.",
    );
  return {
    keyId: sealed.toString("utf8", 2, keyIdEnd),
    nonce: sealed.subarray(keyIdEnd, nonceEnd),
    tag: sealed.subarray(nonceEnd, tagEnd),
    ciphertext: sealed.subarray(tagEnd),
  };
}

const authenticated = (keyId: string, { tenantId, column }: TokenPlace): Buffer =>
  Buffer.from(JSON.stringify([VERSION, tenantId, column, keyId]));

function parseKeys(setting: string): readonly Key[] {
  return setting
    .split(",")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const at = entry.indexOf(":");
      const key = { id: entry.slice(0, at), bytes: Buffer.from(entry.slice(at + 1), "base64") };
      if (at < 1 || key.bytes.length !== KEY_BYTES || Buffer.byteLength(key.id) > 255)
        throw new Failure(
          "TOKEN_KEY_UNKNOWN",
          "TOKEN_KEYS must hold id:base64 of 32 bytes, comma-separated.",
        );
      return key;
    });
}
