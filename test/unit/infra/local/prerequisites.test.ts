import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { localTokenKeys } from "../../../../infra/local/programs/token-keys.ts";
import { javaMajorVersion } from "../../../../infra/local/stack/prerequisites.ts";
import { unit4Settings } from "../../../../services/shared/config.ts";

test("prerequisites: Java's version is read in the old and the new notation", () => {
  assert.equal(javaMajorVersion('openjdk version "17.0.15" 2025-04-15'), 17);
  assert.equal(javaMajorVersion('openjdk version "21" 2023-09-19'), 21);
  assert.equal(javaMajorVersion('openjdk version "25-ea" 2025-09-16'), 25);
  assert.equal(javaMajorVersion('java version "1.8.0_402"'), 8);
  assert.equal(javaMajorVersion("The operation couldn't be completed."), undefined);
});

test("token keys: made once, valid as a setting, kept, and readable by their owner alone", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-local-unit-"));
  t.after(() => rm(dataDir, { recursive: true, force: true }));

  const keys = await localTokenKeys(dataDir);

  assert.equal(unit4Settings.TOKEN_KEYS.safeParse(keys).success, true);
  assert.equal(await localTokenKeys(dataDir), keys);
  assert.equal((await stat(join(dataDir, "token-keys"))).mode & 0o777, 0o600);
});
