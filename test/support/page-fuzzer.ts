import assert from "node:assert/strict";
import fc from "fast-check";
import type { ConsoleWorld } from "./console-world.ts";
import { pathFor, routesOf } from "./route-table.ts";
import { anyText } from "./schema-values.ts";

/** Names of fields that the pages have, so that not every strange text stands in a field that nobody reads. */
const FIELDS = [
  ...[
    "q",
    "page",
    "from",
    "to",
    "state",
    "cause",
    "kind",
    "table",
    "live",
    "return",
    "field",
    "workArticle",
    "saved",
  ],
  ...[
    "moved",
    "refusal",
    "done",
    "notice",
    "before",
    "by",
    "act",
    "written",
    "sent",
    "name",
    "email",
    "role",
    "tenant",
  ],
  ...[
    "part",
    "parts",
    "sure",
    "terms",
    "check",
    "next",
    "workorder",
    "language",
    "decision",
    "revision",
    "entity",
  ],
  ...["administration", "articleGroups", "articleTypes", "filterWord", "remarks", "__proto__", "constructor"],
];

const fields = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), anyText), anyText), { maxLength: 5 });

/**
 * Asks for every page and sends every form of a tenant and of operators with strange texts in their fields and addresses.
 * @param runs requests to each route @returns requests sent
 */
export async function fuzzPages({ site }: { readonly site: ConsoleWorld }, runs: number): Promise<number> {
  const [anja, beheer] = [await site.signIn("anja"), await site.signIn("beheer")];
  const tokens = new Map([
    [anja, await anja.csrf()],
    [beheer, await beheer.csrf()],
  ]);
  const routes = (await routesOf(site)).filter(
    ({ method, url, access }) =>
      ["GET", "POST"].includes(method) &&
      access !== "key" &&
      !/^\/sign-out|^\/sign-in\/|\/events$|^\/unit4/.test(url),
  );
  let sent = 0;
  for (const { method, url, access } of routes)
    await fc.assert(
      fc.asyncProperty(fields, anyText, fc.boolean(), async (given, inPath, isPiece) => {
        const visitor = access === "operator" ? beheer : anja;
        const texts = given.map(([name, text]): [string, string] => [
          name.toWellFormed(),
          text.toWellFormed(),
        ]);
        const query = new URLSearchParams(texts);
        const path = pathFor(url, "bos").replace(/\/[1x](?=\/|$)/, () => `/${part(inPath)}`);
        const headers = {
          ...{ origin: site.url, "x-csrf-token": tokens.get(visitor) ?? "" },
          ...(isPiece ? { "hx-request": "true" } : {}),
        };
        const answer =
          method === "GET"
            ? await visitor.jar.fetch(`${site.url}${path}?${query}`, { headers })
            : await visitor.jar.fetch(site.url + path, { method, headers, body: query });
        const text = await answer.text();
        sent += 1;
        assert.ok(answer.status < 500, `${method} ${path}?${query}: ${answer.status} ${text.slice(0, 300)}`);
      }),
      { numRuns: runs },
    );
  return sent;
}

/** Dots alone would be taken for a step up by whoever makes the address. */
const part = (text: string): string => encodeURIComponent(text.toWellFormed().replace(/^\.+$/, "-")) || "-";
