import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import avsc from "avsc";
import { contractOf, isEarlier } from "../../../../infra/deploy/contract.ts";
import { SERVICES } from "../../../../infra/deploy/services.ts";
import { TOPICS, type Topic } from "../../../../schemas/topics.ts";
import { fileOf, hasCommit, missingCommit, previousRelease, releases } from "../../../support/releases.ts";
import { ROOT } from "../../../support/source-files.ts";

/** What a statement says that takes something away from those who run with the tables of before, or binds them. */
const CONTRACTS: readonly RegExp[] = [
  /\bdrop (table|view|materialized view|column|function|type|schema|sequence)\b/,
  /\brename\b/,
  /\balter (column )?\w+ (set data )?type\b/,
  /\bset not null\b/,
  /\badd (column (if not exists )?)?(?!column|constraint|primary|unique|check|foreign)\w+ (?=[^,;]*\bnot null\b)(?![^,;]*\b(default|generated)\b)/,
  /\badd (constraint|primary key|unique|check|foreign key)\b/,
  /\bcreate unique index\b/,
  /\brevoke\b/,
];

/** The statements of a migration by which it contracts. Comments, texts and the bodies of functions count for nothing. */
function contractsIn(sql: string): readonly string[] {
  const made = new Set(
    [...sql.matchAll(/\bcreate (?:table|function) (?:if not exists )?(\w+)/g)].map(([, name]) => name),
  );
  return (
    sql
      .replaceAll(/--.*$/gm, "")
      .replaceAll(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
      .replaceAll(/'(?:[^']|'')*'/g, "''")
      .toLowerCase()
      .split(";")
      .map((statement) => statement.replaceAll(/\s+/g, " ").trim())
      .filter((statement) => CONTRACTS.some((contract) => contract.test(statement)))
      // What the same release makes binds nobody before it.
      .filter(
        (statement) => !made.has(/\b(?:alter table|on) (?:only |function )?(\w+)/.exec(statement)?.[1] ?? ""),
      )
  );
}

for (const [sql, contracts] of [
  ["alter table orders drop column name", true],
  ["alter table orders rename to things", true],
  ["alter table orders alter column total type text", true],
  ["alter table orders alter total set not null", true],
  ["alter table orders add column a text, add column b text not null", true],
  ["alter table orders add column a text not null default ''", false],
  ["alter table orders add column a text, add column b int", false],
  ["alter table orders add constraint c check (total > 0)", true],
  ["create unique index i on orders (name)", true],
  ["create table fresh (a text not null); create unique index i on fresh (a)", false],
  ["-- drop table orders\nselect 'drop table orders'", false],
  ["create or replace function f() returns void language sql as $$ drop table x $$", false],
  ["drop index i; create index j on orders (name)", false],
  [
    "create function f() returns int language sql as $$ select 1 $$; revoke execute on function f from public",
    false,
  ],
  ["revoke execute on function f from public", true],
  ["drop function f(text)", true],
] as const)
  test(`${contracts ? "takes something away" : "takes nothing away"}: ${sql.split("\n")[0]}`, () => {
    assert.equal(contractsIn(sql).length > 0, contracts);
  });

const [newest, previous] = releases();

test("CHANGELOG.md tells of the release in package.json first, and of each before it the commit and the last migrations", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  assert.equal(newest?.version, version);
  const schemas = SERVICES.flatMap(({ schema, migrations }) => (migrations === null ? [] : (schema ?? [])));
  for (const release of releases().slice(1)) {
    assert.ok(release.commit !== null, release.version);
    assert.deepEqual([...release.lastMigrations.keys()].sort(), [...schemas].sort(), release.version);
  }
});

/** Migrations that came after the previous release. */
const freshMigrations = SERVICES.flatMap(({ schema, migrations }) => {
  if (schema === null || migrations === null) return [];
  const last = previous?.lastMigrations.get(schema) ?? "";
  return readdirSync(join(ROOT, migrations))
    .filter((file) => file.endsWith(".sql") && file.slice(0, 3) > last)
    .map((file) => ({
      name: `${schema}/${file}`,
      sql: readFileSync(join(ROOT, migrations, file), "utf8"),
    }));
});

test("a release only expands: what takes something away says from which earlier release on nobody uses it", () => {
  const wrong = freshMigrations.flatMap(({ name, sql }) => {
    const from = contractOf(sql);
    if (from === null) return contractsIn(sql).map((statement) => `${name}: ${statement}`);
    return isEarlier(previous?.version ?? "0.0.0", from)
      ? [`${name} takes away what release ${previous?.version} may still use`]
      : [];
  });
  assert.deepEqual(wrong, []);
  assert.ok(freshMigrations.length > 0);
});

test("releases are compared number by number", () => {
  assert.ok(isEarlier("1.9.0", "1.10.0") && isEarlier("1.0.9", "1.1.0") && isEarlier("0.9.9", "1.0.0"));
  assert.ok(!isEarlier("1.1.0", "1.1.0") && !isEarlier("2.0.0", "1.9.9"));
});

const before = previousRelease();
test("each release reads what the other one writes", {
  skip: hasCommit(before.commit) ? false : missingCommit(before),
}, () => {
  const typeOf = (text: string) => avsc.Type.forSchema(JSON.parse(text), { wrapUnions: "never" });
  for (const { schema } of Object.values<Topic>(TOPICS)) {
    if (schema === null) continue;
    const path = `schemas/${schema}.avsc`;
    const older = typeOf(fileOf(before.commit, path));
    const newer = typeOf(readFileSync(join(ROOT, path), "utf8"));
    newer.createResolver(older);
    older.createResolver(newer);
  }
});
