import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ROOT } from "../support/source-files.ts";

const GUARD = "./infra/node-24.cjs";

/** Ends as a Node of that version would behind the guard. */
async function runAs(t: TestContext, version: string) {
  const folder = await mkdtemp(join(tmpdir(), "node-version-"));
  t.after(() => rm(folder, { recursive: true }));
  const disguise = join(folder, "disguise.cjs");
  await writeFile(disguise, `Object.defineProperty(process, "versions", { value: { node: "${version}" } });`);
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve) => {
      const child = execFile(
        process.execPath,
        ["-r", disguise, "-r", GUARD, "-e", "console.log('runs')"],
        { cwd: ROOT },
        (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
      );
    },
  );
}

test("a Node that cannot run us is told in one line which one can; ours runs", async (t) => {
  for (const old of ["18.20.4", "20.19.0", "22.18.0", "24.1.0"]) {
    const { code, stdout, stderr } = await runAs(t, old);
    assert.deepEqual([code, stdout], [1, ""], old);
    assert.match(stderr, new RegExp(`^Node 24\\.2 or newer is needed; this one is ${old}[^\\n]*\\n$`));
  }
  for (const fine of ["24.2.0", "26.0.0"])
    assert.deepEqual(await runAs(t, fine), { code: 0, stdout: "runs\n", stderr: "" }, fine);
});

test("every script that runs a program of ours looks at the version of Node first", async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const ours = Object.entries(scripts).filter(([, script]) => /\bnode\b.*\.ts\b/.test(script));
  assert.ok(ours.length > 5);
  assert.deepEqual(
    ours.filter(([, script]) => !script.includes(`node -r ${GUARD} `)).map(([name]) => name),
    [],
  );
});
