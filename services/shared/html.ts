const RAW = Symbol("html");

/** A piece of markup that is already escaped. */
export type Html = { readonly [RAW]: string; toString(): string };

type Part = Html | string | number | bigint | null | undefined | false | readonly Part[];

/**
 * Tag for markup: every value is escaped, except what the tag itself made. A list is joined; `null`, `undefined` and
 * `false` give nothing.
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const text = literals.reduce(
    (out, literal, i) => out + literal + (i < parts.length ? render(parts[i]) : ""),
    "",
  );
  return { [RAW]: text, toString: () => text };
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "object") return RAW in part ? part[RAW] : part.map(render).join("");
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
