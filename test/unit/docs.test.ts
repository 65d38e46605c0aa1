import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../support/source-files.ts";

/** What stands in backquotes and looks like a file or folder of the tree; `<noun>` stands for any. */
const PATH = /`((?:services|infra|schemas|test)\/[\w./-]+)`/g;

for (const doc of [
  "README.md",
  "SECURITY.md",
  "infra/docs/map.md",
  "infra/docs/rules.md",
  "infra/docs/asvs.md",
])
  test(`${doc} names only what is there`, () => {
    const text = readFileSync(join(ROOT, doc), "utf8");
    const named = [...text.matchAll(PATH)].flatMap(([, path]) => path ?? []);
    const linked = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path = ""]) => join(dirname(doc), path));
    assert.deepEqual(
      [...named, ...linked].filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });

test("the map's relative names stand in the folder named before them", () => {
  const text = readFileSync(join(ROOT, "infra/docs/map.md"), "utf8");
  const missing = text
    .split(/\n(?=\d\. |\n|\*\*)/)
    .flatMap((entry) => {
      const first = /`((?:services|infra|schemas|test)\/[\w./<>-]+)`/.exec(entry)?.[1];
      if (first === undefined || first.includes("<")) return [];
      const folder = first.endsWith("/") ? first : dirname(first);
      return [...entry.matchAll(/`((?:domain\/|page\/)?[\w-]+\.(?:ts|css|avsc))`/g)].map(([, name = ""]) => ({
        folder,
        name,
      }));
    })
    .filter(
      ({ folder, name }) =>
        !existsSync(join(ROOT, folder, name)) && !existsSync(join(ROOT, dirname(folder), name)),
    )
    .map(({ folder, name }) => `${folder} has no ${name}`);
  assert.deepEqual(missing, []);
});
