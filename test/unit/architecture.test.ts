import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { readSchemas } from "../../schemas/generate-records.ts";
import { TOPICS, type Topic } from "../../schemas/topics.ts";
import { ROOT, type SourceFile, sourceFiles } from "../support/source-files.ts";

const source = sourceFiles("services", "schemas", "infra");
const tests = sourceFiles("test");
const services = readdirSync(join(ROOT, "services"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "shared")
  .map(({ name }) => name);
const running = services.filter((name) => existsSync(join(ROOT, "services", name, "main.ts")));
const topics: readonly Topic[] = Object.values(TOPICS);

const isDomain = (path: string): boolean => path.includes("/domain/");
const offenders = (broken: (file: SourceFile) => boolean): readonly string[] =>
  source.filter(broken).map(({ path }) => path);

/** Packages without I/O that a domain file may use. */
const PURE_PACKAGES = new Set(["zod", "croner", "node:crypto"]);

test("node 24 runs the tests, since older ones run no TypeScript", () => {
  assert.match(process.version, /^v24\./);
});

test("domain files import only contracts, domain files and pure packages", () => {
  const foreign = source
    .filter(({ path }) => isDomain(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => !(name.startsWith("schemas/") || isDomain(name) || PURE_PACKAGES.has(name)))
        .map((name) => `${path} imports ${name}`),
    );
  assert.deepEqual(foreign, []);
});

test("domain files decide purely: no waiting, no clock, no randomness, no environment", () => {
  const impure = /\bawait\b|\basync\b|Date\.now\(|new Date\(\)|Math\.random|randomUUID|randomBytes|process\./;
  assert.deepEqual(
    offenders(({ path, text }) => isDomain(path) && impure.test(withoutComments(text))),
    [],
  );
});

/** The parts of the tree, from the bottom, with the others that each may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  "services/shared": ["schemas"],
  ...Object.fromEntries(services.map((name) => [`services/${name}`, ["services/shared", "schemas"]])),
  // The one file that knows all services: it runs them side by side.
  "services/all.ts": [...services.map((name) => `services/${name}`), "services/shared"],
  "infra/sandbox": ["services/shared", "schemas"],
  "infra/deploy": ["services/shared", "schemas"],
  // Demo tenants are activated, and workorders sent again, as people do it in the console.
  "infra/local": ["infra/deploy", "infra/sandbox", "services/console", "services/shared", "schemas"],
  "infra/prometheus": ["schemas"],
  "infra/grafana": ["infra/prometheus", "schemas"],
  "infra/ops": ["infra/local", "services/console", "services/shared", "schemas"],
};

test("no part imports upward or sideways: services meet only in contracts and shared code", () => {
  const partOf = (path: string): string =>
    Object.keys(MAY_IMPORT).find((part) => path === part || path.startsWith(`${part}/`)) ?? path;
  const wrong = source.flatMap(({ path, imports }) =>
    imports
      .filter((name) => /^(schemas|services|infra|test)\//.test(name) && partOf(name) !== partOf(path))
      .filter((name) => !MAY_IMPORT[partOf(path)]?.includes(partOf(name)))
      .map((name) => `${path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test("no files import each other in a circle, tests included", () => {
  assert.deepEqual(
    circlesAmong([...source, ...tests], (path) => path),
    [],
  );
});

test("no folders import each other in a circle; files at a part's root count one by one", () => {
  for (const top of [...Object.keys(MAY_IMPORT), "infra/sandbox/multivers"])
    assert.deepEqual(
      circlesAmong(
        source.filter(({ path }) => path.startsWith(`${top}/`)),
        (path) => (dirname(path) === top ? path : dirname(path).replace(/\/domain$/, "")),
      ),
      [],
      top,
    );
});

test("test/support knows no test", () => {
  const upward = tests
    .filter(({ path }) => path.startsWith("test/support/"))
    .flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith("test/") && !name.startsWith("test/support/"))
        .map((name) => `${path} imports ${name}`),
    );
  assert.deepEqual(upward, []);
});

test("no folder has more than 25 files side by side", () => {
  const counts = new Map<string, number>();
  for (const { path } of source) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > 25),
    [],
  );
});

test("kafkajs stays behind its adapter", () => {
  assert.deepEqual(
    offenders(
      ({ path, imports }) => imports.includes("kafkajs") && !path.startsWith("services/shared/kafka/"),
    ),
    [],
  );
});

test("no registry.decode or registry.encode anywhere: they cost up to 300 times more", () => {
  assert.deepEqual(
    offenders(({ text }) => /registry\.(decode|encode)\(|readerSchema/.test(withoutComments(text))),
    [],
  );
});

test("the environment is read in config files only", () => {
  assert.deepEqual(
    offenders(
      ({ path, text }) =>
        path.startsWith("services/") && /process\.env/.test(text) && !path.endsWith("/config.ts"),
    ),
    [],
  );
});

test("no shared file is without a user", () => {
  const all = [...source, ...tests];
  const lonely = source
    .filter(
      ({ path }) =>
        path.startsWith("services/shared/") && !path.startsWith("services/shared/domain/messages/"),
    )
    .filter(({ path }) => !all.some((user) => user.imports.includes(path)));
  assert.deepEqual(
    lonely.map(({ path }) => path),
    [],
  );
});

test("no file is longer than 300 lines and the median is below 100", () => {
  assert.deepEqual(
    offenders(({ path, lines }) => lines > 300 && path !== "schemas/records.ts"),
    [],
  );
  const lengths = source.map(({ lines }) => lines).sort((a, b) => a - b);
  assert.ok((lengths[Math.floor(lengths.length / 2)] ?? 0) < 100);
});

test("no file of the tests is longer than 400 lines", () => {
  assert.deepEqual(
    tests.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`),
    [],
  );
});

for (const name of running)
  test(`service ${name} has the shape of a service`, () => {
    // One unit of work; the console is a web application instead.
    const work = name === "console" ? "app.ts" : "handler.ts";
    for (const file of ["main.ts", "config.ts", work, "telemetry.ts"])
      assert.ok(existsSync(join(ROOT, "services", name, file)), `${file} is missing`);
    const main = source.find(({ path }) => path === `services/${name}/main.ts`);
    assert.ok((main?.lines ?? 0) <= 40, `main.ts has ${main?.lines} lines`);
  });

for (const topic of topics)
  test(`topic ${topic.name} has a schema, a producer and a consumer`, () => {
    if (topic.schema !== null) assert.ok(existsSync(join(ROOT, "schemas", `${topic.schema}.avsc`)));
    for (const service of [...topic.producers, ...topic.consumers])
      assert.ok(service === "simon" || services.includes(service), `${service} is not a service`);
    assert.ok(topic.producers.length > 0);
    assert.ok(topic.consumers.length > 0);
    assert.match(topic.name, /^[a-z0-9]+\.[a-z-]+\.v\d+$/);
  });

test("every schema belongs to a topic", () => {
  const used = new Set(topics.map(({ schema }) => `${schema}.avsc`));
  const files = readdirSync(join(ROOT, "schemas")).filter((name) => name.endsWith(".avsc"));
  assert.deepEqual(
    files.filter((name) => !used.has(name)),
    [],
  );
});

test("every field of every record has a doc; nullable fields begin with null and default to it", () => {
  const faults = readSchemas().flatMap((schema) => fieldsOf(schema, schema.name ?? "").flatMap(fieldFaults));
  assert.deepEqual(faults, []);
});

test("O22: every enum has a default, so that readers of today survive a symbol of tomorrow", () => {
  const text = readSchemas().map((schema) => JSON.stringify(schema));
  const enums = text
    .flatMap((one) => one.match(/\{"type":"enum"[^}]*\}/g) ?? [])
    .map((one) => JSON.parse(one));
  assert.ok(enums.length > 0);
  for (const { name, symbols, default: fallback } of enums) assert.ok(symbols.includes(fallback), name);
});

/** Groups of nodes that reach each other by the imports of these files. */
function circlesAmong(
  files: readonly SourceFile[],
  nodeOf: (path: string) => string,
): readonly (readonly string[])[] {
  const paths = new Set(files.map(({ path }) => path));
  const arrows = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = nodeOf(path);
    const known = arrows.get(from) ?? new Set();
    arrows.set(from, known);
    for (const name of imports.filter((one) => paths.has(one) && nodeOf(one) !== from))
      known.add(nodeOf(name));
  }
  const reached = new Map([...arrows.keys()].map((node) => [node, reachedFrom(node, arrows)]));
  return [...reached]
    .filter(([node, seen]) => seen.has(node))
    .map(([node, seen]) => [node, ...[...seen].filter((other) => reached.get(other)?.has(node))]);
}

function reachedFrom(start: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const next of arrows.get(at) ?? [])
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
  return seen;
}

type Field = { readonly path: string; readonly field: Readonly<Record<string, unknown>> };

/** Every field of a schema, those of inner records included. */
function fieldsOf(schema: unknown, path: string): readonly Field[] {
  if (Array.isArray(schema)) return schema.flatMap((branch) => fieldsOf(branch, path));
  if (typeof schema !== "object" || schema === null) return [];
  const { type, fields = [], items, values } = schema as Readonly<Record<string, unknown>>;
  const own = (fields as Field["field"][]).map((field) => ({
    path: `${path}.${String(field["name"])}`,
    field,
  }));
  return [
    ...own,
    ...own.flatMap((one) => fieldsOf(one.field["type"], one.path)),
    ...[type, items, values].flatMap((inner) => fieldsOf(inner, path)),
  ];
}

function fieldFaults({ path, field }: Field): readonly string[] {
  const { type, doc } = field;
  const isUnion = Array.isArray(type);
  return [
    typeof doc === "string" ? "" : `${path} has no doc`,
    isUnion && (type[0] !== "null" || field["default"] !== null)
      ? `${path} is not null first, default null`
      : "",
    isUnion && type.length !== 2 ? `${path} is a union of more than two` : "",
  ].filter((fault) => fault !== "");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
}

test("O39: no statement is prepared under a name, since a pooler may run it on a connection that does not know it", () => {
  const named = source.filter(({ text }) => /\bname: "[a-z-]+",\s*text:/.test(text)).map(({ path }) => path);
  assert.deepEqual(named, []);
});
