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

test("each requirement in asvs.md names tests that are there, by the beginnings of their names or their rule's id", () => {
  const rows = readFileSync(join(ROOT, "infra/docs/asvs.md"), "utf8").match(/^\|.*\|$/gm) ?? [];
  const wrong = rows.flatMap((row) => {
    const [, id = ""] = row.split("|").map((cell) => cell.trim());
    return [...row.matchAll(/`(test\/[\w./-]+\.test\.ts)`(?: \(("[^)]*")\))?/g)].flatMap(
      ([, path = "", names = ""]) => {
        const titles = titlesIn(path);
        const named = [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
        if (named.length === 0) return [`${id}: ${path} without the name of a test`];
        return named
          .filter((name) => !titles.some((title) => isNamed(title, name)))
          .map((name) => `${id}: ${path} has no test "${name}"`);
      },
    );
  });
  assert.deepEqual(wrong, []);
  assert.ok(rows.length > 50);
});

/** Titles of a file's tests; of one that is made the part before what is filled in. */
function titlesIn(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/\btest\(\s*(?:"((?:[^"\\]|\\.)*)"|`([^`$]*))/g)].map(
    ([, plain, made]) => plain ?? made ?? "",
  );
}

/** A title begins with the name, or carries it among its rules: `A5, W18: …`. */
const isNamed = (title: string, name: string): boolean =>
  title.startsWith(name) || (title.split(":")[0] ?? "").split(", ").includes(name);
