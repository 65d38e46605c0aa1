import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { Failure } from "../../services/shared/domain/failure.ts";
import { createTokenCipher, type TokenPlace } from "../../services/shared/unit4/token-cipher.ts";
import { Secret } from "../../services/shared/unit4/tokens/secret.ts";

const keyOf = (id: string): string => `${id}:${randomBytes(32).toString("base64")}`;
const OLD = keyOf("k1");
const NEW = keyOf("k2");
const PLACE: TokenPlace = { tenantId: "linde", column: "refresh_token" };
const withCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

test("A3: a token opens in its own place, and no two ciphertexts of it are equal", () => {
  const cipher = createTokenCipher(OLD);
  const sealed = cipher.seal(new Secret("R1-é"), PLACE);
  assert.equal(cipher.open(sealed, PLACE).reveal(), "R1-é");
  const many = Array.from({ length: 1_000 }, () => cipher.seal(new Secret("R1-é"), PLACE).toString("hex"));
  assert.equal(new Set(many).size, many.length);
  assert.ok(!sealed.includes("R1"));
});

test("O23: a ciphertext that was moved to another tenant or column does not open", () => {
  const cipher = createTokenCipher(OLD);
  const sealed = cipher.seal(new Secret("R1"), PLACE);
  for (const place of [
    { ...PLACE, tenantId: "bos" },
    { ...PLACE, column: "access_token" },
    { ...PLACE, column: "previous_refresh_token" },
  ] as const)
    assert.throws(() => cipher.open(sealed, place), withCode("TOKEN_UNREADABLE"));
});

test("A3: no bit of a ciphertext can be changed", () => {
  const cipher = createTokenCipher(OLD);
  const sealed = cipher.seal(new Secret("R1"), PLACE);
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assert.throws(
      () => cipher.open(changed, PLACE),
      (error) => withCode("TOKEN_UNREADABLE")(error) || withCode("TOKEN_KEY_UNKNOWN")(error),
      `bit ${bit}`,
    );
  }
  for (let length = 0; length < sealed.length; length += 1)
    assert.throws(() => cipher.open(sealed.subarray(0, length), PLACE), Failure, `length ${length}`);
});

test("A3: after a change of keys the first one seals and the older one still opens, until it is taken away", () => {
  const before = createTokenCipher(OLD).seal(new Secret("R1"), PLACE);
  const both = createTokenCipher(`${NEW},${OLD}`);
  assert.equal(both.open(before, PLACE).reveal(), "R1");
  const after = both.seal(new Secret("R2"), PLACE);
  const onlyNew = createTokenCipher(NEW);
  assert.equal(onlyNew.open(after, PLACE).reveal(), "R2");
  assert.throws(() => onlyNew.open(before, PLACE), withCode("TOKEN_KEY_UNKNOWN"));
  assert.throws(() => createTokenCipher(keyOf("k1")).open(before, PLACE), withCode("TOKEN_UNREADABLE"));
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
