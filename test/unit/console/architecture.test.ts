import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceFiles } from "../../support/source-files.ts";

const ROOT = "services/console/";
/** What stands below the nouns, each using only those before it. */
const BELOW = ["parts", "access", "page"];

const files = sourceFiles("services/console").filter(({ path }) => path.endsWith(".ts"));
const folderOf = (path: string): string =>
  path.slice(ROOT.length).includes("/") ? (path.slice(ROOT.length).split("/")[0] ?? "") : "";
const ofNouns = files.filter(({ path }) => folderOf(path) !== "" && !BELOW.includes(folderOf(path)));

test("a noun's files say their role: routes, pages, texts, queries, acts, loops; decisions stand in domain", () => {
  const role = /\/(domain\/[a-z-]+|([a-z-]+-)?(routes|page|piece|texts|queries|acts|loop))\.ts$/;
  // What an operation of the JSON interface is made of, and the checks that ask Unit4.
  const others = ["api/operation.ts", "api/problems.ts", "settings/live-checks.ts"];
  const odd = ofNouns.map(({ path }) => path.slice(ROOT.length)).filter((path) => !role.test(`/${path}`));
  assert.deepEqual(odd, others);
});

test("parts, access and page know no noun, and only those below them", () => {
  const upward = files
    .filter(({ path }) => BELOW.includes(folderOf(path)))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith(ROOT) && folderOf(name) !== "")
        .filter((name) => {
          const at = BELOW.indexOf(folderOf(name));
          return at < 0 || at > BELOW.indexOf(folderOf(path));
        })
        .map((name) => `${path} imports ${name}`),
    );
  assert.deepEqual(upward, []);
});

test("SQL that writes stands in acts, SQL that reads for a page in queries", () => {
  const writes = /\b(insert into|update|delete from) (integration|simon|order_writer|log|unit4_poller)\./;
  const reads = /\bfrom (integration|simon|order_writer|log|unit4_poller)\./;
  const faults = ofNouns.flatMap(({ path, text }) => {
    const isActs = /acts\.ts$|loop\.ts$/.test(path);
    if (writes.test(text) && !isActs) return [`${path} writes`];
    if (reads.test(text) && !isActs && !path.endsWith("queries.ts")) return [`${path} reads`];
    return [];
  });
  assert.deepEqual(faults, []);
});
