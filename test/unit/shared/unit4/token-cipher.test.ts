import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { Failure } from "../../../../services/shared/domain/failure.ts";
import { sealBytes } from "../../../../services/shared/unit4/tokens/sealing.ts";
import { Secret } from "../../../../services/shared/unit4/tokens/secret.ts";
import { createTokenCipher, type TokenPlace } from "../../../../services/shared/unit4/tokens/token-cipher.ts";

const keyOf = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const OLD = keyOf("k1");
const NEW = keyOf("k2");
const PLACE: TokenPlace = { tenantId: "linde", column: "refresh_token" };
const withCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

/** A cipher with a data key of linde, and what it makes of a text. */
function cipherWith(setting: string) {
  const cipher = createTokenCipher(setting);
  const key = cipher.newDataKey("linde");
  return { cipher, key, seal: (text: string) => cipher.seal(new Secret(text), PLACE, key) };
}

/** As it was sealed before there were data keys. */
function oldStyle(setting: string, text: string): Buffer {
  const [id = "", base64 = ""] = setting.split(":");
  const key = { id, bytes: Buffer.from(base64, "base64") };
  return sealBytes(key, 1, Buffer.from(text), [PLACE.tenantId, PLACE.column]);
}

test("A3: a token opens in its own place, and no two ciphertexts of it are equal", () => {
  const { cipher, key, seal } = cipherWith(OLD);
  const sealed = seal("R1-é");
  assert.equal(cipher.open(sealed, PLACE, [key]).reveal(), "R1-é");
  const many = Array.from({ length: 1_000 }, () => seal("R1-é").toString("hex"));
  assert.equal(new Set(many).size, many.length);
  assert.ok(!sealed.includes("R1"));
});

test("O23: a ciphertext that was moved to another tenant or column does not open", () => {
  const { cipher, key, seal } = cipherWith(OLD);
  const sealed = seal("R1");
  for (const column of ["access_token", "previous_refresh_token"] as const)
    assert.throws(() => cipher.open(sealed, { ...PLACE, column }, [key]), withCode("TOKEN_UNREADABLE"));
  const bos = { ...PLACE, tenantId: "bos" };
  assert.throws(() => cipher.open(sealed, bos, [cipher.newDataKey("bos")]), withCode("TOKEN_UNREADABLE"));
  assert.throws(
    () => cipher.open(sealed, bos, [key]),
    withCode("TOKEN_UNREADABLE"),
    "its data key was moved along",
  );
  assert.throws(() => cipher.open(oldStyle(OLD, "R1"), bos, []), withCode("TOKEN_UNREADABLE"), "of old too");
});

test("A3: a wrapped data key opens under its own id only", () => {
  const { cipher, key, seal } = cipherWith(OLD);
  const other = { ...cipher.newDataKey("linde"), keyId: key.keyId };
  assert.throws(() => cipher.open(seal("R1"), PLACE, [other]), withCode("TOKEN_UNREADABLE"));
});

test("A3: no bit of a ciphertext or of a wrapped data key can be changed", () => {
  const { cipher, key, seal } = cipherWith(OLD);
  const sealed = seal("R1");
  const refused = (open: () => unknown, what: string): void =>
    assert.throws(
      open,
      (error) => withCode("TOKEN_UNREADABLE")(error) || withCode("TOKEN_KEY_UNKNOWN")(error),
      what,
    );
  const flipped = (bytes: Buffer, bit: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  };
  for (let bit = 0; bit < sealed.length * 8; bit += 1)
    refused(() => cipher.open(flipped(sealed, bit), PLACE, [key]), `bit ${bit}`);
  for (let bit = 0; bit < key.wrapped.length * 8; bit += 1)
    refused(
      () => cipher.open(sealed, PLACE, [{ ...key, wrapped: flipped(key.wrapped, bit) }]),
      `bit ${bit} of the key`,
    );
  for (let length = 0; length < sealed.length; length += 1)
    assert.throws(() => cipher.open(sealed.subarray(0, length), PLACE, [key]), Failure, `length ${length}`);
});

test("A3: a data key that is gone takes what it sealed along, and that is said", () => {
  const { cipher, seal } = cipherWith(OLD);
  assert.throws(() => cipher.open(seal("R1"), PLACE, []), /refresh_token of tenant linde needs data key/);
});

test("A3: after a change of keys what was sealed still opens, of old and under a data key, until the older key is taken away", () => {
  const before = cipherWith(OLD);
  const both = createTokenCipher(`${NEW},${OLD}`);
  const sealed = before.seal("R1");
  const ofOld = oldStyle(OLD, "R0");
  assert.equal(both.open(sealed, PLACE, [before.key]).reveal(), "R1");
  assert.equal(both.open(ofOld, PLACE, []).reveal(), "R0");
  assert.deepEqual([both.isCurrent(sealed), both.isCurrent(ofOld)], [true, false]);
  const anew = both.rewrapped("linde", before.key);
  assert.ok(anew);
  assert.equal(both.rewrapped("linde", anew), null, "it is under the first key already");
  const onlyNew = createTokenCipher(NEW);
  assert.equal(onlyNew.open(sealed, PLACE, [anew]).reveal(), "R1", "the token itself was not touched");
  assert.throws(() => onlyNew.open(sealed, PLACE, [before.key]), withCode("TOKEN_KEY_UNKNOWN"));
  assert.throws(() => onlyNew.open(ofOld, PLACE, []), withCode("TOKEN_KEY_UNKNOWN"));
  assert.throws(() => createTokenCipher(keyOf("k1")).open(ofOld, PLACE, []), withCode("TOKEN_UNREADABLE"));
});

test("A3: without a usable key nothing starts", () => {
  for (const setting of ["", "k1", "k1:abc", `:${randomBytes(32).toString("base64")}`])
    assert.throws(() => createTokenCipher(setting), withCode("TOKEN_KEY_UNKNOWN"), setting);
});

test("A3: a secret shows in no log line, JSON or text", () => {
  const secret = new Secret("canary-7f3a");
  const shown = [
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    `${secret}`,
  ];
  for (const text of shown) assert.ok(!text.includes("canary"), text);
});
