import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT, sourceFiles } from "../support/source-files.ts";

const RULES = "infra/docs/rules.md";
/** Customers of demo data are K1, K2 …; no rule begins with K. */
const ID = /\b(?:[MWALRPI]\d{1,2}|[OF]\d\d)\b/g;

const rules = new Set(
  [...readFileSync(join(ROOT, RULES), "utf8").matchAll(/^\| ([A-Z]\d+) +\|/gm)].flatMap(([, id]) => id ?? []),
);

type Citation = { readonly id: string; readonly where: string };

/** Ids in comments, and in what a test's title says before its colon. */
const citations: readonly Citation[] = [
  ...sourceFiles("services", "schemas", "infra", "test").flatMap(({ path, text }) => [
    ...idsIn(commentsOf(text), path),
    ...idsIn(titlesOf(text).join("\n"), path),
  ]),
  ...textFiles("services", ".sql").flatMap(({ path, text }) =>
    idsIn([...text.matchAll(/--(.*)$/gm)].join("\n"), path),
  ),
  ...textFiles("infra/decisions", ".md").flatMap(({ path, text }) => idsIn(text, path)),
  ...idsIn(readFileSync(join(ROOT, "README.md"), "utf8"), "README.md"),
];

test(`every rule that is cited anywhere is told in ${RULES}`, () => {
  const unknown = citations.filter(({ id }) => !rules.has(id)).map(({ id, where }) => `${where} cites ${id}`);
  assert.deepEqual([...new Set(unknown)], [], `Tell it in ${RULES}: one line in the table of its kind.`);
});

test(`every rule in ${RULES} has a test whose title carries it`, () => {
  const carried = new Set(
    sourceFiles("test").flatMap(({ path, text }) =>
      idsIn(titlesOf(text).join("\n"), path).map(({ id }) => id),
    ),
  );
  assert.deepEqual(
    [...rules].filter((id) => !carried.has(id)),
    [],
    "A rule without a test is a wish: give it one, or take the line away until it has one.",
  );
});

test("a rule stands in the table once", () => {
  const lines = [...readFileSync(join(ROOT, RULES), "utf8").matchAll(/^\| ([A-Z]\d+) +\|/gm)];
  assert.equal(lines.length, rules.size);
});

function idsIn(text: string, where: string): readonly Citation[] {
  return [...text.matchAll(ID)].map(([id]) => ({ id, where }));
}

function commentsOf(text: string): string {
  const block = [...text.matchAll(/\/\*[\s\S]*?\*\//g)].map(([comment]) => comment);
  const line = [...text.matchAll(/(?:^|\s)\/\/ (.*)$/gm)].map(([, comment]) => comment);
  return [...block, ...line].join("\n");
}

/** What the titles of a file's tests say before their colon, and the ids of the fault matrix, whose cases are its tests. */
function titlesOf(text: string): readonly string[] {
  const titles = [...text.matchAll(/\btest\(\s*["'`]([^"'`:]*):/g)].map(([, title = ""]) => title);
  const cases = [...text.matchAll(/\b(?:id|rule|name): "((?:[MWALRPIOF]\d{1,2})\b[^"]*)"/g)].map(
    ([, title = ""]) => title.split(":")[0] ?? "",
  );
  return [...titles, ...cases];
}

function textFiles(folder: string, ending: string) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), "utf8") }));
}
