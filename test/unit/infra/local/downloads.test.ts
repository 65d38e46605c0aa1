import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { canKeepFiles, type Download, ensureDownloaded } from "../../../../infra/local/stack/downloads.ts";

test("downloads: two that want the same thing at once fetch it once, and both find it whole", async (t) => {
  const { cacheDir, download, fetches } = await setUp(t);
  const request = { cacheDir, downloads: [download], report: () => {} };

  await Promise.all([ensureDownloaded(request), ensureDownloaded(request)]);

  assert.equal(fetches(), 1);
  assert.equal(await readFile(join(cacheDir, "thing-1", "second"), "utf8"), "whole");
});

test("downloads: what is there already is not fetched, and nothing is said", async (t) => {
  const { cacheDir, download, fetches } = await setUp(t);
  await mkdir(join(cacheDir, "thing-1"));
  const lines: string[] = [];

  await ensureDownloaded({ cacheDir, downloads: [download], report: (line) => lines.push(line) });

  assert.equal(fetches(), 0);
  assert.deepEqual(lines, []);
});

test("downloads: one that fails leaves nothing behind and is fetched again", async (t) => {
  const { cacheDir, download } = await setUp(t);
  const broken: Download = {
    ...download,
    fetchInto: async (folder) => {
      await writeFile(join(folder, "first"), "half");
      throw new Error("the line went dead");
    },
  };
  const attempt = ensureDownloaded({ cacheDir, downloads: [broken], report: () => {} });
  await assert.rejects(attempt, /the line went dead/);
  assert.deepEqual(await readdir(cacheDir), []);

  await ensureDownloaded({ cacheDir, downloads: [download], report: () => {} });

  assert.deepEqual(await readdir(cacheDir), ["thing-1"]);
});

test("downloads: what a killed process left unfinished is removed", async (t) => {
  const { cacheDir, download } = await setUp(t);
  await mkdir(join(cacheDir, "thing-1.unfinished-abc"));

  await ensureDownloaded({ cacheDir, downloads: [download], report: () => {} });

  assert.deepEqual(await readdir(cacheDir), ["thing-1"]);
});

test("downloads: the first line comes before anything is fetched", async (t) => {
  const { cacheDir, download, fetches } = await setUp(t);
  const lines: string[] = [];
  const report = (line: string) => lines.push(`${fetches()} fetched: ${line}`);

  await ensureDownloaded({ cacheDir, downloads: [download], report });

  assert.equal(lines[0], "0 fetched: fetching a thing with Maven, only this once");
  assert.match(lines.at(-1) ?? "", /^1 fetched: fetched a thing in \d+ s$/);
});

test("downloads: an account without a home folder is told from one that has it", async (t) => {
  const { cacheDir } = await setUp(t);
  assert.equal(await canKeepFiles(cacheDir), true);
  assert.equal(await canKeepFiles(join(cacheDir, "nonexistent")), false);
  await writeFile(join(cacheDir, "file"), "");
  assert.equal(await canKeepFiles(join(cacheDir, "file")), false);
});

async function setUp(t: TestContext) {
  const cacheDir = await mkdtemp(join(tmpdir(), "simon-local-unit-"));
  t.after(() => rm(cacheDir, { recursive: true, force: true }));
  let count = 0;
  const download: Download = {
    title: "a thing",
    directory: "thing-1",
    fetchInto: async (folder) => {
      count += 1;
      await writeFile(join(folder, "first"), "whole");
      await turn();
      await writeFile(join(folder, "second"), "whole");
    },
  };
  return { cacheDir, download, fetches: () => count };
}
