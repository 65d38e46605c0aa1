import type { Language } from "../../shared/domain/message-catalogue.ts";
import { type Html, html } from "../../shared/html.ts";
import { KEY_SCOPES, type KeyScope } from "../access/key-store.ts";
import { type Page, page } from "../page/page.ts";
import { FIELDS } from "./domain/api-fields.ts";
import { API_PAGE, DUTCH_FIELDS, OPERATIONS, type OperationId } from "./texts.ts";

/** As much of an OpenAPI document as the page shows. */
type Schema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
};
type Parameter = {
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
};
type Operation = {
  readonly operationId?: string;
  readonly security?: readonly { readonly key?: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content?: { readonly "application/json"?: { readonly schema?: Schema } };
  };
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
};
export type ApiDocument = {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly servers?: readonly { readonly url: string }[];
};

/** The JSON interface for whoever writes a program, made from its own description. */
export function apiPage(given: Omit<Page, "title" | "content"> & { readonly document: ApiDocument }): Html {
  const { language, document } = given;
  const t = API_PAGE[language];
  const root = document.servers?.[0]?.url ?? "";
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return page({
    ...given,
    title: t.title,
    content: html`<h1>${t.title}</h1><p>${t.intro}</p>
<section class="card"><h2>${t.key}</h2><p>${t.keyText}</p><pre class="code"><code>Authorization: Bearer simon_…</code></pre>
<p>${t.limits}</p><p>${t.problems}</p><p><a href="/api/openapi.json">${t.document}</a></p></section>
<section class="card"><h2>${t.operations}</h2><ul>${operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${summaryOf(operation, language)}</a></li>`)}</ul></section>
${operations.map((one) => operationPart({ ...one, root, language }))}`,
  });
}

function operationPart(one: {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly root: string;
  readonly language: Language;
}): Html {
  const { path, method, operation, language } = one;
  const t = API_PAGE[language];
  const summary = summaryOf(operation, language);
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const parameters = (operation.parameters ?? []).map(
    ({ name, required, description, schema }): Member => ({
      name,
      isRequired: required === true,
      schema: { ...schema, ...(description === undefined ? {} : { description }) },
    }),
  );
  return html`<section class="card" id="${operation.operationId}"><h2>${summary}</h2>
<p><code>${method} ${path}</code></p><p class="soft small">${t.scopes[scopeOf(operation)]}</p><p>${textOf(operation, language)?.description}</p>
${memberTable({ title: t.parameters, of: summary, members: parameters, language })}${body !== undefined && memberTable({ title: t.body, of: summary, members: membersOf(body, ""), language })}
<h3>${t.example}</h3><pre class="code" tabindex="0"><code>${curlFor(one, body)}</code></pre>
<h3>${t.answers}</h3><ul>${Object.entries(operation.responses ?? {}).map(([status, { description }]) => html`<li><code>${status}</code> <span lang="en">${description}</span></li>`)}</ul></section>`;
}

type Member = { readonly name: string; readonly isRequired: boolean; readonly schema: Schema };

const scopeOf = ({ security = [] }: Operation): KeyScope =>
  KEY_SCOPES.find((scope) => security.some(({ key = [] }) => key.includes(scope))) ?? "read";

/** Members of a body, those of inner objects with their path. */
function membersOf(schema: Schema, prefix: string): readonly Member[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const own = { name: prefix + name, isRequired: schema.required?.includes(name) === true, schema: inner };
    const list = inner.items?.properties === undefined ? null : inner.items;
    const object = inner.properties === undefined ? objectIn(inner) : inner;
    if (list !== null) return [own, ...membersOf(list, `${prefix}${name}[].`)];
    return object === null ? [own] : [own, ...membersOf(object, `${prefix}${name}.`)];
  });
}

/** The object of a member that may be null. */
const objectIn = ({ anyOf = [] }: Schema): Schema | null =>
  anyOf.find(({ properties }) => properties !== undefined) ?? null;

function memberTable(table: {
  readonly title: string;
  /** The operation, so that each table has a name of its own. */
  readonly of: string;
  readonly members: readonly Member[];
  readonly language: Language;
}): Html | null {
  const { title, members, language } = table;
  if (members.length === 0) return null;
  const t = API_PAGE[language];
  return html`<h3>${title}</h3><div class="scroll" tabindex="0" role="region" aria-label="${title}: ${table.of}"><table><thead><tr><th scope="col">${t.name}</th><th scope="col">${t.meaning}</th></tr></thead>
<tbody>${members.map(
    ({ name, isRequired, schema }) =>
      html`<tr><td><code>${name}</code>${isRequired && html`<br><span class="soft small">${t.required}</span>`}</td><td>${meaningOf(schema, language)} <span class="soft small">${kindOf(schema)}</span></td></tr>`,
  )}</tbody></table></div>`;
}

function kindOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.filter((one) => one !== "").join(" | ");
  const types = schema.anyOf?.map(kindOf) ?? [schema.type ?? []].flat();
  return [...types, ...(schema.format === undefined ? [] : [schema.format])].join(" | ");
}

const DUTCH: ReadonlyMap<string, string> = new Map(
  Object.entries(FIELDS).map(([name, text]) => [text, DUTCH_FIELDS[name as keyof typeof FIELDS]]),
);

const meaningOf = ({ description = "" }: Schema, language: Language): string =>
  (language === "nl" ? DUTCH.get(description) : undefined) ?? description;

const textOf = ({ operationId = "" }: Operation, language: Language) =>
  Object.hasOwn(OPERATIONS.en, operationId) ? OPERATIONS[language][operationId as OperationId] : null;

const summaryOf = (operation: Operation, language: Language): string =>
  textOf(operation, language)?.summary ?? operation.operationId ?? "";

/** A request that can be tried, with the members that must be there. */
function curlFor(
  { root, path, method }: { readonly root: string; readonly path: string; readonly method: string },
  body: Schema | undefined,
): string {
  const head =
    `curl -X ${method} "${root}${path.replaceAll("{", "$")}" \\\n  -H "Authorization: Bearer $KEY"`.replaceAll(
      "}",
      "",
    );
  if (body === undefined) return head;
  const required = Object.entries(body.properties ?? {}).filter(([name]) => body.required?.includes(name));
  const sample = Object.fromEntries(required.map(([name, schema]) => [name, sampleOf(schema)]));
  return `${head} \\\n  -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(sample)}'`;
}

function sampleOf(schema: Schema): unknown {
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.format === "date-time") return "2026-11-25T14:03:00.000+01:00";
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return 1;
  if (schema.type === "array") return [];
  return schema.type === "object" ? {} : "…";
}
