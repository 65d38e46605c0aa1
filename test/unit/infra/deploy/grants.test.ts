import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SERVICES, type ServiceGrants } from "../../../../infra/deploy/services.ts";
import { ROOT, type SourceFile, sourceFiles } from "../../../support/source-files.ts";

const SCHEMAS = SERVICES.flatMap(({ schema }) => schema ?? []);
const all = sourceFiles("services", "schemas", "infra");

/** A verb on a table, or `execute` of a function: "select on simon.customers". */
type Use = string;

const folderOf = ({ role }: ServiceGrants): string =>
  role === "sandbox_simon" ? "infra/sandbox/simon/" : `services/${role.replaceAll("_", "-")}/`;

/** What the SQL of a file does. Statements name every table with its schema, behind a keyword that says what is done to it. */
function usesOf({ text }: SourceFile): readonly Use[] {
  const name = `((?:${SCHEMAS.join("|")})\\.\\w+)`;
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found = (pattern: string, verb: string): readonly Use[] =>
    [...code.matchAll(new RegExp(pattern.replace("NAME", name), "g"))].map(
      ([, table]) => `${verb} on ${table}`,
    );
  return [
    ...found("(?<!\\bdelete )\\b(?:from|join|using) NAME\\b(?!\\()", "select"),
    ...found("\\binsert into NAME", "insert"),
    ...found("\\bupdate NAME", "update"),
    ...found("\\bdelete from NAME", "delete"),
    ...found("\\b(?:select|from) NAME\\(", "execute"),
    ...statementsOf(code).flatMap(updatesBeside),
  ]
    .filter((use) => !use.endsWith(".positions"))
    .flatMap((use) => [use, ...(readByViews.get(use) ?? [])]);
}

/** The texts of a file: a statement stands in one, whole. */
const statementsOf = (code: string): readonly string[] => code.match(/`[^`]*`|"[^"\n]*"/g) ?? [];

/** What a statement may change or lock beside what it says first. */
function updatesBeside(statement: string): readonly Use[] {
  const name = `((?:${SCHEMAS.join("|")})\\.\\w+)`;
  const behind = (words: string): readonly Use[] =>
    [...statement.matchAll(new RegExp(`\\b(?:${words}) ${name}`, "g"))].map(
      ([, table]) => `update on ${table}`,
    );
  return [
    ...(/\bdo update\b/.test(statement) ? behind("insert into") : []),
    ...(/\bfor (?:update|share)\b/.test(statement) ? behind("from") : []),
  ];
}

/** What reading a view reads: its reader needs both, since views run with their reader's rights. */
const readByViews = new Map<Use, readonly Use[]>(
  SERVICES.flatMap(({ schema, migrations }) =>
    migrations === null
      ? []
      : readdirSync(join(ROOT, migrations)).flatMap((file) => {
          const sql = readFileSync(join(ROOT, migrations, file), "utf8");
          return [...sql.matchAll(/create view (\w+) as([\s\S]*?);/g)].map(
            ([, view, body = ""]) =>
              [
                `select on ${schema}.${view}`,
                [...body.matchAll(/\b(?:from|join) (\w+)/g)].map(
                  ([, table]) => `select on ${schema}.${table}`,
                ),
              ] as const,
          );
        }),
  ),
);

/** Grants one by one: "insert, update on t" are two; columns and the arguments of functions do not matter here. */
function granted(grants: readonly string[]): readonly Use[] {
  return grants.flatMap((grant) => {
    const [, verbs = "", target = ""] =
      /^(.*) on (?:function )?([\w.]+)/.exec(grant.replace(/ \(.*?\) on /, " on ")) ?? [];
    return verbs.split(", ").map((verb) => `${verb} on ${target}`);
  });
}

/** The service's files, and every shared file that they reach. */
function reachable(folder: string): readonly SourceFile[] {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const open = all.filter(({ path }) => path.startsWith(folder));
  const seen = new Set(open);
  for (let file = open.pop(); file !== undefined; file = open.pop())
    for (const name of file.imports) {
      const next = byPath.get(name);
      if (next === undefined || seen.has(next) || !name.startsWith("services/shared/")) continue;
      seen.add(next);
      open.push(next);
    }
  return [...seen];
}

/** Read or written by a trigger of another table, with the rights of whoever changed that one. */
const BY_TRIGGER: readonly Use[] = [
  "select on log.emptied_tables",
  "insert on order_writer.order_checks",
  "insert on order_writer.check_turns",
];

/** Tables that statements get by name from a description: which verbs they use is not to be read from their text. */
const isNamedOnly = (files: readonly SourceFile[], use: Use): boolean =>
  files.some(({ text }) => text.includes(`"${use.split(" on ")[1]}"`));

/** Who changes the rows that a condition names reads them. */
const isReadByChange = (use: Use, used: ReadonlySet<Use>): boolean =>
  use.startsWith("select ") && ["update", "delete"].some((verb) => used.has(use.replace("select", verb)));

for (const service of SERVICES) {
  const folder = folderOf(service);

  test(`${service.role}: its SQL touches only what it owns or was granted`, () => {
    const may = new Set(granted([...service.own, ...service.grants]));
    const beyond = all
      .filter(({ path }) => path.startsWith(folder))
      .flatMap((file) => usesOf(file).map((use) => ({ path: file.path, use })))
      .filter(({ use }) => !may.has(use))
      .map(({ path, use }) => `${path}: ${use}`);
    assert.deepEqual(beyond, []);
  });

  test(`${service.role}: every grant is used by its SQL or by shared code that it reaches`, () => {
    const files = reachable(folder);
    const used = new Set([...files.flatMap(usesOf), ...BY_TRIGGER]);
    assert.deepEqual(
      granted(service.grants).filter((grant) => !used.has(grant) && !isReadByChange(grant, used)),
      [],
    );
    assert.deepEqual(
      granted(service.own.filter((grant) => !grant.includes(" on sequence "))).filter(
        (grant) => !used.has(grant) && !isNamedOnly(files, grant) && !isReadByChange(grant, used),
      ),
      [],
    );
  });
}

test("O73: whom a service becomes may do less than the service, and a replay neither moves positions nor sees orders", () => {
  for (const { own, grants, becomes } of SERVICES) {
    const may = new Set(granted([...own, ...grants]));
    assert.deepEqual(
      granted(becomes?.grants ?? []).filter((use) => !may.has(use)),
      [],
    );
  }
  const replay = SERVICES.flatMap(({ becomes }) => becomes ?? []).find(({ role }) => role === "simon_replay");
  assert.ok(replay);
  assert.deepEqual(
    granted(replay.grants).filter((use) => /positions|order_writer|workorder_archived|connections/.test(use)),
    [],
  );
});

test("a grant names one table or function, never all of a schema", () => {
  const wide = SERVICES.flatMap(({ grants }) => grants.filter((grant) => / all /.test(grant)));
  assert.deepEqual(wide, []);
});
