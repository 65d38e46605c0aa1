import { randomBytes } from "node:crypto";
import { Failure } from "../../domain/failure.ts";
import { headOf, KEY_BYTES, type Key, openBytes, sealBytes } from "./sealing.ts";
import { Secret } from "./secret.ts";

/** Where a token is stored; part of what is authenticated, so that a ciphertext opens in its own place only. */
export type TokenPlace = {
  readonly tenantId: string;
  readonly column: "access_token" | "refresh_token" | "previous_refresh_token";
};

/** A data key of a tenant as it is stored: under a key of the environment. */
export type WrappedKey = { readonly keyId: string; readonly wrapped: Buffer };

/**
 * Envelope encryption (infra/decisions/0035-a-data-key-per-tenant.md): tokens are sealed under a data key of their tenant, and data
 * keys under the keys of the environment.
 */
export type TokenCipher = {
  /** Seals under the tenant's newest data key. @throws Failure as `open` */
  seal(secret: Secret, place: TokenPlace, key: WrappedKey): Buffer;
  /**
   * Opens what was sealed under one of the tenant's data keys or, of old, under a key of the environment itself.
   * @throws Failure TOKEN_KEY_UNKNOWN where the environment lacks a key, TOKEN_UNREADABLE where nothing will open it any more
   */
  open(sealed: Buffer, place: TokenPlace, keys: readonly WrappedKey[]): Secret;
  /** Whether it is sealed under a data key. */
  isCurrent(sealed: Buffer): boolean;
  /** A new data key. */
  newDataKey(tenantId: string): WrappedKey;
  /** The same data key under the first key of the environment; null where it is already. @throws Failure as `open` */
  rewrapped(tenantId: string, key: WrappedKey): WrappedKey | null;
};

/** Sealed under a key of the environment itself, before there were data keys. */
const OLD = 1;
const CURRENT = 2;
const WRAPPING = 3;
const DATA_KEY_ID_BYTES = 8;

/**
 * @param setting `id:base64 of 32 bytes`, comma-separated; the first key wraps, all of them open
 * @throws Failure TOKEN_KEY_UNKNOWN when there is no usable key
 */
export function createTokenCipher(setting: string): TokenCipher {
  const keys = new Map(parseKeys(setting).map((key) => [key.id, key]));
  const [first] = keys.values();
  if (first === undefined)
    throw new Failure("TOKEN_KEY_UNKNOWN", "There is no key for stored tokens; set TOKEN_KEYS.");

  const environmentKey = (keyId: string, about: string): Key => {
    const key = keys.get(keyId);
    if (key !== undefined) return key;
    throw new Failure(
      "TOKEN_KEY_UNKNOWN",
      `${about} needs key ${JSON.stringify(keyId)}; add it to TOKEN_KEYS.`,
    );
  };
  const unwrapped = (tenantId: string, { keyId, wrapped }: WrappedKey): Key => {
    const about = `The data key ${keyId} of tenant ${tenantId}`;
    const head = headOf(wrapped, about);
    if (head.version !== WRAPPING) throw unknownForm(about);
    const wrapping = environmentKey(head.keyId, about);
    return { id: keyId, bytes: openBytes(wrapping, wrapped, [tenantId, keyId], about) };
  };
  const wrap = (tenantId: string, { id, bytes }: Key): WrappedKey => ({
    keyId: id,
    wrapped: sealBytes(first, WRAPPING, bytes, [tenantId, id]),
  });

  return {
    seal: (secret, place, key) =>
      sealBytes(unwrapped(place.tenantId, key), CURRENT, Buffer.from(secret.reveal()), partsOf(place)),
    open: (sealed, place, dataKeys) => {
      const about = `The ${place.column} of tenant ${place.tenantId}`;
      const { version, keyId } = headOf(sealed, about);
      if (version !== OLD && version !== CURRENT) throw unknownForm(about);
      const key =
        version === OLD
          ? environmentKey(keyId, about)
          : unwrapped(place.tenantId, dataKeyOf(dataKeys, keyId, about));
      return new Secret(openBytes(key, sealed, partsOf(place), about).toString("utf8"));
    },
    isCurrent: (sealed) => sealed[0] === CURRENT,
    newDataKey: (tenantId) =>
      wrap(tenantId, {
        id: randomBytes(DATA_KEY_ID_BYTES).toString("hex"),
        bytes: randomBytes(KEY_BYTES),
      }),
    rewrapped: (tenantId, key) =>
      headOf(key.wrapped, `The data key ${key.keyId} of tenant ${tenantId}`).keyId === first.id
        ? null
        : wrap(tenantId, unwrapped(tenantId, key)),
  };
}

function dataKeyOf(keys: readonly WrappedKey[], keyId: string, about: string): WrappedKey {
  const key = keys.find((one) => one.keyId === keyId);
  if (key !== undefined) return key;
  throw new Failure(
    "TOKEN_UNREADABLE",
    `${about} needs data key ${JSON.stringify(keyId)}, which its tenant does not have. Let the tenant connect again.`,
  );
}

const unknownForm = (about: string): Failure =>
  new Failure("TOKEN_UNREADABLE", `${about} has an unknown form; let the tenant connect again.`);

const partsOf = ({ tenantId, column }: TokenPlace): readonly string[] => [tenantId, column];

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
