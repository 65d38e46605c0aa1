import assert from "node:assert/strict";
import fc from "fast-check";
import { keyOf } from "./api-program.ts";
import type { ConsoleWorld } from "./console-world.ts";
import { anyText, type Schema, valuesOf } from "./schema-values.ts";
import type { World } from "./world.ts";

type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
};

/** What the fuzzer reads of the OpenAPI document that the console serves. */
type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** One request, as it is shown when it found something. */
type Attempt = {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly key: "own" | "foreign" | "wrong" | "none";
  readonly contentType: string | null;
};

/** A key is answered 600 times a minute: after this many requests the next one takes its place. */
const REQUESTS_A_KEY = 500;

/**
 * Sends requests made from the description that the console serves, right ones and all but right ones, to every operation
 * of it. Each answer has to be one that the description names, by status and kind.
 * @param runs requests to each operation @returns requests sent
 */
export async function fuzzApi(
  { world, site }: { readonly world: World; readonly site: ConsoleWorld },
  runs: number,
): Promise<number> {
  const described = (await (await fetch(`${site.url}/api/openapi.json`)).json()) as Described;
  const document = withoutReferences(described, described.components.schemas) as Document;
  const foreign = await keyOf(world, "noord");
  let sent = 0;
  let own = "";
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations))
      await fc.assert(
        fc.asyncProperty(attempts(path, operation), async (attempt) => {
          if (sent % REQUESTS_A_KEY === 0) own = await keyOf(world, "bos");
          sent += 1;
          const keys = { own, foreign, wrong: `simon_${"w".repeat(43)}`, none: "" };
          const answer = await fetch(addressOf(site, attempt), requestOf(method, attempt, keys[attempt.key]));
          refuseUndocumented(operation, answer, await answer.text());
        }),
        { numRuns: runs },
      );
  return sent;
}

type Described = { readonly components: { readonly schemas: Readonly<Record<string, unknown>> } };

/** The same with each reference replaced by what it names; none of ours leads back to itself. */
function withoutReferences(node: unknown, named: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(node)) return node.map((one) => withoutReferences(one, named));
  if (typeof node !== "object" || node === null) return node;
  const reference = (node as { readonly $ref?: string }).$ref;
  if (reference !== undefined) return withoutReferences(named[reference.split("/").at(-1) ?? ""], named);
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, withoutReferences(value, named)]),
  );
}

function attempts(path: string, operation: Operation): fc.Arbitrary<Attempt> {
  const inPath = Object.fromEntries(
    (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name, schema }) => [name, schema]),
  );
  const inQuery = Object.fromEntries(
    (operation.parameters ?? [])
      .filter((one) => one.in === "query")
      .map(({ name, schema }) => [name, schema]),
  );
  const schema = operation.requestBody?.content["application/json"]?.schema;
  return fc.record({
    path: pathsOf(path, inPath),
    query: fc.oneof(
      { weight: 6, arbitrary: valuesOf({ type: "object", properties: inQuery }) },
      { weight: 1, arbitrary: fc.dictionary(anyText, anyText, { maxKeys: 3 }) },
    ) as fc.Arbitrary<Attempt["query"]>,
    body: schema === undefined ? fc.constant(undefined) : valuesOf(schema),
    key: fc.oneof(
      { weight: 12, arbitrary: fc.constant("own" as const) },
      { weight: 1, arbitrary: fc.constantFrom("foreign" as const, "wrong" as const, "none" as const) },
    ),
    contentType: fc.oneof(
      { weight: 12, arbitrary: fc.constant(schema === undefined ? null : "application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("text/plain", "application/xml", "application/json; charset=utf-8", "x"),
      },
    ),
  });
}

/** Mostly the program's own tenant: what lies behind its door is what is looked at. */
function pathsOf(path: string, schemas: Readonly<Record<string, Schema>>): fc.Arbitrary<string> {
  const parts = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      name === "tenantId"
        ? fc.oneof({ weight: 15, arbitrary: fc.constant("bos") }, { weight: 1, arbitrary: anyText })
        : valuesOf(schema),
    ]),
  );
  return fc
    .record(parts)
    .map((values) =>
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(wellFormed(values[name])) || "-"),
    );
}

/** Text of a value; half characters cannot stand in an address. */
const wellFormed = (value: unknown): string =>
  (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed();

function addressOf(site: ConsoleWorld, { path, query }: Attempt): string {
  const url = new URL(site.url + path);
  if (typeof query === "object" && query !== null)
    for (const [name, value] of Object.entries(query))
      url.searchParams.append(name.toWellFormed(), wellFormed(value));
  return url.href;
}

function requestOf(method: string, { body, contentType }: Attempt, key: string): RequestInit {
  const takesBody = !["get", "head"].includes(method);
  return {
    method: method.toUpperCase(),
    redirect: "manual",
    headers: {
      ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
      ...(takesBody && contentType !== null ? { "content-type": contentType } : {}),
    },
    ...(takesBody && contentType !== null ? { body: JSON.stringify(body) ?? "" } : {}),
  };
}

function refuseUndocumented({ operationId, responses }: Operation, answer: Response, text: string): void {
  const documented = responses[String(answer.status)];
  assert.ok(answer.status < 500, `${operationId}: ${answer.status} ${text}`);
  assert.ok(documented !== undefined, `${operationId}: ${answer.status} is not documented: ${text}`);
  const [kind = ""] = (answer.headers.get("content-type") ?? "").split(";");
  assert.ok(kind in (documented.content ?? {}), `${operationId}: ${answer.status} as ${kind}: ${text}`);
  assert.equal(answer.headers.get("cache-control"), "no-store", operationId);
  JSON.parse(text);
}
