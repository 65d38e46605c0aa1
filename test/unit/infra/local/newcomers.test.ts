import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../../support/source-files.ts";

/** What a command says and how it ends, with a PATH on which nothing is. */
async function withoutPrograms(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly told: string }> {
  const empty = await mkdtemp(join(tmpdir(), "simon-no-programs-"));
  try {
    return await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        args,
        { cwd: ROOT, env: { PATH: empty, ...environment } },
        (_error, stdout, stderr) => resolve({ code: child.exitCode, told: stdout + stderr }),
      );
    });
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}

for (const LANG of ["C", "nl_NL.UTF-8"])
  test(`npm test says what is missing before it runs anything, all at once (LANG=${LANG})`, async () => {
    const { code, told } = await withoutPrograms(["test/run.ts", "unit", "integration"], { LANG });
    assert.equal(code, 1);
    const lines = told.trim().split("\n");
    assert.ok(
      lines.every((line) => / is missing.* install it with: .*apt-get install -y \S+/.test(line)),
      told,
    );
    assert.match(told, /^Java 17 or newer is missing/m);
  });

test("npm start says what is missing before it starts anything", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "simon-local-unit-"));
  const { code, told } = await withoutPrograms(["infra/local/start.ts"], { LOCAL_DATA_DIR: dataDir });
  await rm(dataDir, { recursive: true, force: true });
  assert.equal(code, 1);
  assert.match(told, /Java 17 or newer is missing\. .* install it with: .*apt-get install -y openjdk/);
});
